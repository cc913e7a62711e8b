/* Storage-and-storage instructions: the PoP's worked examples (appendix A) and the edges. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_rig.h"

#define KEY_FETCH_PROTECTED 0x18 /* access key 1, fetch protection */

static struct rig rig;

static void protect(uint64_t page, uint8_t key)
{
    rig.storage.key[page >> 12] = key;
    address_space_purge_all(rig.cpu);
}

/* Runs the CPU with access key 2, against which protect() works. */
static void with_key_2(void)
{
    struct psw psw = {.mask = RIG_MODE_64 | UINT64_C(2) << PSW_KEY_SHIFT, .addr = RIG_INSN};

    psw_load(rig.cpu, psw);
    for (unsigned i = 0; i < RIG_STORAGE >> 12; i++)
        rig.storage.key[i] = 0x20;
}

static void move(void)
{
    rig_put(&rig, 0x3000, "f1f2f3f4f5f6f7f8f9fafb");
    gr64_set(rig.cpu, 1, 0x3000);
    gr64_set(rig.cpu, 2, 0x4ffc);
    CHECK_EQ(rig_run(&rig, "d20a 2000 1000"), 0); /* MVC over a page boundary */
    RIG_CHECK(&rig, 0x4ffc, "f1f2f3f4f5f6f7f8f9fafb");
    rig_put(&rig, 0x3000, "00f1f2f3f4f5f6f7f8");
    CHECK_EQ(rig_run(&rig, "d207 1001 1000"), 0); /* spreads the first byte */
    RIG_CHECK(&rig, 0x3000, "000000000000000000");
    rig_put(&rig, 0x3000, "c1c2c3000000000000");
    CHECK_EQ(rig_run(&rig, "d206 1003 1000"), 0);
    RIG_CHECK(&rig, 0x3000, "c1c2c3c1c2c3c1c2c3c1");
    rig_put(&rig, 0x3ffe, "c1c2c3000000000000");
    CHECK_EQ(rig_run(&rig, "d206 1ffe 1ffe"), 0);
    gr64_set(rig.cpu, 1, 0x3ffe);
    CHECK_EQ(rig_run(&rig, "d206 1003 1000"), 0); /* the same across pages */
    RIG_CHECK(&rig, 0x3ffe, "c1c2c3c1c2c3c1c2c3c1");
    CHECK_EQ(rig_run(&rig, "d2ff 1000 1001"), 0); /* towards the left */
    RIG_CHECK(&rig, 0x3ffe, "c2c3c1c2c3c1c2c3c1");
}

static void move_variants(void)
{
    /* MVCIN, PoP A: 8 bytes ending at the address */
    rig_put(&rig, 0x3000, "c1c2c3c4c5c6c7c8");
    gr64_set(rig.cpu, 1, 0x3000);
    CHECK_EQ(rig_run(&rig, "e807 1100 1007"), 0);
    RIG_CHECK(&rig, 0x3100, "c8c7c6c5c4c3c2c1");
    /* MVN */
    rig_put(&rig, 0x3090, "c6c7c8c9");
    rig_put(&rig, 0x3040, "f0f1f2f3");
    CHECK_EQ(rig_run(&rig, "d103 1090 1040"), 0);
    RIG_CHECK(&rig, 0x3090, "c0c1c2c3");
    /* MVZ */
    rig_put(&rig, 0x3000, "f1c2f3c4f5c6");
    CHECK_EQ(rig_run(&rig, "d304 1001 1000"), 0);
    RIG_CHECK(&rig, 0x3000, "f1f2f3f4f5f6");
    /* MVO, PoP A: unsigned packed to signed */
    rig_put(&rig, 0x3600, "7788990c");
    rig_put(&rig, 0x3500, "123456");
    CHECK_EQ(rig_run(&rig, "f132 1600 1500"), 0);
    RIG_CHECK(&rig, 0x3600, "0123456c");
    rig_put(&rig, 0x3600, "123456789c"); /* MVO onto itself: shift right by one digit */
    CHECK_EQ(rig_run(&rig, "f143 1600 1600"), 0);
    RIG_CHECK(&rig, 0x3600, "012345678c");
    /* MVCRL: to the right by one, and to the left by one from right to left */
    rig_put(&rig, 0x3000, "0102030405060708");
    gr64_set(rig.cpu, 0, 6);
    CHECK_EQ(rig_run(&rig, "e50a 1001 1000"), 0);
    RIG_CHECK(&rig, 0x3000, "0101020304050607");
    CHECK_EQ(rig_run(&rig, "e50a 1000 1001"), 0);
    RIG_CHECK(&rig, 0x3000, "0707070707070707");
}

static void move_faults(void)
{
    gr64_set(rig.cpu, 1, 0x3ff0);
    gr64_set(rig.cpu, 2, 0x5ff0);
    rig_put(&rig, 0x3ff0, "0102030405060708");
    rig_put(&rig, 0x5ff0, "ffffffffffffffff");
    with_key_2();
    protect(0x6000, 0x10);
    CHECK_EQ(rig_run(&rig, "d21f 2000 1000"), PGM_PROTECTION);
    RIG_CHECK(&rig, 0x5ff0, "ffffffffffffffff"); /* nothing was stored */
    CHECK_EQ(rig_run(&rig, "d61f 2000 1000"), PGM_PROTECTION);
    CHECK_EQ(rig_run(&rig, "d20f 2000 1000"), 0);
    protect(0x4000, KEY_FETCH_PROTECTED);
    rig_put(&rig, 0x5ff0, "0102030405ffffff");
    CHECK_EQ(rig_run(&rig, "d51f 2000 1000"), 0); /* unequal before the protected page */
    CHECK_EQ(rig.cpu->cc, 2);
    rig_put(&rig, 0x5ff0, "0102030405060708");
    CHECK_EQ(rig_run(&rig, "d20f 1000 2000"), 0);
    CHECK_EQ(rig_run(&rig, "d51f 2000 1000"), PGM_PROTECTION);
    rig_mode(&rig, RIG_MODE_64);
    gr64_set(rig.cpu, 1, RIG_STORAGE - 8);
    CHECK_EQ(rig_run(&rig, "d20f 2000 1000"), PGM_ADDRESSING);
}

static void logical(void)
{
    gr64_set(rig.cpu, 1, 0x3000);
    rig_put(&rig, 0x3058, "00001790");
    rig_put(&rig, 0x3360, "00001401");
    CHECK_EQ(rig_run(&rig, "d703 1058 1360"), 0); /* XC, PoP A: exchange by three XCs */
    RIG_CHECK(&rig, 0x3058, "00000391");
    CHECK_EQ(rig.cpu->cc, 1);
    CHECK_EQ(rig_run(&rig, "d703 1360 1058"), 0);
    CHECK_EQ(rig_run(&rig, "d703 1058 1360"), 0);
    RIG_CHECK(&rig, 0x3058, "00001401");
    RIG_CHECK(&rig, 0x3360, "00001790");
    CHECK_EQ(rig_run(&rig, "d7ff 1058 1058"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    RIG_CHECK(&rig, 0x3058, "00000000");
    rig_put(&rig, 0x3000, "ff0ff0aa55ff00ff00ff00ff01");
    rig_put(&rig, 0x3100, "0f0f0f0f0f0f0f0f0f0f0f0f0f");
    CHECK_EQ(rig_run(&rig, "d40c 1000 1100"), 0);
    RIG_CHECK(&rig, 0x3000, "0f0f000a050f000f000f000f01");
    CHECK_EQ(rig_run(&rig, "d60c 1000 1100"), 0);
    RIG_CHECK(&rig, 0x3000, "0f0f0f0f0f0f0f0f0f0f0f0f0f");
    rig_put(&rig, 0x3000, "01000000000000000000");
    CHECK_EQ(rig_run(&rig, "d608 1001 1000"), 0); /* each result is the next operand */
    RIG_CHECK(&rig, 0x3000, "01010101010101010101");
}

static void compare(void)
{
    gr64_set(rig.cpu, 1, 0x3000);
    /* CLC, PoP A: JOHNSON,A.B. and JOHNSON,A.C. */
    rig_put(&rig, 0x3000, "d1d6c8d5e2d6d56bc14bc24b");
    rig_put(&rig, 0x3100, "d1d6c8d5e2d6d56bc14bc34b");
    CHECK_EQ(rig_run(&rig, "d50b 1000 1100"), 0);
    CHECK_EQ(rig.cpu->cc, 1);
    CHECK_EQ(rig_run(&rig, "d509 1000 1100"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(rig_run(&rig, "d50b 1100 1000"), 0);
    CHECK_EQ(rig.cpu->cc, 2);
    /* CLM, PoP A */
    gr64_set(rig.cpu, 2, 0x9999999989abcdef);
    rig_put(&rig, 0x3200, "aaabcdee");
    CHECK_EQ(rig_run(&rig, "bd27 1200"), 0); /* abcdef and aaabcd */
    CHECK_EQ(rig.cpu->cc, 2);
    rig_put(&rig, 0x3200, "89cd");
    CHECK_EQ(rig_run(&rig, "bd2a 1200"), 0);
    CHECK_EQ(rig.cpu->cc, 0);
    CHECK_EQ(rig_run(&rig, "eb28 1200 0020"), 0); /* CLMH: 99 and 89 */
    CHECK_EQ(rig.cpu->cc, 2);
    gr64_set(rig.cpu, 1, RIG_STORAGE);
    CHECK_EQ(rig_run(&rig, "bd20 1000"), PGM_ADDRESSING); /* with mask 0 too */
}

static void set_pair(unsigned r, uint64_t address, uint64_t length)
{
    gr64_set(rig.cpu, r, address);
    gr64_set(rig.cpu, r + 1, length);
}

static void move_long(void)
{
    struct vcpu *cpu = rig.cpu;

    for (unsigned i = 0; i < 0x3000; i++)
        *rig_at(&rig, 0x10000 + i) = (uint8_t)(i * 7 + i / 256);
    set_pair(2, 0x20123, 0xfedcba9876002800);
    set_pair(8, 0x10456, 0x11111111f0002100);
    CHECK(rig_run_through(&rig, "0e28", false) > 1);
    CHECK_EQ(cpu->cc, 2);
    CHECK_MEM_EQ(rig_at(&rig, 0x20123), rig_at(&rig, 0x10456), 0x2100);
    CHECK_EQ(*rig_at(&rig, 0x20123 + 0x2100), 0xf0);
    CHECK_EQ(*rig_at(&rig, 0x20123 + 0x27ff), 0xf0);
    CHECK_EQ(gr64(cpu, 2), 0x20123 + 0x2800);
    CHECK_EQ(gr64(cpu, 3), 0xfedcba9876000000);
    CHECK_EQ(gr64(cpu, 8), 0x10456 + 0x2100);
    CHECK_EQ(gr64(cpu, 9), 0x11111111f0000000);
    set_pair(2, 0x20001, 0x100);
    set_pair(8, 0x20000, 0x100);
    CHECK_EQ(rig_run(&rig, "0e28"), 0);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(gr64(cpu, 3), 0x100);
    set_pair(8, 0x20000, 0x1);
    CHECK_EQ(rig_run(&rig, "0e28"), 0); /* the first byte of both only */
    CHECK(rig.repeated);
    rig_mode(&rig, RIG_MODE_24);
    set_pair(2, 0xffffffff00020001, 4);
    set_pair(8, 0xffffffffab020001, 8);
    CHECK_EQ(rig_run(&rig, "0e28"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0xffffffff00020005);
    CHECK_EQ(gr64(cpu, 8), 0xffffffff00020005);
    CHECK_EQ(gr64(cpu, 9), 4);
    /* a fault on the second page: the first one is done and counted */
    with_key_2();
    protect(0x21000, 0x10);
    set_pair(2, 0x20ff0, 0x20);
    set_pair(8, 0x10000, 0x20);
    CHECK_EQ(rig_run(&rig, "0e28"), 0);
    CHECK(rig.repeated);
    CHECK_EQ(rig_run(&rig, "0e28"), PGM_PROTECTION);
    CHECK_EQ(gr64(cpu, 2), 0x21000);
    CHECK_EQ(gr64(cpu, 3), 0x10);
    CHECK_EQ(gr64(cpu, 8), 0x10010);
    rig_mode(&rig, RIG_MODE_64);
}

static void move_long_extended(void)
{
    struct vcpu *cpu = rig.cpu;

    rig_mode(&rig, RIG_MODE_31);
    set_pair(2, 0x9999999900020ffe, 0x8888888800000006);
    set_pair(8, 0x77777777000100ff, 0x6666666600000003);
    rig_put(&rig, 0x100ff, "a1a2a3");
    gr64_set(cpu, 1, 0x40);
    CHECK(rig_run_through(&rig, "a828 1005", true) > 0);
    CHECK_EQ(cpu->cc, 2);
    RIG_CHECK(&rig, 0x20ffe, "a1a2a3454545");
    CHECK_EQ(gr64(cpu, 2), 0x9999999900021004);
    CHECK_EQ(gr64(cpu, 3), 0x8888888800000000);
    CHECK_EQ(gr64(cpu, 8), 0x7777777700010102);
    CHECK_EQ(gr64(cpu, 9), 0x6666666600000000);
    rig_mode(&rig, RIG_MODE_64);
    /* MVCLU: an odd address, so that a character crosses the page */
    set_pair(2, 0x20fff, 6);
    set_pair(8, 0x10000, 4);
    rig_put(&rig, 0x10000, "00c100c2");
    CHECK(rig_run_through(&rig, "eb28 1020 008e", true) > 0); /* pads with 0060 */
    CHECK_EQ(cpu->cc, 2);
    RIG_CHECK(&rig, 0x20fff, "00c100c20060");
    set_pair(2, 0x20fff, 5);
    CHECK_EQ(rig_run(&rig, "eb28 1020 008e"), PGM_SPECIFICATION);
}

static void compare_long(void)
{
    struct vcpu *cpu = rig.cpu;

    memset(rig_at(&rig, 0x10000), 0xc1, 0x4000);
    memset(rig_at(&rig, 0x20000), 0xc1, 0x4000);
    *rig_at(&rig, 0x22345) = 0xc2;
    set_pair(2, 0x10005, 0x3000);
    set_pair(8, 0x20005, 0x3000);
    CHECK(rig_run_through(&rig, "0f28", false) > 1);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x12345);
    CHECK_EQ(gr64(cpu, 8), 0x22345);
    CHECK_EQ(gr64(cpu, 9), 0x3005 - 0x2345);
    set_pair(2, 0x10005, 0x10);
    set_pair(8, 0x20005, 0xc1000008);
    CHECK(rig_run_through(&rig, "0f28", false) > 0); /* equal after padding */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 3), 0);
    set_pair(2, 0x10005, 0x8);
    set_pair(8, 0x20005, 0xc0000010);
    CHECK(rig_run_through(&rig, "0f28", false) > 0); /* padding c0 and c1: first low */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 8), 0x2000d);
    CHECK_EQ(gr64(cpu, 9), 0xc0000008);
    set_pair(2, 0x10005, 0x3000);
    set_pair(8, 0x20005, 0x3000);
    gr64_set(cpu, 1, 0);
    CHECK(rig_run_through(&rig, "a928 1000", true) > 1);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x12345);
    set_pair(2, 0x10004, 0x3000);
    set_pair(8, 0x20004, 0x3000);
    CHECK(rig_run_through(&rig, "eb28 1000 008f", true) > 1); /* CLCLU: whole characters */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x12344);
    CHECK_EQ(gr64(cpu, 3), 0x3004 - 0x2344);
}

static void strings(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 0, 0);
    memset(rig_at(&rig, 0x10000), 0xc1, 0x4000);
    memset(rig_at(&rig, 0x20000), 0x00, 0x4000);
    *rig_at(&rig, 0x12345) = 0;
    gr64_set(cpu, 2, 0x20ff8);
    gr64_set(cpu, 8, 0x10ffc);
    CHECK(rig_run_through(&rig, "b255 0028", true) > 1); /* MVST */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x20ff8 + 0x12345 - 0x10ffc);
    CHECK_MEM_EQ(rig_at(&rig, 0x20ff8), rig_at(&rig, 0x10ffc), 0x1349);
    gr64_set(cpu, 2, 0x20ff8);
    gr64_set(cpu, 8, 0x10ffc);
    CHECK(rig_run_through(&rig, "b25d 0028", true) > 1); /* CLST */
    CHECK_EQ(cpu->cc, 0);
    gr64_set(cpu, 2, 0x10ffc); /* ends, where the other one goes on: low */
    gr64_set(cpu, 8, 0x11ffc);
    *rig_at(&rig, 0x11345) = 0;
    gr64_set(cpu, 8, 0x12000);
    CHECK(rig_run_through(&rig, "b25d 0028", true) > 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr64(cpu, 8), 0x12345);
    gr64_set(cpu, 2, 0x13000);
    gr64_set(cpu, 8, 0x10ffe);
    CHECK(rig_run_through(&rig, "b25e 0028", true) > 0); /* SRST */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x11345);
    gr64_set(cpu, 2, 0x11345);
    gr64_set(cpu, 8, 0x11344);
    CHECK_EQ(rig_run(&rig, "b25e 0028"), 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr64(cpu, 8), 0x11344);
    gr64_set(cpu, 0, 0x100);
    CHECK_EQ(rig_run(&rig, "b25e 0028"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "b25d 0028"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "b255 0028"), PGM_SPECIFICATION);
    gr64_set(cpu, 0, 0xc100);
    gr64_set(cpu, 2, 0x12000);
    gr64_set(cpu, 8, 0x11344);
    CHECK_EQ(rig_run(&rig, "b9be 0028"), 0); /* SRSTU */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x11344);
    gr64_set(cpu, 2, 0x12000);
    gr64_set(cpu, 8, 0x11345);
    CHECK(rig_run_through(&rig, "b9be 0028", true) > 0);
    CHECK_EQ(cpu->cc, 2);
    gr64_set(cpu, 0, 0x10000);
    CHECK_EQ(rig_run(&rig, "b9be 0028"), PGM_SPECIFICATION);
}

/* What MVST does not need is not touched; what it does need is checked before it stores. */
static void string_faults(void)
{
    struct vcpu *cpu = rig.cpu;

    with_key_2();
    gr64_set(cpu, 0, 0);
    rig_put(&rig, 0x10ffc, "c1c2c300");
    protect(0x11000, KEY_FETCH_PROTECTED);
    gr64_set(cpu, 2, 0x20ffe);
    gr64_set(cpu, 8, 0x10ffc);
    CHECK_EQ(rig_run(&rig, "b255 0028"), 0);
    RIG_CHECK(&rig, 0x20ffe, "c1c2c300");
    *rig_at(&rig, 0x10fff) = 1;
    rig_put(&rig, 0x20ffe, "ffffffff");
    gr64_set(cpu, 2, 0x20ffe);
    CHECK_EQ(rig_run(&rig, "b255 0028"), PGM_PROTECTION);
    RIG_CHECK(&rig, 0x20ffe, "ffffffff");
    CHECK_EQ(gr64(cpu, 2), 0x20ffe);
    rig_mode(&rig, RIG_MODE_64);
}

static void checksum(void)
{
    struct vcpu *cpu = rig.cpu;

    rig_put(&rig, 0x10ffd, "12345678 fffffffe 0000");
    set_pair(8, 0x10ffd, 8);
    gr64_set(cpu, 2, 0xaaaaaaaa00000003);
    CHECK(rig_run_through(&rig, "b241 0028", true) > 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 2), 0xaaaaaaaa1234567a);
    CHECK_EQ(gr64(cpu, 8), 0x11005);
    CHECK_EQ(gr64(cpu, 9), 0);
    set_pair(8, 0x10ffd, 5); /* the last element is padded on the right */
    gr64_set(cpu, 2, 0);
    CHECK(rig_run_through(&rig, "b241 0028", true) > 0);
    CHECK_EQ(gr64(cpu, 2), 0x11345678 + 1);
}

static void translate(void)
{
    struct vcpu *cpu = rig.cpu;

    for (unsigned i = 0; i < 256; i++)
        *rig_at(&rig, 0x4f80 + i) = (uint8_t)(255 - i);
    rig_put(&rig, 0x3000, "00017f80ff");
    gr64_set(cpu, 1, 0x3000);
    gr64_set(cpu, 2, 0x4f80);
    CHECK_EQ(rig_run(&rig, "dc04 1000 2000"), 0);
    RIG_CHECK(&rig, 0x3000, "fffe807f00");
    memset(rig_at(&rig, 0x4f80), 0, 256);
    *rig_at(&rig, 0x4f80 + 0x80) = 0x42;
    gr64_set(cpu, 7, 0x3000);
    gr64_set(cpu, 1, 0xffffffffffffffff);
    gr64_set(cpu, 2, 0xffffffffffffffff);
    gr64_set(cpu, 3, 0x4f80);
    rig_mode(&rig, RIG_MODE_24);
    CHECK_EQ(rig_run(&rig, "dd04 7000 3000"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 1), 0xffffffffff003002);
    CHECK_EQ(gr64(cpu, 2), 0xffffffffffffff42);
    rig_mode(&rig, RIG_MODE_31);
    CHECK_EQ(rig_run(&rig, "dd02 7000 3000"), 0);
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(gr64(cpu, 1), 0xffffffff00003002);
    rig_mode(&rig, RIG_MODE_64);
    CHECK_EQ(rig_run(&rig, "dd01 7000 3000"), 0);
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(rig_run(&rig, "d004 7004 3000"), 0); /* TRTR */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 1), 0x3002);
    CHECK_EQ(rig_run(&rig, "d002 7004 3000"), 0);
    CHECK_EQ(cpu->cc, 2);
    /* only the needed part of the table is accessed */
    with_key_2();
    protect(0x5000, KEY_FETCH_PROTECTED);
    CHECK_EQ(rig_run(&rig, "dd01 7000 3000"), PGM_PROTECTION);
    rig_put(&rig, 0x3000, "00017f80ff");
    CHECK_EQ(rig_run(&rig, "dd02 7000 3000"), 0);
    CHECK_EQ(rig_run(&rig, "dc04 7000 3000"), PGM_PROTECTION);
    RIG_CHECK(&rig, 0x3000, "00017f80ff");
    rig_mode(&rig, RIG_MODE_64);
}

static void compare_and_swap(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 1, 0x3000);
    gr64_set(cpu, 2, 0x1111111100000010);
    gr64_set(cpu, 3, 0x2222222200000020);
    rig_put(&rig, 0x3000, "000000100000001200000013000000140000001500000016");
    CHECK_EQ(rig_run(&rig, "ba23 1000"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "0000002000000012");
    CHECK_EQ(rig_run(&rig, "eb23 1004 0014"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x1111111100000012);
    CHECK_EQ(rig_run(&rig, "ba23 1002"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "eb23 1000 0030"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x2000000012);
    CHECK_EQ(rig_run(&rig, "eb23 1004 0030"), PGM_SPECIFICATION);
    gr64_set(cpu, 4, 5);
    gr64_set(cpu, 5, 6);
    set_pair(2, 0x9999999900000020, 0x8888888800000012);
    CHECK_EQ(rig_run(&rig, "bb24 1000"), 0);
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "0000000500000006");
    set_pair(2, 0x0000000500000006, 0x0000001300000014);
    CHECK_EQ(rig_run(&rig, "eb24 1000 003e"), 0); /* CDSG */
    CHECK_EQ(cpu->cc, 0);
    RIG_CHECK(&rig, 0x3000, "00000000000000050000000000000006");
    CHECK_EQ(rig_run(&rig, "eb24 1000 003e"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 5);
    CHECK_EQ(gr64(cpu, 3), 6);
    CHECK_EQ(rig_run(&rig, "eb24 1008 003e"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "e320 1000 008f"), 0); /* LPQ */
    CHECK_EQ(gr64(cpu, 3), 6);
    set_pair(2, 7, 8);
    CHECK_EQ(rig_run(&rig, "e320 1010 008e"), 0); /* STPQ */
    RIG_CHECK(&rig, 0x3010, "00000000000000070000000000000008");
    CHECK_EQ(rig_run(&rig, "e320 1008 008e"), PGM_SPECIFICATION);
    CHECK_EQ(rig_run(&rig, "c824 1004 1014"), 0); /* LPD */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(gr64(cpu, 2), 5);
    CHECK_EQ(gr64(cpu, 3), 7);
    rig_put(&rig, 0x3100, "7f00");
    CHECK_EQ(rig_run(&rig, "9300 1100"), 0); /* TS */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(rig_run(&rig, "9300 1100"), 0);
    CHECK_EQ(cpu->cc, 1);
    RIG_CHECK(&rig, 0x3100, "ff00");
}

static void load_and_update(void)
{
    struct vcpu *cpu = rig.cpu;

    gr64_set(cpu, 1, 0x3000);
    gr64_set(cpu, 3, 1);
    rig_put(&rig, 0x3000, "7fffffffffffffff");
    CHECK_EQ(rig_run(&rig, "eb23 1000 00f8"), 0); /* LAA */
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(gr32(cpu, 2), 0x7fffffff);
    RIG_CHECK(&rig, 0x3000, "80000000ffffffff");
    CHECK_EQ(rig_run(&rig, "eb23 1004 00fa"), 0); /* LAAL */
    CHECK_EQ(cpu->cc, 2);
    CHECK_EQ(rig_run(&rig, "eb23 1004 00fa"), 0);
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr32(cpu, 2), 0);
    gr64_set(cpu, 3, UINT64_MAX);
    CHECK_EQ(rig_run(&rig, "eb23 1000 00e8"), 0); /* LAAG */
    CHECK_EQ(cpu->cc, 1);
    CHECK_EQ(gr64(cpu, 2), 0x8000000000000001);
    RIG_CHECK(&rig, 0x3000, "8000000000000000");
    rig.cpu->state.psw_mask |= PSW_FIXED_POINT_OVERFLOW;
    CHECK_EQ(rig_run(&rig, "eb23 1000 00e8"), PGM_FIXED_POINT_OVERFLOW);
    CHECK_EQ(cpu->cc, 3);
    CHECK_EQ(gr64(cpu, 2), 0x8000000000000000);
    RIG_CHECK(&rig, 0x3000, "7fffffffffffffff");
    rig_mode(&rig, RIG_MODE_64);
    gr64_set(cpu, 3, 0xff);
    CHECK_EQ(rig_run(&rig, "eb23 1000 00e4"), 0); /* LANG */
    RIG_CHECK(&rig, 0x3000, "00000000000000ff");
    CHECK_EQ(rig_run(&rig, "eb23 1000 00e7"), 0); /* LAXG */
    CHECK_EQ(cpu->cc, 0);
    CHECK_EQ(rig_run(&rig, "eb23 1004 00f6"), 0); /* LAO */
    CHECK_EQ(cpu->cc, 1);
    RIG_CHECK(&rig, 0x3000, "00000000000000ff");
    CHECK_EQ(rig_run(&rig, "eb23 1004 00e6"), PGM_SPECIFICATION);
}

/* Bits 56 and 60 of the TEID tell low-address from key protection where enhanced suppression
   on protection 2 is there; bit 53 says that it was a store. */
static void kinds_of_protection(void)
{
    struct vcpu *cpu = rig.cpu;
    bool *enhanced = &rig.configuration.facility_present[FACILITY_SIDE_EFFECT_ACCESS];

    for (unsigned i = 0; i < 2; i++) {
        *enhanced = i;
        cpu->state.cr[0] |= CR0_LOW_ADDRESS_PROTECTION;
        rig_mode(&rig, RIG_MODE_64);
        CHECK_EQ(rig_run(&rig, "e310 0100 0024"), PGM_PROTECTION); /* STG 1,0x100 */
        CHECK_EQ(cpu->program.teid, i ? 0x480 : 0x400);
        cpu->state.cr[0] &= ~(uint64_t)CR0_LOW_ADDRESS_PROTECTION;
        rig_mode(&rig, RIG_MODE_64 | UINT64_C(1) << 52); /* key 1 */
        gr64_set(cpu, 2, 0x3008);
        CHECK_EQ(rig_run(&rig, "e310 2000 0024"), PGM_PROTECTION); /* STG 1,0(2) */
        CHECK_EQ(cpu->program.teid, i ? 0x3408 : 0x3400);
    }
    rig_mode(&rig, RIG_MODE_64);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(kinds_of_protection),
        TEST(move),
        TEST(move_variants),
        TEST(move_faults),
        TEST(logical),
        TEST(compare),
        TEST(move_long),
        TEST(compare_long),
        TEST(move_long_extended),
        TEST(strings),
        TEST(string_faults),
        TEST(checksum),
        TEST(translate),
        TEST(load_and_update),
        TEST(compare_and_swap),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
