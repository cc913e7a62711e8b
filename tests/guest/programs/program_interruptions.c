/*
 * Interruption code, instruction-length code and old PSW of program interruptions: which
 * ones nullify, suppress or complete (PoP, chapter 6, "Program Interruptions").
 */
#include "tests/guest/lib/guest.h"

static uint8_t bytes[32] __attribute__((aligned(16)));

static void operation_exceptions_suppress(void)
{
    ATTEMPT(".short 0", ::: "2");
    CHECK_ATTEMPT(1, 2);
    CHECK_EQUAL(attempt_ilc(), 1);
    ATTEMPT(".long 0xb2fe0000", ::: "2");
    CHECK_ATTEMPT(1, 4);
    CHECK_EQUAL(attempt_ilc(), 2);
    ATTEMPT(".long 0xe3000000\n .short 0x00ff", ::: "2");
    CHECK_ATTEMPT(1, 6);
    CHECK_EQUAL(attempt_ilc(), 3);
}

static void execute_exceptions(void)
{
    /* The target of EXECUTE is another EXECUTE. */
    ATTEMPT("ex 0, 0(%0)", : : "a"(bytes) : "2");
    CHECK_EQUAL(attempt_code(), 1); /* zeros: operation exception of the target */
    CHECK_EQUAL(attempt_ilc(), 2);  /* but the length of the EXECUTE */
    bytes[0] = 0x44;
    ATTEMPT("ex 0, 0(%0)", : : "a"(bytes) : "2");
    CHECK_ATTEMPT(3, 4);
    ATTEMPT("ex 0, 1(%0)", : : "a"(bytes) : "2");
    CHECK_ATTEMPT(6, 4);
    bytes[0] = 0;
}

static void specification_and_data(void)
{
    uint64_t r4 = 1;

    /* MULTIPLY of an odd register. */
    ATTEMPT(".short 0x1c34", ::: "3");
    CHECK_ATTEMPT(6, 2);
    ATTEMPT("lpswe 4(%0)", : : "a"(bytes) : "2");
    CHECK_ATTEMPT(6, 4);
    /* CONVERT TO BINARY of what is no decimal number. */
    bytes[7] = 0x00;
    ATTEMPT("cvb %0, 0(%1)", : "+d"(r4) : "a"(bytes) : "2");
    CHECK_ATTEMPT(7, 4);
    CHECK_EQUAL(r4, 1);
}

static void arithmetic(void)
{
    register uint64_t r2 __asm__("2") = 0, r3 __asm__("3") = 7;
    uint64_t kept, sum = INT64_MAX;

    /* A fixed-point divide suppresses: registers stay. */
    ATTEMPT("dlgr 2, %2", : "+d"(r2), "+d"(r3) : "d"((uint64_t)0) : "4");
    kept = r3;
    CHECK_ATTEMPT(9, 4);
    CHECK_EQUAL(kept, 7);

    /* A fixed-point overflow completes: the sum is there, and the condition code. */
    __asm__ volatile("spm %0" : : "d"(0x08000000) : "cc");
    ATTEMPT("agr %0, %1", : "+d"(sum) : "d"((uint64_t)1) : "4");
    CHECK_ATTEMPT(8, 4);
    CHECK_EQUAL(sum, (uint64_t)INT64_MIN);
    CHECK_EQUAL(real64(ATTEMPT_OLD_PSW) >> 44 & 3, 3);
    __asm__ volatile("spm %0" : : "d"(0) : "cc");
}

static void storage(void)
{
    uint64_t r4 = 1;

    /* No test has 16 TiB of storage. */
    ATTEMPT("lg %0, 0(%1)", : "+d"(r4) : "a"(UINT64_C(1) << 44) : "2");
    CHECK_ATTEMPT(5, 6);
    CHECK_EQUAL(r4, 1);
    /* Low-address protection covers effective addresses 0-511 and 4096-4607. */
    SET_CONTROL_REGISTER(0, control_register(0) | 0x10000000);
    ATTEMPT("stg %0, 0x1ff(0)", : : "d"(r4) : "2");
    CHECK_ATTEMPT(4, 6);
    ATTEMPT("stg %0, 0x11f8(0)", : : "d"(r4) : "2");
    CHECK_EQUAL(attempt_code(), 4);
    SET_CONTROL_REGISTER(0, control_register(0) & ~UINT64_C(0x10000000));
    ATTEMPT("stg %0, 0x1200(0)", : : "d"(r4) : "2");
    CHECK_EQUAL(attempt_code(), 0);
}

static void call_problem_state(void)
{
    /* SERVC in the problem state, after an SVC that comes back in it. */
    uint64_t mask = PSW_PROBLEM | PSW_64BIT;
    uint64_t psw[2] = {mask, 0};

    attempt_begin();
    __asm__ volatile("    larl    1, 1f\n"
                     "    stg     1, 0x308(0)\n"
                     "    larl    1, 0f\n"
                     "    stg     1, 0x330(0)\n"
                     "    stg     1, 8(%0)\n"
                     "    lpswe   0(%0)\n"
                     "0:  stap    0(%1)\n"
                     "1:\n"
                     :
                     : "a"(psw), "a"(bytes)
                     : "1", "cc", "memory");
    CHECK_ATTEMPT(2, 4);
    CHECK_EQUAL(real64(ATTEMPT_OLD_PSW) & PSW_PROBLEM, PSW_PROBLEM);
}

static void return_to_supervisor_state(uint16_t code)
{
    CHECK_EQUAL(code, 7);
    real64_set(SVC_OLD_PSW, real64(SVC_OLD_PSW) & ~PSW_PROBLEM);
}

void test(void)
{
    operation_exceptions_suppress();
    execute_exceptions();
    specification_and_data();
    arithmetic();
    storage();
    on_supervisor_call = return_to_supervisor_state;
    call_problem_state();
    __asm__ volatile("svc 7" : : : "memory");
    CHECK_EQUAL(*(uint8_t *)real(SVC_ILC), 2);
    CHECK_EQUAL(real16(SVC_CODE), 7);
}
