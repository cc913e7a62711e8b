/* Decimal instructions: the PoP's worked examples (appendix A), every exception condition, and
   random numbers against arithmetic on digits. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

#define FIRST  0x3ffd /* across a page */
#define SECOND 0x5ffe

static struct rig rig;

/* Runs TEXT on two operands; the program-interruption code. */
static unsigned run(const char *text, const char *first, const char *second)
{
    gr64_set(rig.cpu, 1, FIRST);
    gr64_set(rig.cpu, 2, SECOND);
    rig_put(&rig, FIRST, first);
    rig_put(&rig, SECOND, second);
    rig.cpu->cc = 0;
    return rig_run(&rig, text);
}

static void gives(const char *text, const char *first, const char *second, const char *result,
                  unsigned cc)
{
    CHECK_EQ(run(text, first, second), 0);
    RIG_CHECK(&rig, FIRST, result);
    CHECK_EQ(rig.cpu->cc, cc);
}

/* A data exception that leaves the first operand alone. */
static void refuses(const char *text, const char *first, const char *second)
{
    CHECK_EQ(run(text, first, second), PGM_DATA);
    CHECK_EQ(rig.cpu->program.data_code, 0);
    RIG_CHECK(&rig, FIRST, first);
}

static void add(void)
{
    gives("fa21 1000 2000", "38460d", "112d", "38572d", 1);
    gives("fa21 1000 2000", "38460d", "112c", "38348d", 1);
    gives("fa21 1000 2000", "00112f", "112b", "00000c", 0);
    gives("fa21 1000 2000", "00112e", "112a", "00224c", 2);
    gives("fa11 1000 2000", "999c", "002c", "001c", 3);
    gives("fa11 1000 2000", "999d", "001d", "000d", 3); /* keeps the sign of the true sum */
    gives("fa12 1000 2000", "001c", "01000c", "001c", 3);
    gives("fa12 1000 2000", "001c", "00998c", "999c", 2);
    gives("fb21 1000 2000", "38460d", "112d", "38348d", 1);
    gives("fb11 1000 2000", "000d", "000c", "000c", 0);
    gives("faff 1000 2000", "9999999999999999999999999999999c", "0000000000000000000000000000001d",
          "9999999999999999999999999999998c", 2);
    gives("faff 1000 2000", "9999999999999999999999999999999c", "0000000000000000000000000000001c",
          "0000000000000000000000000000000c", 3);
    refuses("fa11 1000 2000", "0a0c", "000c");
    refuses("fa11 1000 2000", "0009", "000c");
    refuses("fa11 1000 2000", "000c", "0a0c");
    refuses("fb11 1000 2000", "000c", "0007");
    /* a number with itself */
    CHECK_EQ(run("fa22 1000 1000", "12345c", ""), 0);
    RIG_CHECK(&rig, FIRST, "24690c");
    CHECK_EQ(run("fb21 1000 1001", "12345c", ""), 0); /* rightmost bytes coincide */
    RIG_CHECK(&rig, FIRST, "12000c");
}

static void overflow(void)
{
    rig.cpu->state.psw_mask |= PSW_DECIMAL_OVERFLOW;
    CHECK_EQ(run("fa11 1000 2000", "999c", "002c"), PGM_DECIMAL_OVERFLOW);
    RIG_CHECK(&rig, FIRST, "001c"); /* the operation was completed */
    CHECK_EQ(rig.cpu->cc, 3);
    CHECK_EQ(run("f811 1000 2000", "999c", "002c"), 0);
    CHECK_EQ(run("f801 1000 2000", "9c", "012c"), PGM_DECIMAL_OVERFLOW);
    CHECK_EQ(run("f000 1001 0000", "012c", ""), 0);
    rig_mode(&rig, RIG_MODE_64);
}

static void zero_and_add(void)
{
    gives("f842 1000 2000", "1234567890", "38460d", "000038460d", 1);
    gives("f801 1000 2000", "99", "120d", "0d", 3);
    gives("f801 1000 2000", "99", "000b", "0c", 0);
    refuses("f801 1000 2000", "ff", "0001");
    CHECK_EQ(run("f821 1000 1001", "12345d", ""), 0);
    RIG_CHECK(&rig, FIRST, "00345d");
}

static void compare(void)
{
    gives("f932 1000 2000", "1725356d", "72142d", "1725356d", 1);
    gives("f921 1000 2000", "00005c", "005f", "00005c", 0);
    gives("f911 1000 2000", "000d", "000c", "000d", 0);
    gives("f911 1000 2000", "001c", "001d", "001c", 2);
    gives("f912 1000 2000", "999c", "01000c", "999c", 1);
    refuses("f911 1000 2000", "0a1c", "001d");
    refuses("f911 1000 2000", "001c", "0011");
}

static void multiply_and_divide(void)
{
    gives("fc41 1000 2000", "000038460d", "321d", "012345660c", 0);
    gives("fc31 1000 2000", "0000000c", "321d", "0000000d", 0); /* a negative zero stays */
    refuses("fc41 1000 2000", "000138460d", "321d");            /* too few zeros on the left */
    refuses("fc41 1000 2000", "000038460d", "3211");
    CHECK_EQ(run("fcf8 1000 2000", "", ""), PGM_SPECIFICATION);
    CHECK_EQ(run("fc11 1000 2000", "", ""), PGM_SPECIFICATION);
    gives("fcf7 1000 2000", "0000000000000000999999999999999c", "999999999999999d",
          "0999999999999998000000000000001d", 0);
    gives("fd41 1000 2000", "012345678c", "321d", "38460d018c", 0);
    gives("fd41 1000 2000", "000000000d", "321c", "00000d000d", 0);
    CHECK_EQ(run("fd41 1000 2000", "012345678c", "000c"), PGM_DECIMAL_DIVIDE);
    CHECK_EQ(run("fd41 1000 2000", "100000000c", "001c"), PGM_DECIMAL_DIVIDE);
    RIG_CHECK(&rig, FIRST, "100000000c");
    gives("fd41 1000 2000", "000099999c", "001c", "99999c000c", 0);
    CHECK_EQ(run("fd41 1000 2000", "000100000c", "001c"), PGM_DECIMAL_DIVIDE);
    refuses("fd41 1000 2000", "012345678c", "3210");
    CHECK_EQ(run("fdf8 1000 2000", "", ""), PGM_SPECIFICATION);
}

static void shift(void)
{
    gives("f040 1000 0003", "000123456c", "", "123456000c", 2);
    gives("f040 1000 0004", "000123456d", "", "234560000d", 3);
    gives("f045 1000 003c", "001233950d", "", "000000123d", 1); /* 123.3950 */
    gives("f045 1000 003e", "001233950d", "", "000012340d", 1); /* 12339.50 */
    gives("f044 1000 003e", "001233950d", "", "000012339d", 1);
    gives("f040 1000 0000", "001233950f", "", "001233950c", 2); /* the sign becomes preferred */
    gives("f040 1000 0020", "999999999d", "", "000000000c", 0);
    gives("f049 1000 0021", "999999999d", "", "000000000c", 0);
    gives("f040 1000 001f", "000000001d", "", "000000000d", 3);
    gives("f040 1000 001f", "000000000d", "", "000000000c", 0);
    refuses("f04a 1000 0000", "001233950d", "");
    refuses("f040 1000 0000", "0012339506", "");
    gives("f0f5 1000 003f", "9999999999999999999999999999999c", "",
          "1000000000000000000000000000000c", 2);
}

static void edit(void)
{
    const char *pattern = "4020206b2020214b202040c3d9";

    gives("de0c 1000 2000", pattern, "0257426c", "4040f26bf5f7f44bf2f6404040", 2);
    gives("de0c 1000 2000", pattern, "0000026d", "404040404040404bf2f640c3d9", 1);
    gives("de0c 1000 2000", "5c20206b2020214b20205cc3d9", "0000000c", "5c5c5c5c5c5c5c4bf0f05c5c5c",
          0);
    /* two fields; the condition code is that of the last one */
    gives("de07 1000 2000", "4020202240202020", "12000c", "40f1f24040404040", 0);
    gives("de04 1000 2000", "4020202022", "123c", "40f1f2f340", 0);
    refuses("de03 1000 2000", "40202020", "1ac4");
    gr64_set(rig.cpu, 1, 0);
    rig_put(&rig, FIRST, pattern);
    rig_put(&rig, SECOND, "0000257426");
    gr64_set(rig.cpu, 3, FIRST);
    gr64_set(rig.cpu, 1, UINT64_C(0xaaaaaaaabbbbbbbb));
    rig_mode(&rig, RIG_MODE_24);
    CHECK_EQ(rig_run(&rig, "df0c 3000 2000"), 0); /* EDMK */
    RIG_CHECK(&rig, FIRST, "404040404040f24bf5f740c3d9");
    CHECK_EQ(gr64(rig.cpu, 1), UINT64_C(0xaaaaaaaabb000000) + FIRST + 6);
    rig_mode(&rig, RIG_MODE_64);
    rig_put(&rig, FIRST, pattern);
    rig_put(&rig, SECOND, "0000000257");
    gr64_set(rig.cpu, 1, 77);
    CHECK_EQ(rig_run(&rig, "df0c 3000 2000"), 0);
    CHECK_EQ(gr64(rig.cpu, 1), 77); /* significance started by the pattern */
}

static void test_decimal(void)
{
    gives("eb20 1000 00c0", "12345c", "", "12345c", 0);
    gives("eb20 1000 00c0", "123459", "", "123459", 1);
    gives("eb20 1000 00c0", "12a45c", "", "12a45c", 2);
    gives("eb20 1000 00c0", "12a450", "", "12a450", 3);
}

/* Schoolbook arithmetic on arrays of decimal digits, the last one first. */
#define DIGITS 64

struct digits {
    unsigned d[DIGITS];
};

static unsigned random_next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 40);
}

static struct digits random_digits(uint64_t *seed, unsigned n)
{
    struct digits x = {{0}};

    n = random_next(seed) % (n + 1);
    for (unsigned i = 0; i < n; i++)
        x.d[i] = random_next(seed) % 10;
    return x;
}

static void put_digits(uint64_t address, unsigned bytes, const struct digits *x, unsigned sign)
{
    uint8_t *p = rig_at(&rig, address + bytes - 1);

    *p-- = (uint8_t)(x->d[0] << 4 | sign);
    for (unsigned i = 1; i < 2 * bytes - 1; i += 2)
        *p-- = (uint8_t)(x->d[i + 1] << 4 | x->d[i]);
}

static struct digits multiply_digits(const struct digits *a, const struct digits *b)
{
    struct digits x = {{0}};

    for (unsigned i = 0; i < DIGITS / 2; i++) {
        for (unsigned j = 0; j < DIGITS / 2; j++)
            x.d[i + j] += a->d[i] * b->d[j];
    }
    for (unsigned i = 0; i + 1 < DIGITS; i++) {
        x.d[i + 1] += x.d[i] / 10;
        x.d[i] %= 10;
    }
    return x;
}

static struct digits add_digits(const struct digits *a, const struct digits *b)
{
    struct digits one = {{1}}, x = multiply_digits(a, &one);

    for (unsigned i = 0; i + 1 < DIGITS; i++) {
        x.d[i] += b->d[i];
        x.d[i + 1] += x.d[i] / 10;
        x.d[i] %= 10;
    }
    return x;
}

/* (a * b + c) / b is a, remainder c, and every step of it by an instruction. */
static void random_numbers(void)
{
    uint64_t seed = 1;

    for (unsigned round = 0; round < 2000; round++) {
        struct digits a = random_digits(&seed, 15), b = random_digits(&seed, 14);
        struct digits c = random_digits(&seed, 14), product = multiply_digits(&a, &b), sum;
        unsigned minus = random_next(&seed) & 1;
        uint8_t wanted[16];

        b.d[14] = 1; /* larger than C */
        product = multiply_digits(&a, &b);
        sum = add_digits(&product, &c);
        gr64_set(rig.cpu, 1, FIRST);
        gr64_set(rig.cpu, 2, SECOND);
        put_digits(FIRST, 16, &a, 0xc | minus);
        put_digits(SECOND, 8, &b, 0xc);
        CHECK_EQ(rig_run(&rig, "fcf7 1000 2000"), 0);
        put_digits(0x7000, 16, &product, 0xc | minus);
        CHECK_MEM_EQ(rig_at(&rig, FIRST), rig_at(&rig, 0x7000), 16);
        put_digits(SECOND, 8, &c, 0xc | minus);
        put_digits(0x7000, 16, &sum, 0xc | minus);
        CHECK_EQ(rig_run(&rig, "faf7 1000 2000"), 0);
        if (rig.cpu->cc)
            CHECK_MEM_EQ(rig_at(&rig, FIRST), rig_at(&rig, 0x7000), 16);
        put_digits(FIRST, 16, &sum, 0xc | minus);
        put_digits(SECOND, 8, &b, 0xd);
        CHECK_EQ(rig_run(&rig, "fdf7 1000 2000"), 0);
        put_digits(0x7000, 8, &a, 0xd ^ minus);
        put_digits(0x7008, 8, &c, 0xc | minus);
        memcpy(wanted, rig_at(&rig, 0x7000), sizeof wanted);
        CHECK_MEM_EQ(rig_at(&rig, FIRST), wanted, sizeof wanted);
    }
}

int main(void)
{
    static const struct test tests[] = {
        TEST(add),
        TEST(overflow),
        TEST(zero_and_add),
        TEST(compare),
        TEST(multiply_and_divide),
        TEST(edit),
        TEST(test_decimal),
        TEST(random_numbers),
        TEST(shift),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
