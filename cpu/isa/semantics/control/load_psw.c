/* Instructions that replace or change the PSW (PoP chapter 10): LPSW, LPSWE, LPSWEY, SSM,
   STNSM, STOSM, SPKA; those that read it: EPSW, IPK; and LBEAR and STBEAR, its companions. */
#include "cpu/arch/access.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

static void load_psw(struct vcpu *cpu, struct psw psw)
{
    cpu->per.psw_loaded = true;
    psw_swap(cpu, psw);
    if (unlikely(!psw_valid(cpu, psw)))
        psw_early_exception(cpu, 0);
}

/* The breaking event is the instruction itself. */
void insn_load_psw(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address1(cpu, insn), word;

    if (address & 7)
        specification_exception(cpu);
    word = access_fetch64(cpu, operand_space(cpu, insn->b1), address);
    cpu->state.breaking_event = insn_address(cpu, insn);
    load_psw(cpu, psw_from_short(word));
}

static struct psw fetch_psw(struct vcpu *cpu, uint64_t address, struct address_space *space)
{
    struct operand operand;
    uint8_t bytes[16];

    if (address & 7)
        specification_exception(cpu);
    if (likely(access_page_rest(address) >= sizeof bytes))
        return (struct psw){access_fetch64(cpu, space, address),
                            access_fetch64(cpu, space, address + 8)};
    access_prepare(cpu, &operand, space, address, sizeof bytes, ACCESS_FETCH);
    operand_read(&operand, 0, bytes, sizeof bytes);
    return (struct psw){load_be64(bytes), load_be64(bytes + 8)};
}

void insn_load_psw_extended(struct vcpu *cpu, const struct insn *insn)
{
    struct psw psw = fetch_psw(cpu, operand_address2(cpu, insn), operand_space(cpu, insn->b2));

    cpu->state.breaking_event = insn_address(cpu, insn);
    load_psw(cpu, psw);
}

/* LPSWEY is no breaking event: the register is what LBEAR made it. */
void insn_load_psw_extended_long(struct vcpu *cpu, const struct insn *insn)
{
    load_psw(cpu, fetch_psw(cpu, operand_address1(cpu, insn), operand_space(cpu, insn->b1)));
}

static uint64_t bear_address(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = operand_address2(cpu, insn);

    if (address & 7)
        specification_exception(cpu);
    return address;
}

void insn_load_bear(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = bear_address(cpu, insn);

    cpu->state.breaking_event = access_fetch64(cpu, operand_space(cpu, insn->b2), address);
}

void insn_store_bear(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t address = bear_address(cpu, insn);

    access_store64(cpu, operand_space(cpu, insn->b2), address, cpu->state.breaking_event);
}

/* Replaces PSW bits 0-7. Only a bit that must be zero can make the PSW invalid. */
static void system_mask_set(struct vcpu *cpu, const struct insn *insn, uint8_t system_mask)
{
    uint64_t mask = (psw_mask(cpu) & ~BITS64(0, 7)) | (uint64_t)system_mask << 56;

    psw_mask_set(cpu, mask);
    if (unlikely(!psw_valid(cpu, (struct psw){mask, cpu->state.psw_addr})))
        psw_early_exception(cpu, insn->length);
}

void insn_set_system_mask(struct vcpu *cpu, const struct insn *insn)
{
    if (cpu->state.cr[0] & CR0_SSM_SUPPRESSION)
        special_operation_exception(cpu);
    system_mask_set(cpu, insn,
                    access_fetch8(cpu, operand_space(cpu, insn->b1), operand_address1(cpu, insn)));
}

void insn_store_then_and_system_mask(struct vcpu *cpu, const struct insn *insn)
{
    uint8_t system_mask = (uint8_t)(cpu->state.psw_mask >> 56);

    access_store8(cpu, operand_space(cpu, insn->b1), operand_address1(cpu, insn), system_mask);
    system_mask_set(cpu, insn, system_mask & (uint8_t)insn->u2);
}

void insn_store_then_or_system_mask(struct vcpu *cpu, const struct insn *insn)
{
    uint8_t system_mask = (uint8_t)(cpu->state.psw_mask >> 56);

    access_store8(cpu, operand_space(cpu, insn->b1), operand_address1(cpu, insn), system_mask);
    system_mask_set(cpu, insn, system_mask | (uint8_t)insn->u2);
}

void insn_set_psw_key_from_address(struct vcpu *cpu, const struct insn *insn)
{
    unsigned key = (unsigned)(operand_address2(cpu, insn) >> 4) & 0xf;

    psw_key_mask_check(cpu, key);
    psw_mask_set(cpu, (psw_mask(cpu) & ~PSW_KEY) | (uint64_t)key << PSW_KEY_SHIFT);
}

void insn_insert_psw_key(struct vcpu *cpu, const struct insn *insn)
{
    (void)insn;
    psw_extraction_check(cpu);
    cpu->state.gr[2] = (cpu->state.gr[2] & ~UINT64_C(0xff)) | psw_key(cpu) << 4;
}

void insn_extract_psw(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t mask = psw_mask(cpu);

    /* Bit 12 is stored as zero; it is zero in every valid PSW. */
    gr32_set(cpu, insn->r1, high32(mask & ~PSW_BIT_12));
    if (insn->r2)
        gr32_set(cpu, insn->r2, low32(mask));
}
