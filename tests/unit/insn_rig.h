/*
 * One CPU with 1 MiB of storage, DAT off, on which a test runs single instructions without a
 * run loop: the body is called with what the loop would have set up. A program interruption
 * comes back as its code.
 */
#ifndef ZITHER_TESTS_UNIT_INSN_RIG_H
#define ZITHER_TESTS_UNIT_INSN_RIG_H

#include <setjmp.h>
#include <stdlib.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"
#include "cpu/arch/psw.h"
#include "cpu/isa/insn.h"
#include "tests/harness.h"

#define RIG_STORAGE (UINT64_C(1) << 20)
#define RIG_INSN    UINT64_C(0x1000) /* where the instruction stands */

struct rig {
    struct storage storage;
    struct configuration configuration;
    struct vcpu *cpu;
    bool repeated; /* the last instruction asked to be executed again */
};

static inline void rig_mode(struct rig *rig, uint64_t addressing)
{
    struct psw psw = {.mask = addressing, .addr = RIG_INSN};

    psw_load(rig->cpu, psw);
}

#define RIG_MODE_64 (PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING)
#define RIG_MODE_31 PSW_BASIC_ADDRESSING
#define RIG_MODE_24 UINT64_C(0)

static inline bool rig_open(struct rig *rig)
{
    struct error error;

    memset(rig, 0, sizeof *rig);
    if (storage_create(&rig->storage, RIG_STORAGE, &error) != 0)
        return false;
    configuration_init(&rig->configuration, &rig->storage);
    for (unsigned i = 0; i < FACILITY_COUNT; i++)
        rig->configuration.facility_present[i] = true;
    if (vcpu_create(&rig->cpu, &rig->configuration, 0, &error) != 0)
        return false;
    rig_mode(rig, RIG_MODE_64);
    return true;
}

static inline void rig_close(struct rig *rig)
{
    vcpu_destroy(rig->cpu);
    configuration_fini(&rig->configuration);
    storage_destroy(&rig->storage);
}

/* Bytes written as hexadecimal digits, with spaces where one likes; the number of bytes. */
static inline unsigned rig_hex(uint8_t *to, const char *hex)
{
    unsigned digits = 0;

    for (; *hex; hex++) {
        if (*hex != ' ') {
            unsigned digit = *hex <= '9' ? *hex - '0' : (*hex | 32) - 'a' + 10;

            to[digits / 2] = (uint8_t)(digits % 2 ? to[digits / 2] | digit : digit << 4);
            digits++;
        }
    }
    return digits / 2;
}

static inline uint8_t *rig_at(struct rig *rig, uint64_t address)
{
    return rig->storage.host + address;
}

static inline void rig_put(struct rig *rig, uint64_t address, const char *hex)
{
    rig_hex(rig_at(rig, address), hex);
}

static inline bool rig_check(struct harness_place at, struct rig *rig, uint64_t address,
                             const char *hex)
{
    uint8_t wanted[1024];
    unsigned size = rig_hex(wanted, hex);

    return harness_check_mem(at, rig_at(rig, address), wanted, size);
}

#define RIG_CHECK(rig, address, hex) rig_check(HARNESS_PLACE(#address ": " #hex), rig, address, hex)

/* Executes the instruction of hexadecimal digits TEXT once; the program-interruption code. */
static inline unsigned rig_run(struct rig *rig, const char *text)
{
    struct vcpu *cpu = rig->cpu;
    struct insn insn;
    uint8_t bytes[8] = {0};

    rig_hex(bytes, text);
    if (!insn_decode(&insn, bytes) || !insn.body)
        return PGM_OPERATION;
    insn.page_offset = RIG_INSN & 0xfff;
    cpu->insn_page = RIG_INSN & ~UINT64_C(0xfff);
    cpu->insn = &insn;
    cpu->state.psw_addr = RIG_INSN + insn.length;
    cpu->program.code = 0;
    cpu->unwinding = 1;
    if (_setjmp(cpu->unwind) == 0)
        insn.body(cpu, &insn);
    cpu->unwinding = 0;
    cpu->insn = NULL;
    rig->repeated = cpu->state.psw_addr == RIG_INSN;
    return cpu->program.code;
}

/* The same again and again while it asks for that or ends with condition code 3; the number
   of executions, or 0 after a program interruption. */
static inline unsigned rig_run_through(struct rig *rig, const char *text, bool until_not_3)
{
    for (unsigned n = 1; n < 100000; n++) {
        if (rig_run(rig, text))
            return 0;
        if (!rig->repeated && !(until_not_3 && rig->cpu->cc == 3))
            return n;
    }
    return 0;
}

#endif
