/* Key-controlled protection (PoP, chapter 3, "Protection") and the storage-key instructions. */
#include "tests/guest/lib/guest.h"

#define FETCH_PROTECTED 0x08

static uint8_t block[4096] __attribute__((aligned(4096)));
static uint8_t other[4096] __attribute__((aligned(4096)));

static void key_set(uint8_t key)
{
    __asm__ volatile("sske %0, %1" : : "d"((uint64_t)key), "a"(block) : "memory");
}

static uint8_t key_get(void)
{
    uint64_t key = 0;

    __asm__ volatile("iske %0, %1" : "+d"(key) : "a"(block));
    return (uint8_t)key;
}

static void reference_and_change_bits(void)
{
    unsigned cc;

    key_set(0x30);
    CHECK_EQUAL(key_get(), 0x30);
    (void)*(volatile uint8_t *)block;
    CHECK_EQUAL(key_get(), 0x34);
    *(volatile uint8_t *)block = 1;
    CHECK_EQUAL(key_get(), 0x36);
    __asm__ volatile("rrbe 0, %1\n ipm %0\n srl %0, 28" : "=d"(cc) : "a"(block) : "cc");
    CHECK_EQUAL(cc, 3); /* both bits were one */
    CHECK_EQUAL(key_get(), 0x32);
    *(volatile uint8_t *)other = 1;
    CHECK_EQUAL(key_get(), 0x32);
}

static void stores_need_the_key(void)
{
    uint64_t value = 0;

    key_set(0x30);
    block[0] = 7;
    ATTEMPT_WITH_KEY(3, "mvi 0(%0), 8", : : "a"(block) : "2");
    CHECK_EQUAL(attempt_code(), 0);
    CHECK_EQUAL(block[0], 8);

    ATTEMPT_WITH_KEY(4, "mvi 0(%0), 9", : : "a"(block) : "2");
    CHECK_ATTEMPT(4, 4);
    CHECK_EQUAL(block[0], 8);

    ATTEMPT_WITH_KEY(4, "ic %0, 0(%1)", : "+d"(value) : "a"(block) : "2");
    CHECK_EQUAL(attempt_code(), 0); /* fetches are free without the fetch-protection bit */
    CHECK_EQUAL(value, 8);
}

static void fetches_need_it_where_protected(void)
{
    uint64_t value = 0;

    key_set(0x30 | FETCH_PROTECTED);
    ATTEMPT_WITH_KEY(4, "ic %0, 0(%1)", : "+d"(value) : "a"(block) : "2");
    CHECK_ATTEMPT(4, 4);
    CHECK_EQUAL(value, 0);

    /* An operand that begins before the block is protected as far as it reaches in. */
    ATTEMPT_WITH_KEY(4, "lg %0, 0(%1)", : "+d"(value) : "a"((uint64_t)block - 4) : "2");
    CHECK_ATTEMPT(4, 6);

    ATTEMPT_WITH_KEY(3, "ic %0, 0(%1)", : "+d"(value) : "a"(block) : "2");
    CHECK_EQUAL(attempt_code(), 0);
}

static void test_protection_tells(void)
{
    unsigned cc;

    key_set(0x30 | FETCH_PROTECTED);
    __asm__ volatile("tprot 0(%1), 0x30\n ipm %0\n srl %0, 28" : "=d"(cc) : "a"(block) : "cc");
    CHECK_EQUAL(cc, 0);
    __asm__ volatile("tprot 0(%1), 0x40\n ipm %0\n srl %0, 28" : "=d"(cc) : "a"(block) : "cc");
    CHECK_EQUAL(cc, 2);
    key_set(0x30);
    __asm__ volatile("tprot 0(%1), 0x40\n ipm %0\n srl %0, 28" : "=d"(cc) : "a"(block) : "cc");
    CHECK_EQUAL(cc, 1);
}

void test(void)
{
    reference_and_change_bits();
    stores_need_the_key();
    fetches_need_it_where_protected();
    test_protection_tells();
    key_set(0);
}
