/*
 * What a guest program of the tests has: checks, a console through SCLP, the interruption
 * it provoked, and a few instructions with a name. A program defines the function test and
 * ends by stopping its CPU when every check passed, else in a disabled wait.
 */
#ifndef ZITHER_TESTS_GUEST_LIB_GUEST_H
#define ZITHER_TESTS_GUEST_LIB_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/lib/lowcore_map.h"

#define PSW_DAT      UINT64_C(0x0400000000000000)
#define PSW_IO       UINT64_C(0x0200000000000000)
#define PSW_EXTERNAL UINT64_C(0x0100000000000000)
#define PSW_WAIT     UINT64_C(0x0002000000000000)
#define PSW_PROBLEM  UINT64_C(0x0001000000000000)
#define PSW_64BIT    UINT64_C(0x0000000180000000)

/* The program. */
void test(void);

void guest_print(const char *text);
void guest_print_hex(uint64_t value);
void guest_check(bool passed, const char *text, int line);
void guest_check_equal(uint64_t seen, uint64_t wanted, const char *text, int line);
_Noreturn void guest_end(bool passed);

#define CHECK(condition) guest_check((condition), #condition, __LINE__)
#define CHECK_EQUAL(seen, wanted)                                                                  \
    guest_check_equal((uint64_t)(seen), (uint64_t)(wanted), #seen, __LINE__)

/* Called for each external interruption but the service signal, and each SVC, where set. */
extern void (*volatile on_external)(uint16_t code);
extern void (*volatile on_supervisor_call)(uint16_t code);

/* Waits for external interruptions until *DONE; the caller has enabled their subclasses. */
void guest_wait(const volatile bool *done);

static inline void *real(uint64_t address)
{
    void *pointer;

    /* Hides from the compiler that page 0 is not where objects usually are. */
    __asm__("" : "=a"(pointer) : "0"(address));
    return pointer;
}

static inline uint16_t real16(uint64_t address)
{
    return *(volatile uint16_t *)real(address);
}

static inline uint64_t real64(uint64_t address)
{
    return *(volatile uint64_t *)real(address);
}

static inline void real64_set(uint64_t address, uint64_t value)
{
    *(volatile uint64_t *)real(address) = value;
}

static inline void attempt_begin(void)
{
    real64_set(ATTEMPT_OLD_PSW, 0);
    real64_set(ATTEMPT_OLD_PSW + 8, 0);
}

/*
 * Runs INSTRUCTION, which may cause a program interruption; execution goes on behind it
 * either way, with AFTER. What follows are the operands of asm from the first colon on, all
 * three colons, the clobbers last and not empty. Register 1 is not for use.
 */
#define ATTEMPT_BETWEEN(before, instruction, after, ...)                                           \
    do {                                                                                           \
        attempt_begin();                                                                           \
        __asm__ volatile("    larl    1, 1f\n"                                                     \
                         "    stg     1, 0x308(0)\n"                                               \
                         "    larl    1, 0f\n"                                                     \
                         "    stg     1, 0x330(0)\n"                                               \
                         "    " before "\n"                                                        \
                         "0:  " instruction "\n"                                                   \
                         "1:  " after "\n" __VA_ARGS__,                                            \
                         "1", "cc", "memory");                                                     \
        real64_set(ATTEMPT_RESUME, 0);                                                             \
    } while (0)

#define ATTEMPT(instruction, ...) ATTEMPT_BETWEEN("", instruction, "", __VA_ARGS__)

/* The same with access key KEY, a hexadecimal digit, for INSTRUCTION alone. */
#define ATTEMPT_WITH_KEY(key, instruction, ...)                                                    \
    ATTEMPT_BETWEEN("spka 0x" #key "0(0)", instruction, "spka 0(0)", __VA_ARGS__)

/* The interruption code of the last ATTEMPT, or 0 where it was not interrupted. */
static inline uint16_t attempt_code(void)
{
    return real64(ATTEMPT_OLD_PSW + 8) ? real16(PROGRAM_CODE) : 0;
}

/* How far behind the start of the instruction the old PSW points. */
static inline uint64_t attempt_advance(void)
{
    return real64(ATTEMPT_OLD_PSW + 8) - real64(ATTEMPT_START);
}

static inline uint8_t attempt_ilc(void)
{
    return *(volatile uint8_t *)real(PROGRAM_ILC) >> 1;
}

/* Checks that the last ATTEMPT was interrupted with CODE, and where the old PSW points. */
#define CHECK_ATTEMPT(code, advance)                                                               \
    do {                                                                                           \
        CHECK_EQUAL(attempt_code(), code);                                                         \
        CHECK_EQUAL(attempt_advance(), advance);                                                   \
    } while (0)

static inline void system_mask_or(uint8_t bits)
{
    uint8_t old;

    __asm__ volatile("stosm %0, %1" : "=Q"(old) : "i"((int)bits) : "memory");
}

static inline void system_mask_and(uint8_t bits)
{
    uint8_t old;

    __asm__ volatile("stnsm %0, %1" : "=Q"(old) : "i"((int)bits) : "memory");
}

static inline uint64_t control_register(unsigned number)
{
    uint64_t all[16];

    __asm__ volatile("stctg 0, 15, %0" : "=S"(all));
    return all[number];
}

#define SET_CONTROL_REGISTER(number, value)                                                        \
    do {                                                                                           \
        uint64_t to_load = (value);                                                                \
        __asm__ volatile("lctlg %1, %1, %0" : : "S"(to_load), "i"(number) : "memory");             \
    } while (0)

static inline _Noreturn void load_psw(uint64_t mask, uint64_t address)
{
    uint64_t psw[2] = {mask, address};

    __asm__ volatile("lpswe %0" : : "Q"(psw) : "memory");
    __builtin_unreachable();
}

/* SIGNAL PROCESSOR: the condition code, and the status register through STATUS. */
static inline unsigned signal_processor(uint16_t cpu, uint8_t order, uint64_t parameter,
                                        uint64_t *status)
{
    register uint64_t r2 __asm__("2") = 0;
    register uint64_t r3 __asm__("3") = parameter;
    unsigned cc;

    __asm__ volatile("sigp 2, %[cpu], 0(%[order])\n"
                     "ipm %[cc]\n"
                     "srl %[cc], 28"
                     : [cc] "=&d"(cc), "+d"(r2)
                     : "d"(r3), [cpu] "d"((uint64_t)cpu), [order] "a"((uint64_t)order)
                     : "cc", "memory");
    if (status)
        *status = r2;
    return cc;
}

#endif
