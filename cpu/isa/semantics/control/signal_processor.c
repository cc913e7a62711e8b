/* SIGNAL PROCESSOR and SERVICE CALL: the instructions through which a CPU asks others to act. */
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/prefix.h"
#include "cpu/arch/sigp.h"
#include "cpu/isa/execute.h"
#include "cpu/isa/insn_bodies.h"
#include "src/core/layout/sccb.h"

void insn_signal_processor(struct vcpu *cpu, const struct insn *insn)
{
    uint8_t order = (uint8_t)operand_address2(cpu, insn);
    uint16_t address = (uint16_t)gr64(cpu, insn->r3);
    /* The parameter is in the odd register of the pair that R1 is in. */
    uint64_t parameter = gr64(cpu, insn->r1 | 1u);
    uint32_t status = 0;
    enum sigp_cc cc = sigp_order(cpu, address, order, parameter, &status);

    if (cc == SIGP_STATUS_STORED)
        gr32_set(cpu, insn->r1, status);
    cc_set(cpu, cc);
}

#define SCCB_RESERVED (~UINT64_C(0x7ffffff8)) /* doubleword boundary below 2 GiB */

/* The SCCB may not be where this CPU's lowcore is, before or after prefixing. */
static bool in_prefix_area(const struct vcpu *cpu, uint64_t sccb)
{
    return (sccb & PREFIX_AREA_MASK) == 0 || (sccb & PREFIX_AREA_MASK) == cpu->state.prefix;
}

void insn_service_call(struct vcpu *cpu, const struct insn *insn)
{
    const struct service_port *service = &cpu->configuration->service;
    uint64_t sccb = gr64(cpu, insn->r2);
    abs_addr address = {sccb};

    if (sccb & SCCB_RESERVED || in_prefix_area(cpu, sccb))
        specification_exception(cpu);
    if (!storage_contains(cpu->storage, address, sizeof(struct sccb_header)))
        program_interruption(cpu, PGM_ADDRESSING);
    if (load_be16(storage_host(cpu->storage, address)) < sizeof(struct sccb_header))
        specification_exception(cpu);
    if (!service->call) {
        cc_set(cpu, SERVICE_CALL_NOT_OPERATIONAL);
        return;
    }
    cc_set(cpu, service->call(service->owner, gr32(cpu, insn->r1), address));
}
