/*
 * Moves in which an operand has its own access key or lies in a space of its own (PoP
 * chapter 10): MVCP, MVCS, MVCK, MVCSK, MVCDK, MVCOS.
 */
#include "cpu/arch/access_register.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

#define KEYED_LENGTH 256u /* moved at most at once */
#define MVCOS_LENGTH 4096u

/* Bits 56-59 of a general register. */
static unsigned key_in_register(const struct vcpu *cpu, unsigned r)
{
    return (unsigned)(gr64(cpu, r) >> 4) & 0xf;
}

/* How an operand is reached: key and space, with what the PSW says where nothing else does. */
struct operand_access {
    unsigned key;
    unsigned space;       /* enum psw_space; DAT_OFF: real addresses */
    bool space_specified; /* by the operand-access control, not the PSW */
};

#define DAT_OFF 4u

static struct operand_access access_with_key(const struct vcpu *cpu, unsigned key)
{
    return (struct operand_access){.key = key, .space = psw_dat(cpu) ? psw_space(cpu) : DAT_OFF};
}

static struct address_space *space_of_access(struct vcpu *cpu, struct operand_access access,
                                             unsigned b)
{
    /* Often one operand is where all others are. */
    if (access.space == psw_space(cpu) && access.key == psw_key(cpu) && psw_dat(cpu) &&
        access.space != PSW_SPACE_ACCESS_REGISTER)
        return cpu->space;
    switch (access.space) {
    case PSW_SPACE_ACCESS_REGISTER:
        return access_register_space_with_key(cpu, b, access.key);
    case PSW_SPACE_SECONDARY:
        return address_space_secondary(cpu, access.key);
    case PSW_SPACE_HOME:
        return address_space_home(cpu, access.key);
    case PSW_SPACE_PRIMARY:
        return address_space_primary(cpu, access.key);
    default:
        return address_space_real(cpu, access.key);
    }
}

/* An empty operand is not even translated. */
static void move(struct vcpu *cpu, const struct insn *insn, struct operand_access to,
                 struct operand_access from, uint32_t length)
{
    struct operand destination, source;

    if (length == 0)
        return;
    operand_prepare(cpu, &source, space_of_access(cpu, from, insn->b2), operand_address2(cpu, insn),
                    length, ACCESS_FETCH);
    operand_prepare(cpu, &destination, space_of_access(cpu, to, insn->b1),
                    operand_address1(cpu, insn), length, ACCESS_STORE);
    operand_move(&destination, &source);
    operand_finish(cpu, &destination);
}

/* The true length in general register R, cut down to MOST: condition code 3 then. */
static uint32_t cut_length(const struct vcpu *cpu, unsigned r, uint32_t most, unsigned *cc)
{
    uint64_t length = gr_length(cpu, r);

    *cc = length <= most ? 0 : 3;
    return length <= most ? (uint32_t)length : most;
}

/* MVCP and MVCS: R3 has the key of the operand in the secondary space, be it source or
   destination. */
static unsigned check_secondary_move(struct vcpu *cpu, const struct insn *insn)
{
    unsigned space = psw_space(cpu), key = key_in_register(cpu, insn->r3);

    if (!(cpu->state.cr[0] & CR0_SECONDARY_SPACE) || !psw_dat(cpu) ||
        (space != PSW_SPACE_PRIMARY && space != PSW_SPACE_SECONDARY))
        special_operation_exception(cpu);
    psw_key_mask_check(cpu, key);
    return key;
}

void insn_move_to_primary(struct vcpu *cpu, const struct insn *insn)
{
    struct operand_access to = {.key = psw_key(cpu), .space = PSW_SPACE_PRIMARY};
    struct operand_access from = {.space = PSW_SPACE_SECONDARY};
    unsigned cc;
    uint32_t length = cut_length(cpu, insn->r1, KEYED_LENGTH, &cc);

    from.key = check_secondary_move(cpu, insn);
    move(cpu, insn, to, from, length);
    cc_set(cpu, cc);
}

void insn_move_to_secondary(struct vcpu *cpu, const struct insn *insn)
{
    struct operand_access to = {.space = PSW_SPACE_SECONDARY};
    struct operand_access from = {.key = psw_key(cpu), .space = PSW_SPACE_PRIMARY};
    unsigned cc;
    uint32_t length = cut_length(cpu, insn->r1, KEYED_LENGTH, &cc);

    to.key = check_secondary_move(cpu, insn);
    move(cpu, insn, to, from, length);
    cc_set(cpu, cc);
}

void insn_move_with_key(struct vcpu *cpu, const struct insn *insn)
{
    unsigned cc, key = key_in_register(cpu, insn->r3);
    uint32_t length = cut_length(cpu, insn->r1, KEYED_LENGTH, &cc);

    psw_key_mask_check(cpu, key);
    move(cpu, insn, access_with_key(cpu, psw_key(cpu)), access_with_key(cpu, key), length);
    cc_set(cpu, cc);
}

/* MVCSK and MVCDK: length code in general register 0, key in general register 1. */
void insn_move_with_source_key(struct vcpu *cpu, const struct insn *insn)
{
    unsigned key = key_in_register(cpu, 1);

    psw_key_mask_check(cpu, key);
    move(cpu, insn, access_with_key(cpu, psw_key(cpu)), access_with_key(cpu, key),
         (gr32(cpu, 0) & 0xff) + 1);
}

void insn_move_with_destination_key(struct vcpu *cpu, const struct insn *insn)
{
    unsigned key = key_in_register(cpu, 1);

    psw_key_mask_check(cpu, key);
    move(cpu, insn, access_with_key(cpu, key), access_with_key(cpu, psw_key(cpu)),
         (gr32(cpu, 0) & 0xff) + 1);
}

/* An operand-access control of MVCOS. */
static struct operand_access access_of_control(const struct vcpu *cpu, uint16_t control)
{
    bool key_specified = control & BIT16(14), space_specified = control & BIT16(15);

    return (struct operand_access){
        .key = key_specified ? control >> 12u : psw_key(cpu),
        .space = space_specified ? control >> 6 & 3u : psw_space(cpu),
        .space_specified = space_specified,
    };
}

void insn_move_with_optional_specifications(struct vcpu *cpu, const struct insn *insn)
{
    struct operand_access to = access_of_control(cpu, (uint16_t)(gr32(cpu, 0) >> 16));
    struct operand_access from = access_of_control(cpu, (uint16_t)gr32(cpu, 0));
    unsigned cc;
    uint32_t length = cut_length(cpu, insn->r3, MVCOS_LENGTH, &cc);

    if (!psw_dat(cpu))
        special_operation_exception(cpu);
    /* Only stores into the home space are kept from the problem program. */
    if (to.space_specified && to.space == PSW_SPACE_HOME && psw_problem_state(cpu))
        special_operation_exception(cpu);
    if (!(cpu->state.cr[0] & CR0_SECONDARY_SPACE) &&
        (to.space == PSW_SPACE_SECONDARY || from.space == PSW_SPACE_SECONDARY))
        special_operation_exception(cpu);
    psw_key_mask_check(cpu, to.key);
    psw_key_mask_check(cpu, from.key);
    move(cpu, insn, to, from, length);
    cc_set(cpu, cc);
}
