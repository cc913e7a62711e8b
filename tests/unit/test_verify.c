/* Two machines in lock step: what is the same passes, and each kind of difference is found in
   the slice where it begins, with the instructions of that slice. */
#include <stdlib.h>
#include <unistd.h>

#include "cpu/isa/disassemble.h"
#include "src/machine/machine_internal.h"
#include "src/machine/verify.h"
#include "tests/harness.h"

#define SLICE 100u

/* LGHI 4,500; AGHI 6,1; STG 6,0x700; BRCTG 4,.-10; SIGP 0,0,5: stops itself. */
static const uint8_t code[] = {0xa7, 0x49, 0x01, 0xf4, 0xa7, 0x6b, 0x00, 0x01, 0xe3, 0x60, 0x07,
                               0x00, 0x00, 0x24, 0xa7, 0x47, 0xff, 0xfb, 0xae, 0x00, 0x00, 0x05};
static const uint8_t psw[] = {0x00, 0x08, 0x00, 0x00, 0x80, 0x00, 0x10, 0x00};

static bool write_kernel(char path[])
{
    uint8_t image[0x2000] = {0};
    int fd = mkstemp(path);
    bool written;

    memcpy(image, psw, sizeof psw);
    memcpy(image + 0x1000, code, sizeof code);
    written = fd >= 0 && write(fd, image, sizeof image) == (ssize_t)sizeof image;
    if (fd >= 0)
        close(fd);
    return written;
}

static struct machine *make(unsigned cpus)
{
    char path[] = "/tmp/test_verify_XXXXXX";
    const struct machine_config config = {
        .kernel = path,
        .console = "null",
        .memory_size = UINT64_C(4) << 20,
        .cpus = cpus,
        .deterministic = true,
        .verify = SLICE,
    };
    struct machine *machine = NULL;
    struct error error;

    CHECK(write_kernel(path));
    CHECK_EQ(machine_create(&machine, &config, &error), 0);
    unlink(path);
    return machine;
}

static void same_machines_pass(void)
{
    for (unsigned cpus = 1; cpus <= 2; cpus++) {
        struct machine *machine = make(cpus);
        struct error error;

        REQUIRE(machine != NULL);
        CHECK_EQ(machine_run(machine, 0, &error), MACHINE_GUEST_ENDED);
        CHECK(machine_difference(machine) == NULL);
        CHECK_EQ(machine->cpu[0].cpu->instructions, 1502);
        machine_destroy(machine);
    }
}

#define DISTURBED 1234u /* instructions before the difference */

static void wrong_register(struct vcpu *cpu)
{
    cpu->state.gr[9] = 0x1111;
}

static void wrong_byte(struct vcpu *cpu)
{
    cpu->storage->host[0x708] = 0x77;
}

static void wrong_key(struct vcpu *cpu)
{
    atomic_store(&cpu->storage->key[0x300], 0x50);
}

static void wrong_count(struct vcpu *cpu)
{
    cpu->state.gr[4] = 1;
}

static void wrong_end(struct vcpu *cpu)
{
    cpu->state.psw_mask |= PSW_PROBLEM;
}

static const struct disturbance {
    void (*disturb)(struct vcpu *cpu);
    uint64_t when;
    const char *text;
} disturbances[] = {
    {wrong_register, DISTURBED, "gr[9]: 0000000000001111 and 0000000000000000"},
    {wrong_byte, DISTURBED, "0000000000000708: 7700000000000000 and 0000000000000000"},
    {wrong_key, DISTURBED, "key of 0000000000300000: 50 and 00"},
    {wrong_count, DISTURBED, "one machine has ended"},
    {wrong_register, 1501, "gr[9]: 0000000000001111 and 0000000000000000"},
    {wrong_end, 1501, "the machines end in different ways"},
};

static void disturb(void *owner, struct vcpu *cpu, const uint8_t text[6])
{
    const struct disturbance *disturbance = owner;

    (void)text;
    if (cpu->instructions == disturbance->when)
        disturbance->disturb(cpu);
}

static void differences_are_found(void)
{
    for (size_t i = 0; i < sizeof disturbances / sizeof disturbances[0]; i++) {
        struct machine *machine = make(1);
        struct error error;
        const char *text;

        REQUIRE(machine != NULL);
        machine->cpu[0].cpu->trace_owner = (void *)&disturbances[i];
        machine->cpu[0].cpu->trace = disturb;
        CHECK_EQ(machine_run(machine, UINT64_C(20000000000), &error), MACHINE_DIFFERS);
        text = machine_difference(machine);
        REQUIRE(CHECK(text != NULL));
        if (!CHECK(strstr(text, disturbances[i].text) != NULL))
            printf("# %s\n", text);
        machine_destroy(machine);
    }
}

/* From the boundary after 1200 instructions to that after 1300. */
static void instructions_between_are_listed(void)
{
    struct machine *machine = make(1);
    struct error error;
    const char *text, *list;
    unsigned lines = 0;

    REQUIRE(machine != NULL);
    machine->cpu[0].cpu->trace_owner = (void *)&disturbances[0];
    machine->cpu[0].cpu->trace = disturb;
    CHECK_EQ(machine_run(machine, 0, &error), MACHINE_DIFFERS);
    text = machine_difference(machine);
    REQUIRE(CHECK(text != NULL));
    CHECK(strstr(text, "before, after 1200 instructions") != NULL);
    list = strstr(text, "as interp executes them:\n");
    REQUIRE(CHECK(list != NULL));
    for (list = strchr(list, '\n') + 1; *list; list = strchr(list, '\n') + 1)
        lines++;
    CHECK_EQ(lines, SLICE);
    CHECK(strstr(text, "stg\t%r6,1792") != NULL);
    machine_destroy(machine);
}

static const struct test tests[] = {
    TEST(same_machines_pass),
    TEST(differences_are_found),
    TEST(instructions_between_are_listed),
};

int main(void)
{
    return RUN_TESTS(tests);
}
