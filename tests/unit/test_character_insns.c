/* Translation, Unicode conversion, packing, sorting and locked operations: the PoP's worked
   examples (appendix A) and the edges. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

static struct rig rig;

static void set_pair(unsigned r, uint64_t address, uint64_t length)
{
    gr64_set(rig.cpu, r, address);
    gr64_set(rig.cpu, r + 1, length);
}

static void translate_extended(void)
{
    struct vcpu *cpu = rig.cpu;

    for (unsigned i = 0; i < 256; i++)
        *rig_at(&rig, 0x4f80 + i) = (uint8_t)(i ^ 0x40);
    memset(rig_at(&rig, 0x10000), 0x81, 0x3000);
    *rig_at(&rig, 0x12345) = 0xff;
    gr64_set(cpu, 0, 0xff);
    set_pair(2, 0x10100, 0x2f00);
    gr64_set(cpu, 4, 0x4f80);
    CHECK_EQ(rig_run_through(&rig, "b2a5 0024", true), 3); /* TRE: a page at a time */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x12345);
    CHECK_EQ(gr64(cpu, 3), 0x13000 - 0x12345);
    CHECK_EQ(*rig_at(&rig, 0x12344), 0xc1);
    CHECK_EQ(*rig_at(&rig, 0x12346), 0x81);
    set_pair(2, 0x12346, 0x10);
    CHECK_EQ(rig_run(&rig, "b2a5 0024"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 3), 0);
    set_pair(2, 0x12346, 0);
    CHECK_EQ(rig_run(&rig, "b2a5 0024"), 0);
    CHECK_EQ(cpu->cc, 0);
}

static void translate_one_and_two(void)
{
    struct vcpu *cpu = rig.cpu;

    for (unsigned i = 0; i < 0x8000; i++) {
        *rig_at(&rig, 0x40000 + 2 * i) = (uint8_t)(i >> 8);
        *rig_at(&rig, 0x40000 + 2 * i + 1) = (uint8_t)~i;
    }
    rig_put(&rig, 0x10ffe, "0102030405");
    gr64_set(cpu, 0, 0xfc);
    gr64_set(cpu, 1, 0x40007); /* the rightmost bits do not count */
    set_pair(2, 0x20ffd, 5);
    gr64_set(cpu, 4, 0x10ffe);
    CHECK(rig_run_through(&rig, "b992 0024", true) > 1); /* TROT */
    CHECK_EQ(cpu->cc, 1);
    RIG_CHECK(&rig, 0x20ffd, "00fe00fd");
    CHECK_EQ(gr64(cpu, 2), 0x21001);
    CHECK_EQ(gr64(cpu, 3), 3);
    CHECK_EQ(gr64(cpu, 4), 0x11000);
    CHECK(rig_run_through(&rig, "b992 1024", true) > 0); /* without test character */
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x20ffd, "00fe00fd00fc00fb00fa");
    set_pair(2, 0x21000, 4);
    gr64_set(cpu, 4, 0x10fff);
    rig_put(&rig, 0x10fff, "02030405");
    CHECK(rig_run_through(&rig, "b990 1024", true) > 1); /* TRTT */
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x21000, "02fc04fa");
    set_pair(2, 0x21000, 3);
    CHECK_EQ(rig_run(&rig, "b990 1024"), PGM_SPECIFICATION);
    set_pair(2, 0x21000, 4);
    gr64_set(cpu, 4, 0x10fff);
    CHECK(rig_run_through(&rig, "b991 1024", true) > 1); /* TRTO: byte 203 and 405 */
    RIG_CHECK(&rig, 0x21000, "fefd");
    CHECK_EQ(gr64(cpu, 2), 0x21002);
    set_pair(2, 0x21000, 2);
    gr64_set(cpu, 4, 0x10fff);
    CHECK(rig_run_through(&rig, "b993 1024", true) > 1); /* TROO */
    RIG_CHECK(&rig, 0x21000, "00fe");
}

static void test_extended(void)
{
    struct vcpu *cpu = rig.cpu;

    memset(rig_at(&rig, 0x40000), 0, 0x20000);
    rig_put(&rig, 0x40000 + 2 * 0x141, "1234");
    rig_put(&rig, 0x40000 + 0x41, "77");
    rig_put(&rig, 0x10ffd, "0040 0141 0041 0041");
    gr64_set(cpu, 1, 0x40000);
    gr64_set(cpu, 4, UINT64_MAX);
    set_pair(2, 0x10ffd, 8);
    CHECK_EQ(rig_run(&rig, "b9bf c024"), 0); /* TRTE, both two bytes */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x10fff);
    CHECK_EQ(gr64(cpu, 3), 6);
    CHECK_EQ(gr64(cpu, 4), 0x1234);
    CHECK_EQ(rig_run(&rig, "b9bf a024"), 0); /* limited, one-byte codes: not 0141 */
    CHECK_EQ(gr64(cpu, 2), 0x11001);
    CHECK_EQ(gr64(cpu, 4), 0x77);
    set_pair(2, 0x11003, 8);
    CHECK_EQ(rig_run(&rig, "b9bd c024"), 0); /* TRTRE */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x10fff);
    CHECK_EQ(gr64(cpu, 3), 4);
    set_pair(2, 0x10ffd, 2);
    CHECK_EQ(rig_run(&rig, "b9bf 0024"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 3), 0);
    set_pair(2, 0x10ffd, 3);
    CHECK_EQ(rig_run(&rig, "b9bf 8024"), PGM_SPECIFICATION);
}

/* Converts FROM; what arrives, the condition code and what is left of the source. */
static void converts(const char *insn, const char *from, const char *to, unsigned cc)
{
    uint8_t bytes[64];
    unsigned n = rig_hex(bytes, from);

    for (unsigned start = 0xff0; start <= 0x1000; start++) { /* across the page in all ways */
        memcpy(rig_at(&rig, 0x10000 + start), bytes, n);
        memset(rig_at(&rig, 0x20ff9), 0xee, 64);
        set_pair(2, 0x20ff9, 40);
        set_pair(4, 0x10000 + start, n);
        CHECK(rig_run_through(&rig, insn, true) > 0);
        CHECK_EQ(rig.cpu->cc, cc);
        CHECK_EQ(gr64(rig.cpu, 4) + gr64(rig.cpu, 5), 0x10000 + start + n);
        CHECK_EQ(gr64(rig.cpu, 2) + gr64(rig.cpu, 3), 0x20ff9 + 40);
        CHECK_EQ(gr64(rig.cpu, 2) - 0x20ff9, rig_hex(bytes + 40, to));
        RIG_CHECK(&rig, 0x20ff9, to);
    }
}

static void convert_unicode(void)
{
    converts("b2a7 0024", "41 c3a4 e282ac f09d849e", "0041 00e4 20ac d834dd1e", 0); /* CU12 */
    converts("b9b0 0024", "41 c3a4 e282ac f09d849e", "00000041 000000e4 000020ac 0001d11e", 0);
    converts("b2a6 0024", "0041 00e4 20ac d834dd1e", "41 c3a4 e282ac f09d849e", 0); /* CU21 */
    converts("b9b1 0024", "0041 00e4 20ac d834dd1e", "00000041 000000e4 000020ac 0001d11e", 0);
    converts("b9b2 0024", "00000041 000000e4 000020ac 0001d11e", "41 c3a4 e282ac f09d849e", 0);
    converts("b9b3 0024", "00000041 000000e4 000020ac 0001d11e", "0041 00e4 20ac d834dd1e", 0);
    converts("b9b3 0024", "00000041 0000d800", "0041", 2);
    converts("b9b3 0024", "0000dc00 00110000", "dc00", 2);
    converts("b2a7 0024", "41 ff", "0041", 2);
    converts("b2a7 0024", "41 c041", "0041 0001", 0); /* not checked */
    converts("b2a7 1024", "41 c041", "0041", 2);
    converts("b2a7 1024", "41 c341", "0041", 2);
    converts("b2a7 1024", "e0a080 e09fbf", "0800", 2);
    converts("b2a7 1024", "ed9fbf eda080", "d7ff", 2);
    converts("b2a7 1024", "f48fbfbf f4908080", "dbffdfff", 2);
    converts("b2a7 1024", "f0908080 f08fbfbf", "d800dc00", 2);
    converts("b2a7 0024", "41 e282", "0041", 0); /* not whole: left alone */
    converts("b9b1 1024", "0041 d8340041", "00000041", 2);
    converts("b9b1 0024", "0041 d834", "00000041", 0);
}

static void convert_to_full_target(void)
{
    rig_put(&rig, 0x10000, "41 c3a4 e282ac");
    set_pair(2, 0x20000, 5);
    set_pair(4, 0x10000, 6);
    CHECK(rig_run_through(&rig, "b2a7 0024", true) > 0);
    CHECK_EQ(rig.cpu->cc, 1);
    CHECK_EQ(gr64(rig.cpu, 3), 1);
    CHECK_EQ(gr64(rig.cpu, 5), 3);
}

static void pack(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 1, 0x3000);
    rig_put(&rig, 0x3000, "f1f2f3f4c5"); /* PoP A: PACK onto itself */
    CHECK_EQ(rig_run(&rig, "f244 1000 1000"), 0);
    RIG_CHECK(&rig, 0x3000, "000012345c");
    rig_put(&rig, 0x3000, "12345d"); /* PoP A: UNPK */
    CHECK_EQ(rig_run(&rig, "f342 1100 1000"), 0);
    RIG_CHECK(&rig, 0x3100, "f1f2f3f4d5");
    rig_put(&rig, 0x3000, "313233343536373839");
    CHECK_EQ(rig_run(&rig, "e908 1100 1000"), 0); /* PKA */
    RIG_CHECK(&rig, 0x3100, "0000000000000000000000123456789c");
    CHECK_EQ(rig_run(&rig, "ea08 1200 1100"), 0); /* UNPKA */
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3200, "313233343536373839");
    rig_put(&rig, 0x310f, "9d");
    CHECK_EQ(rig_run(&rig, "e20b 1200 1100"), 0); /* UNPKU */
    CHECK_EQ(cpu->cc, 1);
    RIG_CHECK(&rig, 0x3200, "003400350036003700380039");
    CHECK_EQ(rig_run(&rig, "e10b 1300 1200"), 0); /* PKU */
    RIG_CHECK(&rig, 0x3300, "0000000000000000000000000456789c");
    rig_put(&rig, 0x310f, "99");
    CHECK_EQ(rig_run(&rig, "ea1f 1200 1100"), 0); /* 32 characters: one zero more */
    CHECK_EQ(cpu->cc, 3);
    RIG_CHECK(&rig, 0x3200, "30303030303030303030303030303030");
    RIG_CHECK(&rig, 0x3217, "313233343536373839");
    CHECK_EQ(rig_run(&rig, "ea20 1200 1100"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "e20a 1200 1100"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "e920 1200 1100"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "e140 1200 1100"), PGM_SPECIFICATION);
}

static void convert_decimal(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 1, 0x3000);
    gr64_set(cpu, 7, UINT64_MAX);
    rig_put(&rig, 0x3000, "000000000025594f"); /* PoP A */
    CHECK_EQ(rig_run(&rig, "4f70 1000"), 0);
    CHECK_EQ(gr64(cpu, 7), 0xffffffff000063fa);
    rig_put(&rig, 0x3000, "000002147483648d");
    CHECK_EQ(rig_run(&rig, "4f70 1000"), 0);
    CHECK_EQ(gr32(cpu, 7), 0x80000000);
    rig_put(&rig, 0x3000, "000002147483648c");
    CHECK_EQ(rig_run(&rig, "4f70 1000"), PGM_FIXED_POINT_DIVIDE);
    CHECK_EQ(gr32(cpu, 7), 0x80000000);
    rig_put(&rig, 0x3000, "0000000000255945");
    CHECK_EQ(rig_run(&rig, "4f70 1000"), PGM_DATA);
    CHECK_EQ(cpu->program.data_code, 0);
    rig_put(&rig, 0x3000, "00000000002a594c");
    CHECK_EQ(rig_run(&rig, "4f70 1000"), PGM_DATA);
    rig_put(&rig, 0x3000, "00000000000009223372036854775808d");
    rig_put(&rig, 0x3000, "0000000000009223372036854775808d");
    CHECK_EQ(rig_run(&rig, "e370 1000 000e"), 0);
    CHECK_EQ(gr64(cpu, 7), 0x8000000000000000);
    CHECK_EQ(rig_run(&rig, "e370 1020 002e"), 0); /* CVDG */
    RIG_CHECK(&rig, 0x3020, "0000000000009223372036854775808d");
    rig_put(&rig, 0x3000, "9999999999999999999999999999999c");
    CHECK_EQ(rig_run(&rig, "e370 1000 000e"), PGM_FIXED_POINT_DIVIDE);
    CHECK_EQ(gr64(cpu, 7), 0x8000000000000000);
    gr64_set(cpu, 7, 0x00000f0f); /* PoP A: CVD */
    CHECK_EQ(rig_run(&rig, "4e70 1008"), 0);
    RIG_CHECK(&rig, 0x3008, "000000000003855c");
    gr64_set(cpu, 7, 0x80000000);
    CHECK_EQ(rig_run(&rig, "4e70 1008"), 0);
    RIG_CHECK(&rig, 0x3008, "000002147483648d");
}

static void substring(void)
{
    struct vcpu *cpu = rig.cpu;

    memcpy(rig_at(&rig, 0x10000), "abcdefghij", 10);
    memcpy(rig_at(&rig, 0x20000), "xbcyefgzij", 10);
    gr64_set(cpu, 0, 3);
    gr64_set(cpu, 1, ' ');
    set_pair(2, 0x10000, 10);
    set_pair(4, 0x20000, 10);
    CHECK(rig_run_through(&rig, "b257 0024", true) > 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 2), 0x10004);
    CHECK_EQ(gr64(cpu, 5), 6);
    gr64_set(cpu, 0, 4);
    set_pair(2, 0x10000, 10);
    set_pair(4, 0x20000, 10);
    CHECK(rig_run_through(&rig, "b257 0024", true) > 0);
    CHECK_EQ(cpu->cc, 1); /* ends with "ij" equal */
    CHECK_EQ(gr64(cpu, 2), 0x10008);
    CHECK_EQ(gr64(cpu, 3), 2);
    set_pair(2, 0x10000, 8);
    set_pair(4, 0x20000, 8);
    CHECK(rig_run_through(&rig, "b257 0024", true) > 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr64(cpu, 2), 0x10008);
    CHECK_EQ(gr64(cpu, 5), 0);
}

static void sort_tree(void)
{
    struct vcpu *cpu = rig.cpu;

    rig_mode(&rig, RIG_MODE_31);
    rig_put(&rig, 0x10000, "00010002000300040005");
    rig_put(&rig, 0x20000, "00010002000300050005");
    gr64_set(cpu, 1, 0x10000);
    gr64_set(cpu, 2, 0);
    gr64_set(cpu, 3, 0x20000);
    CHECK_EQ(rig_run(&rig, "b21a 0008"), 0); /* CFC, ascending */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr32(cpu, 2), 0x0008fffa);
    gr64_set(cpu, 2, 0);
    CHECK_EQ(rig_run(&rig, "b21a 0009"), 0); /* descending: out of sequence */
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr32(cpu, 2), 0x00080004);
    CHECK_EQ(gr32(cpu, 1), 0x20000);
    CHECK_EQ(gr32(cpu, 3), 0x10000);
    gr64_set(cpu, 2, 0);
    CHECK_EQ(rig_run(&rig, "b21a 0004"), 0); /* equal so far */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr32(cpu, 2), 0x80010000);
    gr64_set(cpu, 2, 1);
    CHECK_EQ(rig_run(&rig, "b21a 0004"), PGM_SPECIFICATION);
    /* UPT: nodes 4, 2, 1 on the way from 8 to the root */
    memset(rig_at(&rig, 0x10000), 0, 0x80);
    rig_put(&rig, 0x10020, "00000050 00000055");
    rig_put(&rig, 0x10010, "00000010 00000011");
    rig_put(&rig, 0x10008, "00000060 00000066");
    gr64_set(cpu, 0, 0x40);
    gr64_set(cpu, 1, 0x44);
    gr64_set(cpu, 4, 0x10000);
    gr64_set(cpu, 5, 0x40);
    CHECK_EQ(rig_run(&rig, "0102"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr32(cpu, 0), 0x60);
    CHECK_EQ(gr32(cpu, 1), 0x66);
    CHECK_EQ(gr32(cpu, 5), 0);
    RIG_CHECK(&rig, 0x10020, "0000004000000044");
    RIG_CHECK(&rig, 0x10010, "0000001000000011");
    RIG_CHECK(&rig, 0x10008, "0000005000000055");
    gr64_set(cpu, 0, 0x10);
    gr64_set(cpu, 5, 0x20);
    CHECK_EQ(rig_run(&rig, "0102"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr32(cpu, 3), 0x11);
    gr64_set(cpu, 0, 0x80000000);
    CHECK_EQ(rig_run(&rig, "0102"), 0);
    CHECK_EQ(cpu->cc, 3);
    rig_mode(&rig, RIG_MODE_64);
}

static void locked_operation(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 8, 0x3000);
    gr64_set(cpu, 0, 0x100 | 23);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), 0);
    CHECK_EQ(cpu->cc, 0);
    gr64_set(cpu, 0, 0x100 | 24);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), 0);
    CHECK_EQ(cpu->cc, 3);
    gr64_set(cpu, 0, 24);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), PGM_SPECIFICATION);
    gr64_set(cpu, 0, 0); /* compare and load */
    rig_put(&rig, 0x3000, "00000011 00000022");
    gr64_set(cpu, 2, 0x11);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8004"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr32(cpu, 4), 0x22);
    gr64_set(cpu, 0, 4); /* compare and swap */
    gr64_set(cpu, 3, 0x33);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8004"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "00000033");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8004"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr32(cpu, 2), 0x33);
    CHECK_EQ(rig_run(&rig, "ee34 8000 8004"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "ee24 8002 8004"), PGM_SPECIFICATION);
    gr64_set(cpu, 0, 8); /* double compare and swap */
    gr64_set(cpu, 4, 0x22);
    gr64_set(cpu, 5, 0x55);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8004"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "0000003300000055");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8004"), 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr32(cpu, 4), 0x55);
}

static void locked_stores(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 8, 0x3000);
    gr64_set(cpu, 0, 14); /* compare and swap and store, 64 bits */
    rig_put(&rig, 0x3000, "00000000000000aa00000000000000bb");
    set_pair(2, 0xaa, 0xcc);
    gr64_set(cpu, 4, 0xdd);
    CHECK_EQ(rig_run(&rig, "ee24 8000 8008"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "00000000000000cc00000000000000dd");
    /* compare and swap and triple store, 128 bits, all in the list */
    gr64_set(cpu, 0, 23);
    memset(rig_at(&rig, 0x3100), 0, 144);
    rig_put(&rig, 0x3100, "00000000000000cc00000000000000dd");
    rig_put(&rig, 0x3110, "0102030405060708090a0b0c0d0e0f10");
    rig_put(&rig, 0x3130, "31313131313131313131313131313131");
    rig_put(&rig, 0x3150, "51515151515151515151515151515151");
    rig_put(&rig, 0x3170, "71717171717171717171717171717171");
    rig_put(&rig, 0x3148, "0000000000004000");
    rig_put(&rig, 0x3168, "0000000000004010");
    rig_put(&rig, 0x3188, "0000000000004020");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "0102030405060708090a0b0c0d0e0f10");
    RIG_CHECK(&rig, 0x4000, "31313131313131313131313131313131 51515151515151515151515151515151");
    RIG_CHECK(&rig, 0x4020, "71717171717171717171717171717171");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), 0);
    CHECK_EQ(cpu->cc, 1);
    RIG_CHECK(&rig, 0x3100, "0102030405060708090a0b0c0d0e0f10");
    rig_put(&rig, 0x3188, "0000000000004028");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), PGM_SPECIFICATION);
    /* compare and swap and double store, 32 bits: the values in the list are right-aligned */
    gr64_set(cpu, 0, 16);
    rig_put(&rig, 0x3000, "00000033");
    set_pair(2, 0x33, 0x44);
    rig_put(&rig, 0x313c, "99999999");
    rig_put(&rig, 0x315c, "88888888");
    CHECK_EQ(rig_run(&rig, "ee24 8000 8100"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "00000044");
    RIG_CHECK(&rig, 0x4000, "9999999931313131");
    RIG_CHECK(&rig, 0x4010, "8888888851515151");
}

static void move_page(void)
{
    struct vcpu *cpu = rig.cpu;

    memset(rig_at(&rig, 0x10000), 0x5a, 4096);
    memset(rig_at(&rig, 0x20000), 0, 4096);
    gr64_set(cpu, 0, 0);
    gr64_set(cpu, 2, 0x20123);
    gr64_set(cpu, 4, 0x10456);
    CHECK_EQ(rig_run(&rig, "b254 0024"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_MEM_EQ(rig_at(&rig, 0x20000), rig_at(&rig, 0x10000), 4096);
    gr64_set(cpu, 0, 0xc00);
    CHECK_EQ(rig_run(&rig, "b254 0024"), PGM_SPECIFICATION);
    gr64_set(cpu, 0, 0x8000);
    CHECK_EQ(rig_run(&rig, "b254 0024"), PGM_SPECIFICATION);
    gr64_set(cpu, 0, 0x430); /* key 3 for the second operand */
    rig.storage.key[0x10] = 0x28;
    CHECK_EQ(rig_run(&rig, "b254 0024"), PGM_PROTECTION);
    gr64_set(cpu, 0, 0x420);
    CHECK_EQ(rig_run(&rig, "b254 0024"), 0);
    rig.cpu->state.psw_mask |= PSW_PROBLEM;
    CHECK_EQ(rig_run(&rig, "b254 0024"), PGM_PRIVILEGED_OPERATION);
    rig.cpu->state.cr[3] = BIT64(34);
    CHECK_EQ(rig_run(&rig, "b254 0024"), 0);
    rig_mode(&rig, RIG_MODE_64);
}

static void attribute(void)
{
    struct vcpu *cpu = rig.cpu;

    CHECK_EQ(rig_run(&rig, "eb20 0000 004c"), 0);
    CHECK_EQ(gr64(cpu, 2), 0x04040b0000000000);
    CHECK_EQ(rig_run(&rig, "eb20 0010 004c"), 0);
    CHECK_EQ(gr64(cpu, 2), 256);
    CHECK_EQ(rig_run(&rig, "eb20 0016 004c"), 0);
    CHECK_EQ(gr64(cpu, 2), UINT64_MAX);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(translate_extended),
        TEST(translate_one_and_two),
        TEST(test_extended),
        TEST(convert_unicode),
        TEST(convert_to_full_target),
        TEST(pack),
        TEST(convert_decimal),
        TEST(substring),
        TEST(sort_tree),
        TEST(locked_operation),
        TEST(locked_stores),
        TEST(move_page),
        TEST(attribute),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
