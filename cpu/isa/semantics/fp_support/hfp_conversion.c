/* CONVERT BFP TO HFP and CONVERT HFP TO BFP (PoP, chapter 9). No IEEE exceptions. */
#include "cpu/isa/semantics/bfp/bfp_operand.h"

static ALWAYS_INLINE void to_hfp(struct vcpu *cpu, const struct insn *insn, enum bfp_format format)
{
    uint64_t hfp;

    cc_set(cpu, bfp_to_hfp(format, bfp_register(cpu, format, insn->r2), &hfp));
    fpr64_set(cpu, insn->r1, hfp);
}

void insn_bfp_to_hfp_short(struct vcpu *cpu, const struct insn *insn)
{
    to_hfp(cpu, insn, BFP_SHORT);
}

void insn_bfp_to_hfp_long(struct vcpu *cpu, const struct insn *insn)
{
    to_hfp(cpu, insn, BFP_LONG);
}

static ALWAYS_INLINE void from_hfp(struct vcpu *cpu, const struct insn *insn,
                                   enum bfp_format format)
{
    /* Here M3 = 0 does not mean the FPC's mode, and 3 is no method. */
    const uint8_t rounding = insn->m3 == 0 ? BFP_ROUND_TO_ZERO : insn->m3;

    if (rounding > 7 || rounding == 2 || rounding == 3)
        specification_exception(cpu);
    bfp_value result;
    cc_set(cpu, bfp_from_hfp(format, fpr64(cpu, insn->r2), rounding, &result));
    bfp_register_set(cpu, format, insn->r1, result);
}

void insn_bfp_from_hfp_short(struct vcpu *cpu, const struct insn *insn)
{
    from_hfp(cpu, insn, BFP_SHORT);
}

void insn_bfp_from_hfp_long(struct vcpu *cpu, const struct insn *insn)
{
    from_hfp(cpu, insn, BFP_LONG);
}
