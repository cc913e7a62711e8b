/*
 * Instructions that translate without using the operand, and those that use real addresses
 * (PoP chapter 10): LRA, LRAG, LRAY, STRAG, LPTEA, LURA, LURAG, STURA, STURG.
 */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/per.h"
#include "cpu/arch/protection.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/control/translation.h"

/* True where the entry itself was met and found invalid; false for an index outside its
   table, an ASCE-type exception and every exception on a region table. */
static bool invalid_entry(const struct translation *t)
{
    return (t->exception == PGM_SEGMENT_TRANSLATION && t->entry & RTE_INVALID) ||
           t->exception == PGM_PAGE_TRANSLATION;
}

/*
 * The condition code of LRA and the address that goes with it: the real address, or that of
 * the invalid entry. 3: the exception code instead.
 */
static unsigned translation_cc(struct vcpu *cpu, const struct translation *t, uint64_t *result)
{
    if (t->exception == PGM_ADDRESSING || t->exception == PGM_TRANSLATION_SPECIFICATION)
        program_interruption(cpu, (enum program_code)t->exception);
    if (!t->exception) {
        *result = translation_real(cpu, t).value;
        return 0;
    }
    if (invalid_entry(t)) {
        *result = t->entry_address.value;
        return t->exception == PGM_SEGMENT_TRANSLATION ? 1 : 2;
    }
    return 3;
}

static void load_real_address(struct vcpu *cpu, const struct insn *insn, bool long_result)
{
    uint64_t address = operand_address2x(cpu, insn);
    struct translation t = translation_of_operand(cpu, insn->b2, address);
    uint64_t result = 0;
    unsigned cc = translation_cc(cpu, &t, &result);

    if (cc < 3 && !long_result && result > UINT64_C(0x7fffffff)) {
        if (cc == 0)
            special_operation_exception(cpu);
        cc = 3;
    }
    if (cc == 3)
        gr32_set(cpu, insn->r1, BIT32(0) | t.exception);
    else if (long_result)
        gr64_set(cpu, insn->r1, result);
    else
        gr32_set(cpu, insn->r1, low32(result));
    cc_set(cpu, cc);
}

/* LRA and LRAY: the addressing mode decides how long the result is. */
void insn_load_real_address(struct vcpu *cpu, const struct insn *insn)
{
    load_real_address(cpu, insn, cpu->address_mask == UINT64_MAX);
}

void insn_load_real_address_64(struct vcpu *cpu, const struct insn *insn)
{
    load_real_address(cpu, insn, true);
}

void insn_store_real_address(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t to = operand_address1(cpu, insn), address = operand_address2(cpu, insn);
    struct address_space *space = operand_space(cpu, insn->b1);
    struct translation t;

    if (to & 7)
        specification_exception(cpu);
    t = translation_of_operand(cpu, insn->b2, address);
    if (t.exception)
        protection_raise_translation(cpu, translation_space(cpu, insn->b2), address, t.exception,
                                     ACCESS_FETCH);
    access_store64(cpu, space, to, translation_real(cpu, &t).value);
}

/* Values of LPTEA's M4. */
enum lptea_space {
    LPTEA_PRIMARY = 0,
    LPTEA_ACCESS_REGISTER = 1,
    LPTEA_SECONDARY = 2,
    LPTEA_HOME = 3,
    LPTEA_CURRENT = 4,
};

static struct translation lptea_translate(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = gr_address(cpu, insn->r2);

    switch (insn->m4) {
    case LPTEA_PRIMARY:
        return dat_translate(cpu, cpu->state.cr[1], address);
    case LPTEA_ACCESS_REGISTER:
        return translation_by_access_register(cpu, insn->r2, address);
    case LPTEA_SECONDARY:
        return dat_translate(cpu, cpu->state.cr[7], address);
    case LPTEA_HOME:
        return dat_translate(cpu, cpu->state.cr[13], address);
    case LPTEA_CURRENT:
        return translation_of_operand(cpu, insn->r2, address);
    default:
        specification_exception(cpu);
    }
}

#define LPTEA_PROTECTED UINT64_C(4) /* with a large frame: DAT protection applies */

/* What ended the walk above the page table, as LPTEA answers with condition code 2: the
   address of an invalid entry or of one with a large frame, its type in the last two bits. */
static uint64_t lptea_entry(const struct translation *t)
{
    uint64_t address = t->entry_address.value | (uint64_t)t->level;

    return !t->exception && t->protected ? address | LPTEA_PROTECTED : address;
}

/* The page-table entry is not looked at. Condition code 0: its address; 1: the same where
   DAT protection applies above; 2: see lptea_entry; 3: an exception code. */
void insn_load_page_table_entry_address(struct vcpu *cpu, const struct insn *insn)
{
    struct translation t = lptea_translate(cpu, insn);
    bool entry_invalid = t.exception && t.entry & RTE_INVALID;

    if (t.level == DAT_PAGE) {
        gr64_set(cpu, insn->r1, t.entry_address.value);
        cc_set(cpu, t.protected_above ? 1 : 0);
        return;
    }
    if (t.exception == PGM_ADDRESSING || t.exception == PGM_TRANSLATION_SPECIFICATION)
        program_interruption(cpu, (enum program_code)t.exception);
    if (!t.exception && t.level == DAT_REAL_SPACE)
        special_operation_exception(cpu);
    if (t.exception && !entry_invalid) {
        gr64_set(cpu, insn->r1, t.exception);
        cc_set(cpu, 3);
        return;
    }
    gr64_set(cpu, insn->r1, lptea_entry(&t));
    cc_set(cpu, 2);
}

/* Real addresses in R2 wrap to the addressing mode; key-controlled protection applies, and
   low-address protection to stores. */
static uint64_t real_operand(struct vcpu *cpu, const struct insn *insn, unsigned length)
{
    uint64_t address = gr_address(cpu, insn->r2);

    if (address & (length - 1))
        specification_exception(cpu);
    return address;
}

void insn_load_using_real_address_32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = real_operand(cpu, insn, 4);

    gr32_set(cpu, insn->r1, access_fetch32(cpu, address_space_real(cpu, psw_key(cpu)), address));
}

void insn_load_using_real_address_64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = real_operand(cpu, insn, 8);

    gr64_set(cpu, insn->r1, access_fetch64(cpu, address_space_real(cpu, psw_key(cpu)), address));
}

void insn_store_using_real_address_32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = real_operand(cpu, insn, 4);

    access_store32(cpu, address_space_real(cpu, psw_key(cpu)), address, gr32(cpu, insn->r1));
    per_store_real(cpu);
}

void insn_store_using_real_address_64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = real_operand(cpu, insn, 8);

    access_store64(cpu, address_space_real(cpu, psw_key(cpu)), address, gr64(cpu, insn->r1));
    per_store_real(cpu);
}
