/* Moves, comparisons, searches and checksums against the same written byte by byte. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_model.h"

static void perform_mvc(struct model *m)
{
    for (uint32_t i = 0; i < m->length; i++)
        put(m, m->gr[2] + i, get(m, m->gr[4] + i));
}

static void draw_mvcin(struct model *m)
{
    m->gr[4] += m->length;
}

static void perform_mvcin(struct model *m)
{
    for (uint32_t i = 0; i < m->length; i++)
        put(m, m->gr[2] + i, get(m, m->gr[4] - i));
}

static void draw_mvcrl(struct model *m)
{
    m->gr[0] = 0xabcdef00 | (m->length - 1);
}

static void perform_mvcrl(struct model *m)
{
    for (uint32_t i = m->length; i-- > 0;)
        put(m, m->gr[2] + i, get(m, m->gr[4] + i));
}

/* The first operand becomes what OF makes of both; the condition code says if it is zero. */
static void combine(struct model *m, unsigned (*of)(unsigned a, unsigned b), bool has_cc)
{
    bool any = false;

    for (uint32_t i = 0; i < m->length; i++) {
        unsigned result = of(get(m, m->gr[2] + i), get(m, m->gr[4] + i));

        put(m, m->gr[2] + i, result);
        any = any || result;
    }
    m->cc = has_cc && any;
}

static unsigned of_and(unsigned a, unsigned b)
{
    return a & b;
}

static unsigned of_or(unsigned a, unsigned b)
{
    return a | b;
}

static unsigned of_xor(unsigned a, unsigned b)
{
    return a ^ b;
}

static unsigned of_numerics(unsigned a, unsigned b)
{
    return (a & 0xf0) | (b & 0x0f);
}

static unsigned of_zones(unsigned a, unsigned b)
{
    return (a & 0x0f) | (b & 0xf0);
}

static void perform_nc(struct model *m)
{
    combine(m, of_and, true);
}

static void perform_oc(struct model *m)
{
    combine(m, of_or, true);
}

static void perform_xc(struct model *m)
{
    combine(m, of_xor, true);
}

static void perform_mvn(struct model *m)
{
    combine(m, of_numerics, false);
}

static void perform_mvz(struct model *m)
{
    combine(m, of_zones, false);
}

/* Makes the second operand the first one, but for a byte perhaps. */
static void draw_equal(struct model *m)
{
    uint64_t a = reg_address(m, 2) - WINDOW, b = reg_address(m, 4) - WINDOW;

    if (draw(4)) {
        memmove(m->memory + b, m->memory + a, 0x2000);
        if (draw(2))
            m->memory[b + draw(draw(2) ? 16 : 1000)] ^= 0x80;
    }
}

static void perform_clc(struct model *m)
{
    for (uint32_t i = 0; i < m->length && !m->cc && !m->fault; i++) {
        uint8_t a = get(m, m->gr[2] + i), b = get(m, m->gr[4] + i);

        m->cc = a == b ? 0 : a < b ? 1 : 2;
    }
}

#define PADDING 0x41

static void draw_mvcl(struct model *m)
{
    m->gr[5] = (m->gr[5] & ~(uint64_t)0xff000000) | PADDING << 24;
    m->gr[3] |= 0x77000000;
}

static uint64_t length24(const struct model *m, unsigned r)
{
    return m->gr[r] & 0xffffff;
}

static void perform_mvcl(struct model *m)
{
    uint64_t n = length24(m, 3), k = length24(m, 5), both = n < k ? n : k;
    uint64_t distance = (m->gr[2] - m->gr[4]) & m->address_mask;
    unsigned cc = n == k ? 0 : n < k ? 1 : 2;

    reg_advance(m, 2, 0);
    reg_advance(m, 4, 0);
    if (distance > 0 && distance < both) {
        m->cc = 3;
        return;
    }
    while (length24(m, 3) && !m->fault) {
        put(m, m->gr[2], length24(m, 5) ? get(m, m->gr[4]) : PADDING);
        reg_advance(m, 2, 1);
        m->gr[3]--;
        if (length24(m, 5)) {
            reg_advance(m, 4, 1);
            m->gr[5]--;
        }
    }
    m->cc = cc;
}

static void draw_apart(struct model *m)
{
    m->gr[4] = (m->gr[4] & ~(uint64_t)0xffff) | (SECOND_PAGES & 0xffff) | (m->gr[4] & 0xfff);
}

static void draw_units(struct model *m)
{
    draw_apart(m);
    m->gr[3] &= ~UINT64_C(1);
    m->gr[5] &= ~UINT64_C(1);
}

/* MVCLE and MVCLU: a padding character of UNIT bytes. */
static void move_extended(struct model *m, unsigned unit, unsigned padding)
{
    uint64_t n = reg_length(m, 3), k = reg_length(m, 5);

    for (uint64_t i = 0; i < n && !m->fault; i++) {
        put(m, m->gr[2] + i,
            i < k ? get(m, m->gr[4] + i) : padding >> 8 * (unit - 1 - (i - k) % unit));
    }
    reg_advance(m, 2, n);
    reg_put(m, 3, 0);
    reg_advance(m, 4, n < k ? n : k);
    reg_put(m, 5, n < k ? k - n : 0);
    m->cc = n == k ? 0 : n < k ? 1 : 2;
}

static void perform_mvcle(struct model *m)
{
    move_extended(m, 1, PADDING);
}

static void perform_mvclu(struct model *m)
{
    move_extended(m, 2, 0x142);
}

/* What compares equal with the padding character at the ends of two operands. */
static void draw_padded(struct model *m)
{
    uint64_t a = reg_address(m, 2) - WINDOW, b = reg_address(m, 4) - WINDOW;

    draw_equal(m);
    memset(m->memory + a + (m->gr[5] & 0xffff), PADDING, 200);
    memset(m->memory + b + (m->gr[3] & 0xffff), PADDING, 200);
}

static void draw_clcl(struct model *m)
{
    draw_padded(m);
    draw_mvcl(m);
}

static void draw_clclu(struct model *m)
{
    uint64_t a = reg_address(m, 2) - WINDOW, b = reg_address(m, 4) - WINDOW;

    m->gr[3] &= ~UINT64_C(1);
    m->gr[5] &= ~UINT64_C(1);
    draw_equal(m);
    for (unsigned i = 0; i < 200; i++) {
        m->memory[a + (m->gr[5] & 0xffff) + i] = i % 2 ? 0x42 : 0x01;
        m->memory[b + (m->gr[3] & 0xffff) + i] = i % 2 ? 0x42 : 0x01;
    }
}

/* A character of operand R, of N bytes in all, at offset I. */
static unsigned padded(struct model *m, unsigned r, uint64_t i, uint64_t n, unsigned unit)
{
    if (i >= n)
        return unit == 1 ? PADDING : 0x142;
    return unit == 1 ? get(m, m->gr[r] + i) : get(m, m->gr[r] + i) << 8 | get(m, m->gr[r] + i + 1);
}

static uint64_t compare_extended(struct model *m, uint64_t n, uint64_t k, unsigned unit)
{
    uint64_t i = 0;

    while ((i < n || i < k) && !m->fault) {
        unsigned a = padded(m, 2, i, n, unit), b = padded(m, 4, i, k, unit);

        m->cc = a == b ? 0 : a < b ? 1 : 2;
        if (m->cc)
            break;
        i += unit;
    }
    reg_advance(m, 2, i < n ? i : n);
    reg_advance(m, 4, i < k ? i : k);
    return i;
}

static void perform_clcl(struct model *m)
{
    uint64_t n = length24(m, 3), k = length24(m, 5), i = compare_extended(m, n, k, 1);

    m->gr[3] -= i < n ? i : n;
    m->gr[5] -= i < k ? i : k;
}

static void compare_long(struct model *m, unsigned unit)
{
    uint64_t n = reg_length(m, 3), k = reg_length(m, 5), i = compare_extended(m, n, k, unit);

    reg_put(m, 3, i < n ? n - i : 0);
    reg_put(m, 5, i < k ? k - i : 0);
}

static void perform_clcle(struct model *m)
{
    compare_long(m, 1);
}

static void perform_clclu(struct model *m)
{
    compare_long(m, 2);
}

static void draw_cksm(struct model *m)
{
    m->gr[2] = (uint64_t)draw(1u << 30) << 34 | draw(1u << 31) << 1;
    if (draw(4) == 0)
        memset(m->memory, 0xff, WINDOW_SIZE);
}

static void perform_cksm(struct model *m)
{
    uint64_t sum = (uint32_t)m->gr[2], n = reg_length(m, 5);

    for (uint64_t i = 0; i < n && !m->fault; i += 4) {
        for (unsigned k = 0; k < 4; k++)
            sum += i + k < n ? (uint64_t)get(m, m->gr[4] + i + k) << (24 - 8 * k) : 0;
        sum = (uint32_t)sum + (sum >> 32);
    }
    m->gr[2] = (m->gr[2] & ~(uint64_t)UINT32_MAX) | sum;
    reg_advance(m, 4, n);
    reg_put(m, 5, 0);
}

/* An ending character that is somewhere, often near the end. */
static void draw_end(struct model *m)
{
    uint64_t a = reg_address(m, 2) - WINDOW, b = reg_address(m, 4) - WINDOW, n = m->gr[3] & 0xffff;

    m->gr[0] = 0xfe | (m->gr[0] & ~(uint64_t)UINT32_MAX);
    for (uint32_t i = 0; i < WINDOW_SIZE; i++)
        m->memory[i] &= 0x7f;
    draw_equal(m);
    m->memory[a + n] = 0xfe;
    m->memory[b + n + (draw(2) ? 0 : draw(5))] = 0xfe;
}

static void draw_search(struct model *m)
{
    draw_end(m);
    m->gr[2] = m->gr[4] + draw(2) * (m->gr[3] & 0xffff) + draw(40);
}

static void perform_srst(struct model *m)
{
    uint64_t a = m->gr[4];

    m->kept = 1 << 4;
    for (; (a & m->address_mask) != reg_address(m, 2) && !m->fault; a++) {
        if (get(m, a) == (uint8_t)m->gr[0]) {
            reg_put(m, 2, a);
            m->cc = 1;
            return;
        }
    }
    m->cc = 2;
}

static void draw_search_unicode(struct model *m)
{
    uint64_t b = reg_address(m, 4) - WINDOW;

    draw_search(m);
    m->gr[0] = (m->gr[0] & ~(uint64_t)UINT32_MAX) | (draw(3) << 8 | draw(3));
    m->memory[b + draw(300)] = 1;
}

static void perform_srstu(struct model *m)
{
    uint64_t a = reg_address(m, 4), end = reg_address(m, 2);

    m->kept = 1 << 4;
    for (; a != end && a != end + 1 && !m->fault; a += 2) {
        if ((get(m, a) << 8 | get(m, a + 1)) == (uint16_t)m->gr[0]) {
            reg_put(m, 2, a);
            m->cc = 1;
            return;
        }
    }
    m->cc = 2;
}

static void perform_clst(struct model *m)
{
    uint8_t end = (uint8_t)m->gr[0], a, b;
    uint64_t i = 0;

    do {
        a = get(m, m->gr[2] + i);
        b = get(m, m->gr[4] + i);
        i++;
    } while (a == b && a != end && !m->fault);
    if (a == b) {
        m->kept = 1 << 2 | 1 << 4;
        return;
    }
    m->cc = a == end || (b != end && a < b) ? 1 : 2;
    reg_advance(m, 2, i - 1);
    reg_advance(m, 4, i - 1);
}

static void draw_clst_equal(struct model *m)
{
    uint64_t a = reg_address(m, 2) - WINDOW, b = reg_address(m, 4) - WINDOW;

    draw_end(m);
    memmove(m->memory + b, m->memory + a, 0x2000);
}

static void perform_mvst(struct model *m)
{
    uint8_t byte;
    uint64_t i = 0;

    do {
        byte = get(m, m->gr[4] + i);
        put(m, m->gr[2] + i, byte);
        i++;
    } while (byte != (uint8_t)m->gr[0] && !m->fault);
    reg_advance(m, 2, i - 1);
    m->kept = 1 << 4;
    m->cc = 1;
}

static void moves(void)
{
    static const struct subject subjects[] = {
        {"MVC", "d200 2000 4000", NULL, perform_mvc, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"MVCIN", "e800 2000 4000", draw_mvcin, perform_mvcin, LENGTH_IN_TEXT},
        {"MVCRL", "e50a 2000 4000", draw_mvcrl, perform_mvcrl, MAY_OVERLAP | ONE_MODE},
        {"NC", "d400 2000 4000", NULL, perform_nc, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"OC", "d600 2000 4000", NULL, perform_oc, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"XC", "d700 2000 4000", NULL, perform_xc, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"MVN", "d100 2000 4000", NULL, perform_mvn, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"MVZ", "d300 2000 4000", NULL, perform_mvz, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"MVCL", "0e24", draw_mvcl, perform_mvcl, IN_PARTS | REPEATED | MAY_OVERLAP},
        {"MVCLE", "a824 0041", draw_apart, perform_mvcle, IN_PARTS},
        {"MVCLU", "eb24 0142 008e", draw_units, perform_mvclu, IN_PARTS},
        {"MVST", "b255 0024", draw_end, perform_mvst, IN_PARTS},
    };

    TRY_SUBJECTS(subjects, 600);
}

static void comparisons(void)
{
    static const struct subject subjects[] = {
        {"CLC", "d500 2000 4000", draw_equal, perform_clc, LENGTH_IN_TEXT | MAY_OVERLAP},
        {"CLCL", "0f24", draw_clcl, perform_clcl, IN_PARTS | REPEATED},
        {"CLCLE", "a924 0041", draw_padded, perform_clcle, IN_PARTS},
        {"CLCLU", "eb24 0142 008f", draw_clclu, perform_clclu, IN_PARTS},
        {"CLST", "b25d 0024", draw_end, perform_clst, IN_PARTS},
        {"CLST", "b25d 0024", draw_clst_equal, perform_clst, IN_PARTS},
    };

    TRY_SUBJECTS(subjects, 600);
}

static void searches(void)
{
    static const struct subject subjects[] = {
        {"CKSM", "b241 0024", draw_cksm, perform_cksm, IN_PARTS},
        {"SRST", "b25e 0024", draw_search, perform_srst, IN_PARTS},
        {"SRSTU", "b9be 0024", draw_search_unicode, perform_srstu, IN_PARTS},
    };

    TRY_SUBJECTS(subjects, 600);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(moves),
        TEST(comparisons),
        TEST(searches),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
