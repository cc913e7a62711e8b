/*
 * Interruptions (PoP chapter 6).
 *
 * Raising a program interruption never returns: it leaves the instruction by one jump to
 * the run loop. So a body checks and fetches everything first and changes something only
 * then, and holds no lock and owns no memory while it touches guest storage.
 */
#ifndef ZITHER_CPU_ARCH_INTERRUPTION_H
#define ZITHER_CPU_ARCH_INTERRUPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/arch/vcpu.h"
#include "src/core/port/interruption_port.h"

/* Program-interruption codes, PoP chapter 6, figure "Program-Interruption Codes". */
enum program_code {
    PGM_OPERATION = 0x01,
    PGM_PRIVILEGED_OPERATION = 0x02,
    PGM_EXECUTE = 0x03,
    PGM_PROTECTION = 0x04,
    PGM_ADDRESSING = 0x05,
    PGM_SPECIFICATION = 0x06,
    PGM_DATA = 0x07,
    PGM_FIXED_POINT_OVERFLOW = 0x08,
    PGM_FIXED_POINT_DIVIDE = 0x09,
    PGM_DECIMAL_OVERFLOW = 0x0a,
    PGM_DECIMAL_DIVIDE = 0x0b,
    PGM_HFP_EXPONENT_OVERFLOW = 0x0c,
    PGM_HFP_EXPONENT_UNDERFLOW = 0x0d,
    PGM_HFP_SIGNIFICANCE = 0x0e,
    PGM_HFP_DIVIDE = 0x0f,
    PGM_SEGMENT_TRANSLATION = 0x10,
    PGM_PAGE_TRANSLATION = 0x11,
    PGM_TRANSLATION_SPECIFICATION = 0x12,
    PGM_SPECIAL_OPERATION = 0x13,
    PGM_OPERAND = 0x15,
    PGM_TRACE_TABLE = 0x16,
    PGM_VECTOR_PROCESSING = 0x1b,
    PGM_SPACE_SWITCH = 0x1c,
    PGM_HFP_SQUARE_ROOT = 0x1d,
    PGM_PC_TRANSLATION_SPECIFICATION = 0x1f,
    PGM_AFX_TRANSLATION = 0x20,
    PGM_ASX_TRANSLATION = 0x21,
    PGM_LX_TRANSLATION = 0x22,
    PGM_EX_TRANSLATION = 0x23,
    PGM_PRIMARY_AUTHORITY = 0x24,
    PGM_SECONDARY_AUTHORITY = 0x25,
    PGM_LFX_TRANSLATION = 0x26,
    PGM_LSX_TRANSLATION = 0x27,
    PGM_ALET_SPECIFICATION = 0x28,
    PGM_ALEN_TRANSLATION = 0x29,
    PGM_ALE_SEQUENCE = 0x2a,
    PGM_ASTE_VALIDITY = 0x2b,
    PGM_ASTE_SEQUENCE = 0x2c,
    PGM_EXTENDED_AUTHORITY = 0x2d,
    PGM_LSTE_SEQUENCE = 0x2e,
    PGM_ASTE_INSTANCE = 0x2f,
    PGM_STACK_FULL = 0x30,
    PGM_STACK_EMPTY = 0x31,
    PGM_STACK_SPECIFICATION = 0x32,
    PGM_STACK_TYPE = 0x33,
    PGM_STACK_OPERATION = 0x34,
    PGM_ASCE_TYPE = 0x38,
    PGM_REGION_FIRST_TRANSLATION = 0x39,
    PGM_REGION_SECOND_TRANSLATION = 0x3a,
    PGM_REGION_THIRD_TRANSLATION = 0x3b,
    PGM_MONITOR_EVENT = 0x40,
    PGM_PER = 0x80,
    PGM_CRYPTO_OPERATION = 0x119,
};

/* Data-exception codes. */
enum data_exception_code {
    DXC_DECIMAL_OPERAND = 0x00,
    DXC_AFP_REGISTER = 0x01,
    DXC_BFP_INSTRUCTION = 0x02,
    DXC_DFP_INSTRUCTION = 0x03,
    DXC_QUANTUM = 0x04,
    DXC_SIMULATED_QUANTUM = 0x07,
    DXC_IEEE_INEXACT_TRUNCATED = 0x08,
    DXC_IEEE_INEXACT_INCREMENTED = 0x0c,
    DXC_IEEE_UNDERFLOW_EXACT = 0x10,
    DXC_IEEE_OVERFLOW_EXACT = 0x20,
    DXC_IEEE_DIVISION_BY_ZERO = 0x40,
    DXC_IEEE_INVALID = 0x80,
    DXC_VECTOR_INSTRUCTION = 0xfe,
    DXC_COMPARE_AND_TRAP = 0xff,
};

_Noreturn void program_interruption(struct vcpu *cpu, enum program_code code);
/* With the DXC in lowcore and, where CR0 bit 45 is one, in byte 2 of the FPC register. */
_Noreturn void data_exception(struct vcpu *cpu, unsigned dxc);
_Noreturn void vector_processing_exception(struct vcpu *cpu, unsigned vxc);
/* With a translation-exception identification. */
_Noreturn void program_interruption_teid(struct vcpu *cpu, enum program_code code, uint64_t teid,
                                         unsigned exception_access_id);
/* With the ASN or PC number at real locations 172-175, as the exceptions of ASN and
   PC-number translation, the authority exceptions and the space-switch event store it. */
_Noreturn void program_interruption_asn(struct vcpu *cpu, enum program_code code, uint32_t id);
/* With the exception access identification alone: access-register translation. */
_Noreturn void program_interruption_access(struct vcpu *cpu, enum program_code code,
                                           unsigned exception_access_id);
_Noreturn void monitor_event(struct vcpu *cpu, uint16_t class, uint64_t code);

static inline _Noreturn void specification_exception(struct vcpu *cpu)
{
    program_interruption(cpu, PGM_SPECIFICATION);
}

static inline _Noreturn void special_operation_exception(struct vcpu *cpu)
{
    program_interruption(cpu, PGM_SPECIAL_OPERATION);
}

/* SUPERVISOR CALL: old and new PSW. The PSW's address is the next instruction's. */
void interruption_svc(struct vcpu *cpu, uint8_t number, unsigned ilc);

/* Delivers cpu->program: what the run loop does after a raise. The PSW's address is that
   behind the instruction; this backs it up where the PoP nullifies. */
void interruption_program(struct vcpu *cpu);

/* Takes the pending interruption of highest priority for which the CPU is enabled; false
   where there is none. The CPU is between two instructions. */
bool interruption_take(struct vcpu *cpu);

/* True where interruption_take would take one: what ends the wait state. */
bool interruption_deliverable(struct vcpu *cpu);

/* Makes interruptions pending; any thread. */
void interruption_post_emergency(struct vcpu *target, uint16_t source);
/* False where an external call is pending already. */
bool interruption_post_external_call(struct vcpu *target, uint16_t source);
void interruption_post_malfunction_alert(struct vcpu *target, uint16_t source);
void interruption_post_restart(struct vcpu *target);
void interruption_post_interrupt_key(struct configuration *configuration);

/* Subsystem reset: forgets every floating interruption. No CPU runs. */
void interruption_reset_floating(struct configuration *configuration);

/* The port through which devices post; lives as long as the configuration. */
struct interruption_port interruption_port_of(struct configuration *configuration);

/* TEST PENDING INTERRUPTION: takes the highest-priority I/O interruption whose ISC CR6
   enables; false where there is none. */
bool interruption_dequeue_io(struct vcpu *cpu, struct io_interruption *interruption);

#endif
