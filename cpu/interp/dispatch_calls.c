/* Dispatch in portable C: a switch over the few kinds of handler, and a call for each
   instruction. */
#include "cpu/interp/dispatch.h"

#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"

enum handler {
    HANDLER_CALL,
    HANDLER_CALL_END,
    HANDLER_CHECK,
    HANDLER_CHECK_END,
    HANDLER_REFUSE,
    HANDLER_FALL_THROUGH,
    HANDLER_CROSSING,
    HANDLER_BRANCH,
};

static const int32_t rows[] = {
#define INSN(mnemonic, ...)     HANDLER_CALL,
#define COMPOSED(mnemonic, ...) HANDLER_CALL,
#define BRANCH(mnemonic, ...)   HANDLER_BRANCH,
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};

static const struct interp_handlers handlers = {
    .call = HANDLER_CALL,
    .call_end = HANDLER_CALL_END,
    .check = HANDLER_CHECK,
    .check_end = HANDLER_CHECK_END,
    .refuse = HANDLER_REFUSE,
    .fall_through = HANDLER_FALL_THROUGH,
    .crossing = HANDLER_CROSSING,
    .row = rows,
};

/* Executes one block. Returns the number of instructions done. */
static unsigned run_block(struct vcpu *cpu, struct interp *interp, const struct insn *insn)
{
    for (;; insn++) {
        uint64_t next = insn_next(cpu, insn);

        cpu->insn = insn;
        switch (insn->handler) {
        case HANDLER_FALL_THROUGH:
            cpu->state.psw_addr = insn_address(cpu, insn) & cpu->address_mask;
            return insn->ordinal;
        case HANDLER_CROSSING:
            cpu->state.psw_addr = insn_address(cpu, insn);
            /* What the block has done is counted first: the step may not come back. */
            if (insn->ordinal == 0)
                step_instruction(cpu, &interp->stepper);
            return insn->ordinal;
        case HANDLER_CHECK:
        case HANDLER_CHECK_END:
        case HANDLER_REFUSE:
            insn_check(cpu, insn);
            break;
        default:
            break;
        }
        cpu->state.psw_addr = next;
        insn->body(cpu, insn);
        if (insn->handler == HANDLER_CALL_END || insn->handler == HANDLER_CHECK_END ||
            (insn->handler == HANDLER_BRANCH && cpu->state.psw_addr != next))
            return insn->ordinal + 1u;
    }
}

void interp_dispatch(struct vcpu *cpu, struct interp *interp, uint64_t limit)
{
    int64_t left = (int64_t)limit;

    while (left > 0 && !atomic_load_explicit(&cpu->requests, memory_order_relaxed)) {
        unsigned done = run_block(cpu, interp, interp_find(cpu, interp)->insns);

        cpu->instructions += done;
        left -= done + 1;
    }
}

const struct interp_handlers *interp_dispatch_handlers(void)
{
    return &handlers;
}
