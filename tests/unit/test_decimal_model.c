/* Packing, conversion and decimal arithmetic against the same written digit by digit. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_model.h"

/* The lengths of an SS instruction that has two. */
static unsigned length1(const struct model *m)
{
    return ((m->length - 1) >> 4) + 1;
}

static unsigned length2(const struct model *m)
{
    return ((m->length - 1) & 0xf) + 1;
}

/* From right to left, each byte stored before the next ones are fetched. What the operands
   cannot give is looked at first: an exception changes nothing. */
static void touch(struct model *m, unsigned n1, unsigned n2)
{
    for (unsigned i = 0; i < n2; i++)
        get(m, m->gr[4] + i);
    for (unsigned i = 0; i < n1; i++)
        put(m, m->gr[2] + i, get(m, m->gr[2] + i));
}

static void perform_pack(struct model *m)
{
    unsigned i = length1(m), j = length2(m), byte;

    touch(m, i, j);
    byte = get(m, m->gr[4] + --j);
    put(m, m->gr[2] + --i, byte << 4 | byte >> 4);
    while (i > 0) {
        unsigned right = j > 0 ? get(m, m->gr[4] + --j) % 16 : 0;
        unsigned left = j > 0 ? get(m, m->gr[4] + --j) % 16 : 0;

        put(m, m->gr[2] + --i, left * 16 + right);
    }
}

static void perform_unpk(struct model *m)
{
    unsigned i = length1(m), j = length2(m), byte;

    touch(m, i, j);
    byte = get(m, m->gr[4] + --j);
    put(m, m->gr[2] + --i, byte << 4 | byte >> 4);
    while (i > 0) {
        byte = j > 0 ? get(m, m->gr[4] + --j) : 0;
        put(m, m->gr[2] + --i, 0xf0 + byte % 16);
        if (i > 0)
            put(m, m->gr[2] + --i, 0xf0 + byte / 16);
    }
}

static void draw_ascii(struct model *m)
{
    m->length = draw(32) + 1;
}

static void draw_unicode(struct model *m)
{
    m->length = 2 * draw(32) + 2;
}

/* Digit I from the right of N characters of UNIT bytes. */
static unsigned character_digit(struct model *m, unsigned i, unsigned unit)
{
    return i < 31 && (i + 1) * unit <= m->length ? get(m, m->gr[4] + m->length - i * unit - 1) % 16
                                                 : 0;
}

static void pack_characters(struct model *m, unsigned unit)
{
    for (unsigned i = 0; i < m->length; i++)
        get(m, m->gr[4] + i);
    put(m, m->gr[2] + 15, character_digit(m, 0, unit) * 16 + 0xc);
    for (unsigned i = 1; i < 16; i++)
        put(m, m->gr[2] + 15 - i,
            character_digit(m, 2 * i, unit) * 16 + character_digit(m, 2 * i - 1, unit));
}

static void perform_pka(struct model *m)
{
    pack_characters(m, 1);
}

static void perform_pku(struct model *m)
{
    pack_characters(m, 2);
}

/* Digit I from the right of the N bytes at ADDRESS; the sign code is digit -1. */
static unsigned packed_digit(struct model *m, uint64_t address, unsigned n, int i)
{
    unsigned byte = (unsigned)(i + 1) / 2;

    if (byte >= n)
        return 0;
    return get(m, address + n - 1 - byte) >> (i % 2 ? 0 : 4) & 0xf;
}

static void unpack_characters(struct model *m, unsigned unit)
{
    unsigned sign = packed_digit(m, m->gr[4], 16, -1);

    for (unsigned i = 0; i < 16; i++)
        get(m, m->gr[4] + i);
    for (unsigned i = 0; i < m->length / unit; i++) {
        unsigned at = m->length - (i + 1) * unit;

        if (unit == 2)
            put(m, m->gr[2] + at++, 0);
        put(m, m->gr[2] + at, 0x30 + packed_digit(m, m->gr[4], 16, (int)i));
    }
    m->cc = sign < 10 ? 3 : sign == 11 || sign == 13 ? 1 : 0;
}

static void perform_unpka(struct model *m)
{
    unpack_characters(m, 1);
}

static void perform_unpku(struct model *m)
{
    unpack_characters(m, 2);
}

static void packing(void)
{
    static const struct subject subjects[] = {
        {"PACK", "f200 2000 4000", NULL, perform_pack, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"UNPK", "f300 2000 4000", NULL, perform_unpk, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"PKA", "e900 2000 4000", draw_ascii, perform_pka, LENGTH_IN_TEXT},
        {"PKU", "e100 2000 4000", draw_unicode, perform_pku, LENGTH_IN_TEXT},
        {"UNPKA", "ea00 2000 4000", draw_ascii, perform_unpka, LENGTH_IN_TEXT},
        {"UNPKU", "e200 2000 4000", draw_unicode, perform_unpku, LENGTH_IN_TEXT},
    };

    TRY_SUBJECTS(subjects, 1500);
}

struct number {
    uint128_t magnitude;
    bool negative;
    bool valid;
};

static struct number number_get(struct model *m, uint64_t address, unsigned n)
{
    unsigned sign = packed_digit(m, address, n, -1);
    struct number x = {.negative = sign == 11 || sign == 13, .valid = sign > 9};

    for (int i = (int)(2 * n - 2); i >= 0; i--) {
        unsigned digit = packed_digit(m, address, n, i);

        x.magnitude = x.magnitude * 10 + digit;
        x.valid = x.valid && digit < 10;
    }
    return x;
}

static uint128_t ten_to(unsigned n)
{
    return n ? ten_to(n - 1) * 10 : 1;
}

static void number_put(struct model *m, uint64_t address, unsigned n, struct number x)
{
    for (unsigned i = 0; i < n; i++) {
        unsigned right = i ? (unsigned)(x.magnitude % 10) : x.negative ? 13 : 12;

        x.magnitude /= i ? 10 : 1;
        put(m, address + n - 1 - i, (unsigned)(x.magnitude % 10) * 16 + right);
        x.magnitude /= 10;
    }
}

/* Both operands become numbers, of which some are wrong and many have zeros on the left. */
static void draw_number(struct model *m, unsigned r, unsigned n)
{
    uint8_t *p = m->memory + (reg_address(m, r) - WINDOW);
    unsigned zeros = draw(2) ? draw(n) : 0;

    for (unsigned i = 0; i < n; i++)
        p[i] = i < zeros ? 0 : (uint8_t)(draw(10) * 16 + draw(10));
    p[n - 1] = (uint8_t)((p[n - 1] & 0xf0) | (10 + draw(6)));
    if (draw(20) == 0)
        p[draw(n)] ^= (uint8_t)draw(256);
}

static void draw_numbers(struct model *m)
{
    draw_number(m, 2, length1(m));
    draw_number(m, 4, length2(m));
}

/* A first operand with as many zero bytes as the second has bytes. */
static void draw_product(struct model *m)
{
    unsigned n2 = draw(8) + 1, n1 = n2 + 1 + draw(16 - n2);

    m->length = (n1 - 1) * 16 + n2 - 1 + 1;
    draw_numbers(m);
    if (draw(8))
        memset(m->memory + (reg_address(m, 2) - WINDOW), 0, n2);
    if (draw(8) == 0)
        memset(m->memory + (reg_address(m, 4) - WINDOW), 0, n2 - 1);
}

static void put_result(struct model *m, struct number x, bool lost)
{
    uint128_t limit = ten_to(2 * length1(m) - 1);

    lost = lost || x.magnitude >= limit;
    x.magnitude %= limit;
    if (!x.magnitude && !lost)
        x.negative = false;
    number_put(m, m->gr[2], length1(m), x);
    m->cc = lost ? 3 : !x.magnitude ? 0 : x.negative ? 1 : 2;
}

static struct number add_numbers(struct number a, struct number b)
{
    struct number x = {.valid = a.valid && b.valid};

    if (a.negative == b.negative) {
        x.magnitude = a.magnitude + b.magnitude;
        x.negative = a.negative;
    } else if (a.magnitude > b.magnitude) {
        x.magnitude = a.magnitude - b.magnitude;
        x.negative = a.negative;
    } else {
        x.magnitude = b.magnitude - a.magnitude;
        x.negative = b.negative;
    }
    return x;
}

static void perform_sum(struct model *m, bool first, bool subtract)
{
    struct number a = {.valid = true}, b, x;

    if (first)
        a = number_get(m, m->gr[2], length1(m));
    b = number_get(m, m->gr[4], length2(m));
    b.negative ^= subtract;
    x = add_numbers(a, b);
    touch(m, length1(m), length2(m));
    if (x.valid)
        put_result(m, x, false);
    else
        m->exception = PGM_DATA;
}

static void perform_ap(struct model *m)
{
    perform_sum(m, true, false);
}

static void perform_sp(struct model *m)
{
    perform_sum(m, true, true);
}

static void perform_zap(struct model *m)
{
    perform_sum(m, false, false);
}

static void perform_cp(struct model *m)
{
    struct number a = number_get(m, m->gr[2], length1(m)), b = number_get(m, m->gr[4], length2(m));

    b.negative = !b.negative;
    a = add_numbers(a, b);
    if (a.valid)
        m->cc = !a.magnitude ? 0 : a.negative ? 1 : 2;
    else
        m->exception = PGM_DATA;
}

static void perform_tp(struct model *m)
{
    unsigned n = length1(m), sign = packed_digit(m, m->gr[2], n, -1);
    bool good = true;

    for (int i = 0; i < (int)(2 * n - 1); i++)
        good = good && packed_digit(m, m->gr[2], n, i) < 10;
    m->cc = (good ? 0 : 2) + (sign < 10);
}

static void perform_mp(struct model *m)
{
    unsigned n1 = length1(m), n2 = length2(m);
    struct number a = number_get(m, m->gr[2], n1), b = number_get(m, m->gr[4], n2);
    struct number x = {a.magnitude * b.magnitude, a.negative != b.negative, true};

    touch(m, n1, n2);
    if (a.valid && b.valid && a.magnitude < ten_to(2 * (n1 - n2) - 1))
        number_put(m, m->gr[2], n1, x);
    else
        m->exception = PGM_DATA;
}

static void perform_dp(struct model *m)
{
    unsigned n1 = length1(m), n2 = length2(m);
    struct number a = number_get(m, m->gr[2], n1), b = number_get(m, m->gr[4], n2), x = a;

    touch(m, n1, n2);
    if (!a.valid || !b.valid) {
        m->exception = PGM_DATA;
    } else if (!b.magnitude || a.magnitude / b.magnitude >= ten_to(2 * (n1 - n2) - 1)) {
        m->exception = PGM_DECIMAL_DIVIDE;
    } else {
        x.magnitude = a.magnitude / b.magnitude;
        x.negative = a.negative != b.negative;
        number_put(m, m->gr[2], n1 - n2, x);
        a.magnitude %= b.magnitude;
        number_put(m, m->gr[2] + n1 - n2, n2, a);
    }
}

/* SRP: the shift is R3's, the rounding digit the low half of the text's second byte. */
static void draw_shift(struct model *m)
{
    m->gr[3] = draw(64) + draw(2) * 0x100;
    draw_number(m, 2, length1(m));
}

static void perform_srp(struct model *m)
{
    struct number x = number_get(m, m->gr[2], length1(m));
    unsigned shift = m->gr[3] & 0x3f, rounding = length2(m) - 1;
    bool lost = false;

    touch(m, length1(m), 0);
    if (!x.valid || rounding > 9) {
        m->exception = PGM_DATA;
        return;
    }
    for (; shift < 32 && shift > 0; shift--) {
        lost = lost || x.magnitude * 10 >= ten_to(2 * length1(m) - 1);
        x.magnitude = x.magnitude * 10 % ten_to(2 * length1(m) - 1);
    }
    for (; shift >= 32 && shift < 64; shift++) {
        if (shift == 63)
            x.magnitude += rounding;
        x.magnitude /= 10;
    }
    put_result(m, x, lost);
}

static void arithmetic(void)
{
    static const struct subject subjects[] = {
        {"AP", "fa00 2000 4000", draw_numbers, perform_ap, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"SP", "fb00 2000 4000", draw_numbers, perform_sp, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"ZAP", "f800 2000 4000", draw_numbers, perform_zap, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"CP", "f900 2000 4000", draw_numbers, perform_cp, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"MP", "fc00 2000 4000", draw_product, perform_mp, LENGTH_IN_TEXT},
        {"DP", "fd00 2000 4000", draw_product, perform_dp, LENGTH_IN_TEXT},
        {"SRP", "f000 2000 3000", draw_shift, perform_srp, LENGTH_IN_TEXT},
        {"TP", "eb00 2000 00c0", draw_numbers, perform_tp, LENGTH_IN_TEXT},
    };

    TRY_SUBJECTS(subjects, 1500);
}

static void draw_packed_8(struct model *m)
{
    m->gr[7] |= draw(1u << 31);
    draw_number(m, 4, 8);
    memset(m->memory + (reg_address(m, 4) - WINDOW), 0, 3); /* nine digits surely fit */
}

static void draw_packed_16(struct model *m)
{
    m->gr[7] = (uint64_t)draw(1u << 31) << 33 ^ (uint64_t)draw(1u << 31) << draw(33);
    m->gr[7] = draw(2) ? m->gr[7] : ~m->gr[7];
    draw_number(m, 4, 16);
    memset(m->memory + (reg_address(m, 4) - WINDOW), 0, 6); /* 19 digits, most of which fit */
    m->memory[reg_address(m, 4) - WINDOW + 6] &= 0x7f;
}

static void perform_cvb(struct model *m)
{
    struct number x = number_get(m, m->gr[4], 8);
    uint32_t value = (uint32_t)(x.negative ? -x.magnitude : x.magnitude);

    if (x.valid)
        m->gr[7] = (m->gr[7] & ~(uint64_t)UINT32_MAX) | value;
    else
        m->exception = PGM_DATA;
}

static void perform_cvbg(struct model *m)
{
    struct number x = number_get(m, m->gr[4], 16);
    uint128_t limit = ((uint128_t)1 << 63) - 1 + x.negative;

    if (!x.valid)
        m->exception = PGM_DATA;
    else if (x.magnitude > limit)
        m->exception = PGM_FIXED_POINT_DIVIDE;
    else
        m->gr[7] = x.negative ? -(uint64_t)x.magnitude : (uint64_t)x.magnitude;
}

static void perform_cvd(struct model *m)
{
    int64_t value = (int32_t)m->gr[7];
    struct number x = {(uint64_t)(value < 0 ? -value : value), value < 0, true};

    number_put(m, m->gr[2], 8, x);
}

static void perform_cvdg(struct model *m)
{
    bool negative = m->gr[7] >> 63;
    uint64_t magnitude = negative ? -m->gr[7] : m->gr[7];
    struct number x = {magnitude, negative, true};

    number_put(m, m->gr[2], 16, x);
}

static void conversions(void)
{
    static const struct subject subjects[] = {
        {"CVB", "4f70 4000", draw_packed_8, perform_cvb, 0},
        {"CVBG", "e370 4000 000e", draw_packed_16, perform_cvbg, 0},
        {"CVD", "4e70 2000", draw_packed_8, perform_cvd, 0},
        {"CVDG", "e370 2000 002e", draw_packed_16, perform_cvdg, 0},
    };

    TRY_SUBJECTS(subjects, 1500);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(packing),
        TEST(arithmetic),
        TEST(conversions),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
