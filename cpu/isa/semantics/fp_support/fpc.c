/* The floating-point-control register (PoP, chapter 9, "Floating-Point-Control (FPC) Register"). */
#include "cpu/arch/access.h"
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"

#define FPC_UNASSIGNED   (BITS32(6, 7) | BITS32(14, 15) | BIT32(24) | BIT32(28))
#define FPC_QUANTUM      (BIT32(5) | BIT32(13)) /* mask and flag */
#define FPC_BFP_SHORTER  BIT32(29)
#define FPC_DFP_ROUNDING BITS32(25, 27)
#define FPC_BFP_ROUNDING BITS32(29, 31)
#define FPC_FLAGS        BITS32(8, 15)

enum {
    FPC_DFP_ROUNDING_SHIFT = 4,
    IEEE_INVALID = 0x80,
    IEEE_ZERO_DIVIDE = 0x40,
    IEEE_OVERFLOW = 0x20,
    IEEE_UNDERFLOW = 0x10,
    IEEE_INEXACT = 0x08,
    IEEE_QUANTUM = 0x04,
    DXC_SIMULATED = 0x03, /* added to the DXC of the exception that is simulated */
};

/* Whether bits 29-31 of WORD name a BFP rounding mode. */
static bool rounding_mode_valid(uint32_t word)
{
    const uint32_t mode = word & FPC_BFP_ROUNDING;

    return mode < 4 || mode == 7;
}

/* A specification exception where WORD has bits that the CPU's facilities do not assign. */
static void check_fpc(struct vcpu *cpu, uint32_t word)
{
    uint32_t unassigned = FPC_UNASSIGNED;

    if (!facility_installed(cpu, FACILITY_FLOATING_POINT_EXTENSION))
        unassigned |= FPC_QUANTUM | FPC_BFP_SHORTER;
    if (!facility_installed(cpu, FACILITY_FLOATING_POINT_SUPPORT_ENHANCEMENT))
        unassigned |= FPC_DFP_ROUNDING;
    if ((word & unassigned) || !rounding_mode_valid(word))
        specification_exception(cpu);
}

void insn_fpc_extract(struct vcpu *cpu, const struct insn *insn)
{
    gr32_set(cpu, insn->r1, cpu->state.fpc);
}

void insn_fpc_store(struct vcpu *cpu, const struct insn *insn)
{
    const uint64_t address = operand_address2(cpu, insn);

    access_store32(cpu, operand_space(cpu, insn->b2), address, cpu->state.fpc);
}

static uint32_t fetch_word(struct vcpu *cpu, const struct insn *insn)
{
    return access_fetch32(cpu, operand_space(cpu, insn->b2), operand_address2(cpu, insn));
}

static void set_fpc(struct vcpu *cpu, uint32_t word)
{
    check_fpc(cpu, word);
    cpu->state.fpc = word;
}

void insn_fpc_set(struct vcpu *cpu, const struct insn *insn)
{
    set_fpc(cpu, gr32(cpu, insn->r1));
}

void insn_fpc_load(struct vcpu *cpu, const struct insn *insn)
{
    set_fpc(cpu, fetch_word(cpu, insn));
}

/* The DXC of the flag of highest priority among EXCEPTIONS, not 0: overflow and underflow take
   inexact with them. */
static unsigned simulated_dxc(unsigned exceptions)
{
    static const uint8_t priority[][2] = {
        {IEEE_INVALID, IEEE_INVALID},
        {IEEE_ZERO_DIVIDE, IEEE_ZERO_DIVIDE},
        {IEEE_OVERFLOW, IEEE_OVERFLOW | IEEE_INEXACT},
        {IEEE_UNDERFLOW, IEEE_UNDERFLOW | IEEE_INEXACT},
        {IEEE_INEXACT, IEEE_INEXACT},
    };
    for (unsigned i = 0; i < sizeof priority / sizeof *priority; i++)
        if (exceptions & priority[i][0])
            return (exceptions & priority[i][1]) | DXC_SIMULATED;
    return IEEE_QUANTUM | DXC_SIMULATED;
}

/* The old flags stay beside the new ones; those whose new mask is one are signaled after the
   FPC has been set. */
static void set_and_signal(struct vcpu *cpu, uint32_t word)
{
    check_fpc(cpu, word);
    const uint32_t flags = cpu->state.fpc & FPC_FLAGS;
    const unsigned signaled = flags >> 16 & word >> 24;

    cpu->state.fpc = word | flags;
    if (signaled)
        data_exception(cpu, simulated_dxc(signaled));
}

void insn_fpc_set_and_signal(struct vcpu *cpu, const struct insn *insn)
{
    set_and_signal(cpu, gr32(cpu, insn->r1));
}

void insn_fpc_load_and_signal(struct vcpu *cpu, const struct insn *insn)
{
    set_and_signal(cpu, fetch_word(cpu, insn));
}

static void set_bfp_rounding(struct vcpu *cpu, uint32_t mode)
{
    cpu->state.fpc = (cpu->state.fpc & ~FPC_BFP_ROUNDING) | mode;
}

/* The rounding mode is the rightmost bits of the second-operand address; of the others those
   that must be zero make a specification exception. */
void insn_fpc_set_bfp_rounding_2bit(struct vcpu *cpu, const struct insn *insn)
{
    set_bfp_rounding(cpu, operand_address2(cpu, insn) & 3);
}

void insn_fpc_set_bfp_rounding_3bit(struct vcpu *cpu, const struct insn *insn)
{
    const uint32_t mode = operand_address2(cpu, insn) & 0xff;

    if (mode > 7 || !rounding_mode_valid(mode))
        specification_exception(cpu);
    set_bfp_rounding(cpu, mode);
}

void insn_fpc_set_dfp_rounding(struct vcpu *cpu, const struct insn *insn)
{
    const uint32_t mode = operand_address2(cpu, insn) & 7;

    cpu->state.fpc = (cpu->state.fpc & ~FPC_DFP_ROUNDING) | mode << FPC_DFP_ROUNDING_SHIFT;
}
