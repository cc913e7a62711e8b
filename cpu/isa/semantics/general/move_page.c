/*
 * MOVE PAGE (PoP chapter 7).
 */
#include <string.h>

#include "cpu/arch/dat.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* General register 0. */
#define KEY_FUNCTION          UINT32_C(0x7c00) /* bits 49-53 */
#define KEY_FUNCTION_SOURCE   UINT32_C(0x0400) /* the key in bits 56-59 is for the second operand */
#define KEY_FUNCTION_TARGET   UINT32_C(0x0800) /* or for the first one */
#define RESERVED              UINT32_C(0x8000)
#define CONDITION_CODE_OPTION UINT32_C(0x0100)

/* The key in general register 0, which the problem state may use where the PSW-key mask
   (control register 3) has its bit. */
static unsigned specified_key(struct vcpu *cpu)
{
    unsigned key = gr32(cpu, 0) >> 4 & 0xf;

    psw_key_mask_check(cpu, key);
    return key;
}

/* True where the condition-code option turns a page-translation exception into a condition
   code; other exceptions are raised as ever. */
static bool page_invalid(struct vcpu *cpu, const struct address_space *space, uint64_t address)
{
    return gr32(cpu, 0) & CONDITION_CODE_OPTION && space->mode & SPACE_DAT &&
           dat_translate(cpu, space->asce, address).exception == PGM_PAGE_TRANSLATION;
}

void insn_move_page(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t function = gr32(cpu, 0) & KEY_FUNCTION;
    struct address_space *to_space = operand_space(cpu, insn->r1);
    uint64_t to_address = gr_address(cpu, insn->r1) & STORAGE_PAGE_MASK;
    struct address_space *from_space = operand_space(cpu, insn->r2);
    uint64_t from_address = gr_address(cpu, insn->r2) & STORAGE_PAGE_MASK;
    struct operand to, from;

    if (gr32(cpu, 0) & RESERVED || function > KEY_FUNCTION_TARGET)
        specification_exception(cpu);
    if (function & KEY_FUNCTION_SOURCE)
        from_space = address_space_with_key(cpu, from_space, specified_key(cpu));
    if (function & KEY_FUNCTION_TARGET)
        to_space = address_space_with_key(cpu, to_space, specified_key(cpu));
    if (page_invalid(cpu, from_space, from_address)) {
        cc_set(cpu, 2);
        return;
    }
    if (page_invalid(cpu, to_space, to_address)) {
        cc_set(cpu, 1);
        return;
    }
    /* What page-translation exceptions store as operand access identification. */
    cpu->program.operand_access_id = (uint8_t)(insn->r1 << 4 | insn->r2);
    operand_prepare(cpu, &from, from_space, from_address, STORAGE_PAGE_SIZE, ACCESS_FETCH);
    operand_prepare(cpu, &to, to_space, to_address, STORAGE_PAGE_SIZE, ACCESS_STORE);
    cpu->program.operand_access_id = 0;
    memmove(to.host[0], from.host[0], STORAGE_PAGE_SIZE);
    operand_finish(cpu, &to);
    cc_set(cpu, 0);
}
