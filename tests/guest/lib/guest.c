/* Checks, console and interruption handling of the guest programs: see guest.h. */
#include "tests/guest/lib/guest.h"

#include <stddef.h>

#define SERVICE_SIGNAL     0x2401
#define CR0_SERVICE_SIGNAL 0x200
#define WRITE_EVENT_MASK   0x00780005
#define WRITE_EVENT_DATA   0x00760005
#define VT220_EVENT        0x1a

void (*volatile on_external)(uint16_t code);
void (*volatile on_supervisor_call)(uint16_t code);

static unsigned failures;
static volatile bool service_done;
static char line[256];
static unsigned line_length;

/* The two SCCBs that the console needs; within a page, as the service call demands. */
static struct {
    uint16_t length;
    uint8_t function;
    uint8_t control[3];
    uint16_t response;
    union {
        struct {
            uint16_t zero;
            uint16_t mask_length;
            uint32_t masks[4];
        } mask;
        struct {
            uint16_t length;
            uint8_t type;
            uint8_t flags;
            uint16_t zero;
            char text[sizeof line];
        } event;
    };
} __attribute__((aligned(4096), packed)) sccb;

void guest_main(void);
void guest_external(void);
void guest_supervisor_call(void);
void guest_unexpected(uint64_t old_psw);

/* GCC makes calls of these two of its own accord. */
void *memset(void *to, int byte, size_t size);
void *memcpy(void *to, const void *from, size_t size);

void *memset(void *to, int byte, size_t size)
{
    for (volatile char *p = to; size--; p++)
        *p = (char)byte;
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    const char *source = from;

    for (volatile char *p = to; size--; p++)
        *p = *source++;
    return to;
}

void guest_wait(const volatile bool *done)
{
    while (!*done)
        __asm__ volatile("    larl    1, 0f\n"
                         "    stg     1, 8(%0)\n"
                         "    lpswe   0(%0)\n"
                         "0:\n"
                         :
                         : "a"((uint64_t[2]){PSW_EXTERNAL | PSW_WAIT | PSW_64BIT, 0})
                         : "1", "cc", "memory");
    system_mask_and(0xfe);
}

static void service_call(uint32_t command)
{
    uint64_t cr0 = control_register(0);
    unsigned cc;

    service_done = false;
    SET_CONTROL_REGISTER(0, cr0 | CR0_SERVICE_SIGNAL);
    do {
        __asm__ volatile(".insn   rre, 0xb2200000, %1, %2\n"
                         "ipm     %0\n"
                         "srl     %0, 28"
                         : "=d"(cc)
                         : "d"(command), "a"(&sccb)
                         : "cc", "memory");
    } while (cc == 2);
    if (cc == 0)
        guest_wait(&service_done);
    SET_CONTROL_REGISTER(0, cr0);
}

static void console_open(void)
{
    memset(&sccb, 0, 8 + sizeof sccb.mask);
    sccb.length = 8 + sizeof sccb.mask;
    sccb.mask.mask_length = 4;
    sccb.mask.masks[1] = 1u << (32 - VT220_EVENT);
    service_call(WRITE_EVENT_MASK);
}

static void console_write(void)
{
    memset(&sccb, 0, sizeof sccb);
    sccb.length = (uint16_t)(8 + 6 + line_length);
    sccb.event.length = (uint16_t)(6 + line_length);
    sccb.event.type = VT220_EVENT;
    memcpy(sccb.event.text, line, line_length);
    service_call(WRITE_EVENT_DATA);
    line_length = 0;
}

void guest_print(const char *text)
{
    for (; *text; text++) {
        line[line_length++] = *text;
        if (*text == '\n' || line_length == sizeof line)
            console_write();
    }
}

void guest_print_hex(uint64_t value)
{
    char digits[17];

    for (int i = 15; i >= 0; i--, value >>= 4)
        digits[i] = "0123456789abcdef"[value & 15];
    digits[16] = 0;
    guest_print(digits);
}

static void print_place(const char *text, int number)
{
    char digits[8];
    int i = sizeof digits;

    digits[--i] = 0;
    do
        digits[--i] = (char)('0' + number % 10);
    while (number /= 10);
    failures++;
    guest_print("FAIL: line ");
    guest_print(digits + i);
    guest_print(": ");
    guest_print(text);
}

void guest_check(bool passed, const char *text, int number)
{
    if (!passed) {
        print_place(text, number);
        guest_print("\n");
    }
}

void guest_check_equal(uint64_t seen, uint64_t wanted, const char *text, int number)
{
    if (seen != wanted) {
        print_place(text, number);
        guest_print(" is ");
        guest_print_hex(seen);
        guest_print(", wanted ");
        guest_print_hex(wanted);
        guest_print("\n");
    }
}

void guest_end(bool passed)
{
    guest_print(passed ? "PASS\n" : "FAIL\n");
    if (!passed)
        load_psw(PSW_WAIT | PSW_64BIT, 0xbad);
    for (;;) {
        uint16_t self;

        __asm__ volatile("stap %0" : "=Q"(self));
        signal_processor(self, 5, 0, NULL);
    }
}

void guest_external(void)
{
    uint16_t code = real16(EXTERNAL_CODE);

    if (code == SERVICE_SIGNAL)
        service_done = true;
    else if (on_external)
        on_external(code);
    else
        guest_unexpected(EXTERNAL_OLD_PSW);
}

void guest_supervisor_call(void)
{
    if (on_supervisor_call)
        on_supervisor_call(real16(SVC_CODE));
    else
        guest_unexpected(SVC_OLD_PSW);
}

void guest_unexpected(uint64_t old_psw)
{
    /* The console may interrupt; what is reported must not be its doing. */
    uint64_t mask = real64(old_psw), address = real64(old_psw + 8);
    uint16_t code = real16(PROGRAM_CODE);
    static bool reporting;

    if (reporting)
        load_psw(PSW_WAIT | PSW_64BIT, 0xbad);
    reporting = true;
    guest_print("FAIL: unexpected interruption, old PSW at ");
    guest_print_hex(old_psw);
    guest_print(": ");
    guest_print_hex(mask);
    guest_print(" ");
    guest_print_hex(address);
    guest_print(", last program-interruption code ");
    guest_print_hex(code);
    guest_print("\n");
    guest_end(false);
}

void guest_main(void)
{
    console_open();
    test();
    guest_end(failures == 0);
}
