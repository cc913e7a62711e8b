/* PERFORM TIMING FACILITY FUNCTION (PoP chapter 10): queries and controls of TOD-clock
   steering. */
#include "cpu/arch/access.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/tod_steering.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define GR0_MUST_BE_ZERO BIT64(56)
#define GR0_FUNCTION     BITS64(57, 63)
#define CONTROL_FUNCTION 64u /* from here on: privileged */

enum timing_function {
    PTFF_QUERY_AVAILABLE_FUNCTIONS = 0,
    PTFF_QUERY_TOD_OFFSET = 1,
    PTFF_QUERY_STEERING_INFORMATION = 2,
    PTFF_QUERY_PHYSICAL_CLOCK = 3,
    PTFF_ADJUST_TOD_OFFSET = 64,
    PTFF_SET_TOD_OFFSET = 65,
    PTFF_SET_FINE_STEERING_RATE = 66,
    PTFF_SET_GROSS_STEERING_RATE = 67,
    PTFF_FUNCTIONS = 128,
};

static bool is_available(unsigned function)
{
    return function <= PTFF_QUERY_PHYSICAL_CLOCK ||
           (function >= PTFF_ADJUST_TOD_OFFSET && function <= PTFF_SET_GROSS_STEERING_RATE);
}

static uint32_t put_episode(uint8_t *block, uint32_t at, const struct tod_episode *episode)
{
    store_be64(block + at, episode->start);
    store_be64(block + at + 8, episode->base);
    store_be32(block + at + 16, (uint32_t)episode->fine);
    store_be32(block + at + 20, (uint32_t)episode->gross);
    return at + 24;
}

/* Fills in the parameter block of a query; its length. */
static uint32_t query(const struct vcpu *cpu, unsigned function, uint8_t block[64])
{
    struct tod_steering_view view;

    if (function == PTFF_QUERY_AVAILABLE_FUNCTIONS) {
        for (unsigned i = 0; i < PTFF_FUNCTIONS; i++)
            if (is_available(i))
                block[i / 8] |= BIT8(i % 8);
        return PTFF_FUNCTIONS / 8;
    }
    tod_steering_query(cpu, &view);
    store_be64(block, view.physical);
    if (function == PTFF_QUERY_PHYSICAL_CLOCK)
        return 8;
    if (function == PTFF_QUERY_STEERING_INFORMATION)
        return put_episode(block, put_episode(block, 8, &view.old_episode), &view.new_episode);
    store_be64(block + 8, view.offset);
    store_be64(block + 16, view.offset + view.epoch_difference);
    store_be64(block + 24, view.epoch_difference);
    return 32;
}

static void control(struct vcpu *cpu, unsigned function, uint64_t address)
{
    struct address_space *space = operand_space(cpu, 1);

    switch (function) {
    case PTFF_ADJUST_TOD_OFFSET:
        tod_steering_change(cpu, TOD_OFFSET_ADJUST, access_fetch64(cpu, space, address));
        break;
    case PTFF_SET_TOD_OFFSET:
        tod_steering_change(cpu, TOD_OFFSET_SET, access_fetch64(cpu, space, address));
        break;
    case PTFF_SET_FINE_STEERING_RATE:
        tod_steering_change(cpu, TOD_FINE_RATE, access_fetch32(cpu, space, address));
        break;
    default:
        tod_steering_change(cpu, TOD_GROSS_RATE, access_fetch32(cpu, space, address));
        break;
    }
}

void insn_perform_timing_facility_function(struct vcpu *cpu, const struct insn *insn)
{
    unsigned function = (unsigned)(gr64(cpu, 0) & GR0_FUNCTION);
    uint64_t address = gr_address(cpu, 1);
    uint8_t block[64] = {0};
    struct operand operand;
    uint32_t length;

    (void)insn;
    if (gr64(cpu, 0) & GR0_MUST_BE_ZERO)
        specification_exception(cpu);
    if (function >= CONTROL_FUNCTION && psw_problem_state(cpu))
        program_interruption(cpu, PGM_PRIVILEGED_OPERATION);
    if (!is_available(function)) {
        cc_set(cpu, 3);
        return;
    }
    if (function >= CONTROL_FUNCTION) {
        control(cpu, function, address);
    } else {
        length = query(cpu, function, block);
        access_prepare(cpu, &operand, operand_space(cpu, 1), address, length, ACCESS_STORE);
        operand_write(cpu, &operand, 0, block, length);
    }
    cc_set(cpu, 0);
}
