/*
 * Dispatch by computed goto. COMPOSED and BRANCH rows are expanded here, in place; all
 * others call their body. A decoded instruction holds the distance of its handler's label
 * from `call`, so that a record needs four bytes for it and tables need no relocation.
 */
#include "cpu/interp/dispatch.h"

#include "cpu/isa/check.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/semantics/composed.h"

#define HANDLER(label) (int32_t)((const char *)&&label - (const char *)&&call)

#define NEXT()                                                                                     \
    do {                                                                                           \
        insn++;                                                                                    \
        cpu->insn = insn;                                                                          \
        goto *(const void *)((const char *)&&call + insn->handler);                                \
    } while (0)

/* With a null CPU returns the handlers instead: labels are known in here only. */
static const struct interp_handlers *dispatch(struct vcpu *cpu, struct interp *interp,
                                              uint64_t limit)
{
    static const int32_t rows[] = {
#define INSN(mnemonic, ...)     0,
#define COMPOSED(mnemonic, ...) HANDLER(row_##mnemonic),
#define BRANCH(mnemonic, ...)   HANDLER(row_##mnemonic),
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
    };
    static const struct interp_handlers handlers = {
        .call = 0,
        .call_end = HANDLER(call_end),
        .check = HANDLER(check),
        .check_end = HANDLER(check_end),
        .refuse = HANDLER(refuse),
        .fall_through = HANDLER(fall_through),
        .crossing = HANDLER(crossing),
        .row = rows,
    };
    const struct insn *insn;
    const struct block *block;
    uint64_t target, offset;
    int64_t left = (int64_t)limit;

    if (!cpu)
        return &handlers;
    goto enter;

taken:
    branch_to(cpu, insn, target);
    cpu->instructions += insn->ordinal + 1u;
    left -= insn->ordinal + 1;
    /* Within the page no translation can have changed since the block was found: whatever
       changes one ends its block or is a request. Half of all taken branches in a boot. */
    offset = target ^ cpu->insn_page;
    if (likely(offset < STORAGE_PAGE_SIZE && !(offset & 1) && left > 0 &&
               !atomic_load_explicit(&cpu->requests, memory_order_relaxed))) {
        block = interp_block(interp->page, offset);
        if (likely(block)) {
            insn = block->insns;
            cpu->insn = insn;
            goto *(const void *)((const char *)&&call + insn->handler);
        }
    }
    goto enter;
end:
    cpu->instructions += insn->ordinal + 1u;
    left -= insn->ordinal + 1;
enter:
    if (unlikely(left <= 0 || atomic_load_explicit(&cpu->requests, memory_order_relaxed)))
        return &handlers;
    insn = interp_find(cpu, interp)->insns;
    cpu->insn = insn;
    goto *(const void *)((const char *)&&call + insn->handler);

call:
    insn->body(cpu, insn);
    NEXT();

call_end:
    cpu->state.psw_addr = insn_next(cpu, insn);
    insn->body(cpu, insn);
    goto end;

check:
    insn_check(cpu, insn);
    insn->body(cpu, insn);
    NEXT();

check_end:
    insn_check(cpu, insn);
    cpu->state.psw_addr = insn_next(cpu, insn);
    insn->body(cpu, insn);
    goto end;

refuse:
    insn_check(cpu, insn);
    UNREACHABLE();

fall_through:
    cpu->state.psw_addr = insn_address(cpu, insn) & cpu->address_mask;
    cpu->instructions += insn->ordinal;
    left -= insn->ordinal;
    goto enter;

crossing:
    cpu->state.psw_addr = insn_address(cpu, insn);
    cpu->instructions += insn->ordinal;
    left -= insn->ordinal + 1;
    step_instruction(cpu, &interp->stepper);
    goto enter;

#define INSN(mnemonic, ...)
#define COMPOSED(mnemonic, opcode, format, facility, in1, in2, op, out, cc, flags, name)           \
    row_##mnemonic : COMPOSED_EXECUTE(cpu, insn, in1, in2, op, out, cc);                           \
    NEXT();
#define BRANCH(mnemonic, opcode, format, facility, test, to, flags, name)                          \
    row_##mnemonic : if (BRANCH_TAKEN(cpu, insn, test, to, &target)) goto taken;                   \
    NEXT();
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
}

void interp_dispatch(struct vcpu *cpu, struct interp *interp, uint64_t limit)
{
    dispatch(cpu, interp, limit);
}

const struct interp_handlers *interp_dispatch_handlers(void)
{
    return dispatch(NULL, NULL, 0);
}
