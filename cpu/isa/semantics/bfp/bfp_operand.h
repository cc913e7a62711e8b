/*
 * What the bodies of BFP instructions share: operands in registers and storage, and the FPC
 * before and after an operation of cpu/float.
 *
 * A body calls bfp_begin, the operation, bfp_suppress, writes its result and condition code and
 * ends with bfp_complete: overflow, underflow and inexact complete the operation before their
 * trap is taken, invalid and division by zero suppress it (PoP, chapter 9, "IEEE Exceptions").
 */
#ifndef ZITHER_CPU_ISA_SEMANTICS_BFP_BFP_OPERAND_H
#define ZITHER_CPU_ISA_SEMANTICS_BFP_BFP_OPERAND_H

#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/float/bfp.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

static ALWAYS_INLINE bfp_value bfp_register(const struct vcpu *cpu, enum bfp_format format,
                                            unsigned r)
{
    switch (format) {
    case BFP_SHORT:
        return bfp_make(fpr32(cpu, r));
    case BFP_LONG:
        return bfp_make(fpr64(cpu, r));
    case BFP_EXTENDED:
        break;
    }
    return bfp_make_extended(fpr64(cpu, r), fpr64(cpu, r + 2));
}

static ALWAYS_INLINE void bfp_register_set(struct vcpu *cpu, enum bfp_format format, unsigned r,
                                           bfp_value value)
{
    switch (format) {
    case BFP_SHORT:
        fpr32_set(cpu, r, (uint32_t)value.bits);
        break;
    case BFP_LONG:
        fpr64_set(cpu, r, bfp_low(value));
        break;
    case BFP_EXTENDED:
        fpr64_set(cpu, r, bfp_high(value));
        fpr64_set(cpu, r + 2, bfp_low(value));
        break;
    }
}

/* The second operand of RXE and RXF, short or long. */
static ALWAYS_INLINE bfp_value bfp_storage(struct vcpu *cpu, const struct insn *insn,
                                           enum bfp_format format)
{
    struct address_space *space = operand_space(cpu, insn->b2);
    const uint64_t address = operand_address2x(cpu, insn);

    return bfp_make(format == BFP_SHORT ? access_fetch32(cpu, space, address)
                                        : access_fetch64(cpu, space, address));
}

enum {
    FPC_FLAGS_SHIFT = 16,
    FPC_MASKS_SHIFT = 24,
    FPC_BFP_ROUNDING = 0x7,
    M4_NO_INEXACT = 0x4, /* XxC */
};

static ALWAYS_INLINE struct bfp_env bfp_begin(const struct vcpu *cpu)
{
    /* Indexed by the FPC's rounding mode; 4 to 6 cannot be set. */
    static const uint8_t rounding[8] = {
        BFP_ROUND_NEAREST_EVEN, BFP_ROUND_TO_ZERO,      BFP_ROUND_UP,
        BFP_ROUND_DOWN,         BFP_ROUND_NEAREST_EVEN, BFP_ROUND_NEAREST_EVEN,
        BFP_ROUND_NEAREST_EVEN, BFP_ROUND_FOR_SHORTER,
    };

    return (struct bfp_env){
        .rounding = rounding[cpu->state.fpc & FPC_BFP_ROUNDING],
        .traps = (uint8_t)(cpu->state.fpc >> FPC_MASKS_SHIFT),
    };
}

/* The rounding method that modifier M names; 0 stands for the FPC's. */
static ALWAYS_INLINE uint8_t bfp_rounding(struct vcpu *cpu, unsigned m, uint8_t of_fpc)
{
    if (m == 0)
        return of_fpc;
    if (m == 2 || m > 7 ||
        (m == BFP_ROUND_FOR_SHORTER && !facility_installed(cpu, FACILITY_FLOATING_POINT_EXTENSION)))
        specification_exception(cpu);
    return (uint8_t)m;
}

/* For conversions with modifiers M3 and M4. Before the floating-point extension facility M4
   was none, and M3 only where OLD_M3 says so. */
static ALWAYS_INLINE struct bfp_env bfp_begin_modified(struct vcpu *cpu, const struct insn *insn,
                                                       bool old_m3)
{
    const bool extension = facility_installed(cpu, FACILITY_FLOATING_POINT_EXTENSION);
    struct bfp_env env = bfp_begin(cpu);

    if (extension || old_m3)
        env.rounding = bfp_rounding(cpu, insn->m3, env.rounding);
    env.no_inexact = extension && (insn->m4 & M4_NO_INEXACT);
    return env;
}

static ALWAYS_INLINE void bfp_suppress(struct vcpu *cpu, const struct bfp_env *env)
{
    if (unlikely(env->dxc & (BFP_INVALID | BFP_ZERO_DIVIDE)))
        data_exception(cpu, env->dxc);
}

static ALWAYS_INLINE void bfp_complete(struct vcpu *cpu, const struct bfp_env *env)
{
    cpu->state.fpc |= (uint32_t)env->flags << FPC_FLAGS_SHIFT;
    if (unlikely(env->dxc))
        data_exception(cpu, env->dxc);
}

#endif
