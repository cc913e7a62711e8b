/* Translation, translation and test, and Unicode conversion against the same written byte by
   byte. */
#include "cpu/arch/registers.h"
#include "cpu/isa/insn.h"
#include "tests/unit/insn_model.h"

static void perform_tr(struct model *m)
{
    for (uint32_t i = 0; i < m->length; i++)
        put(m, m->gr[2] + i, get(m, m->gr[6] + get(m, m->gr[2] + i)));
}

/* A table of zeros with a few that are not, and the first operand in R7. */
static void draw_trt(struct model *m)
{
    uint64_t table = reg_address(m, 6) - WINDOW;

    memset(m->memory + table, 0, 256);
    for (unsigned n = draw(3); n > 0; n--)
        m->memory[table + draw(256)] = (uint8_t)draw(256);
    m->gr[7] = m->gr[2];
    m->gr[2] = UINT64_C(0x123456789abcdef0);
    m->gr[1] = UINT64_C(0xfedcba9876543210);
}

static void perform_test(struct model *m, int step)
{
    for (uint32_t i = 0; i < m->length && !m->fault; i++) {
        uint64_t address = (m->gr[7] + (uint64_t)(int64_t)((int)i * step)) & m->address_mask;
        uint8_t code = get(m, m->gr[6] + get(m, address));

        if (code) {
            reg_put(m, 1, address);
            m->gr[2] = (m->gr[2] & ~UINT64_C(0xff)) | code;
            m->cc = i == m->length - 1 ? 2 : 1;
            return;
        }
    }
}

static void perform_trt(struct model *m)
{
    perform_test(m, 1);
}

static void perform_trtr(struct model *m)
{
    perform_test(m, -1);
}

static void draw_test_character(struct model *m)
{
    m->gr[0] = draw(2) ? 1 : draw(256);
    if (draw(2))
        m->memory[reg_address(m, 2) - WINDOW + draw(2000)] = (uint8_t)m->gr[0];
}

static void perform_tre(struct model *m)
{
    if (reg_length(m, 3))
        reg_advance(m, 2, 0);
    for (; reg_length(m, 3) && !m->fault; reg_advance(m, 2, 1)) {
        uint8_t byte = get(m, m->gr[2]);

        if (byte == (uint8_t)m->gr[0]) {
            m->cc = 1;
            return;
        }
        put(m, m->gr[2], get(m, m->gr[6] + byte));
        reg_put(m, 3, reg_length(m, 3) - 1);
    }
}

/* Two-byte arguments below 1000 so that the table stays in the window; what they become is
   mostly not the test character. */
static void draw_translation(struct model *m)
{
    for (uint64_t i = SECOND_PAGES - WINDOW; i < SECOND_PAGES - WINDOW + 0x4000; i += 2) {
        uint64_t at = i ^ (m->gr[4] & 1);

        m->memory[at] &= 0x0f;
    }
    m->gr[0] = draw(3) ? 0x3939 : m->memory[TABLE_PAGES - WINDOW + draw(0x2000)] * 0x101u;
    m->gr[3] &= ~UINT64_C(1);
}

static unsigned character(struct model *m, uint64_t address, unsigned unit)
{
    return unit == 1 ? get(m, address) : get(m, address) << 8 | get(m, address + 1);
}

static void translate(struct model *m, unsigned from, unsigned to, bool test)
{
    uint64_t table = m->gr[1] & ~UINT64_C(7);

    reg_advance(m, 2, 0);
    reg_advance(m, 4, 0);
    for (; reg_length(m, 3) && !m->fault; reg_put(m, 3, reg_length(m, 3) - from)) {
        unsigned result = character(m, table + character(m, m->gr[4], from) * to, to);

        if (test && result == (m->gr[0] & (to == 1 ? 0xff : 0xffff))) {
            m->cc = 1;
            return;
        }
        if (to == 2)
            put(m, m->gr[2], result >> 8);
        put(m, m->gr[2] + to - 1, result);
        reg_advance(m, 2, to);
        reg_advance(m, 4, from);
    }
}

static void perform_troo(struct model *m)
{
    translate(m, 1, 1, true);
}

static void perform_troo_all(struct model *m)
{
    translate(m, 1, 1, false);
}

static void perform_trot(struct model *m)
{
    translate(m, 1, 2, true);
}

static void perform_trto(struct model *m)
{
    translate(m, 2, 1, true);
}

static void perform_trtt(struct model *m)
{
    translate(m, 2, 2, true);
}

static void draw_extended_test(struct model *m)
{
    uint64_t table = reg_address(m, 1) - WINDOW;

    memset(m->memory + table, 0, 0x4000);
    for (unsigned n = draw(8); n > 0; n--)
        m->memory[table + draw(draw(2) ? 256 : 0x2000)] = (uint8_t)draw(256);
    for (uint64_t i = 0; i < 0x4000; i += 2)
        m->memory[i ^ (m->gr[2] & 1)] &= 0x0f;
    m->gr[3] &= ~UINT64_C(1);
}

/* From the second page towards the first one's beginning, but not to it. */
static void draw_reverse_test(struct model *m)
{
    draw_extended_test(m);
    m->gr[2] += 0x1000;
    m->gr[3] &= ~UINT64_C(0x1001);
}

/* M3: A, F and L of TRTE and TRTRE. */
static void test_extended(struct model *m, unsigned m3, bool reverse)
{
    unsigned unit = m3 & 8 ? 2 : 1, code = 0;

    reg_advance(m, 2, 0);
    for (; reg_length(m, 3) && !m->fault; reg_put(m, 3, reg_length(m, 3) - unit)) {
        unsigned argument = character(m, m->gr[2], unit), width = m3 & 4 ? 2 : 1;

        code = m3 & 2 && argument > 255 ? 0 : character(m, m->gr[1] + argument * width, width);
        if (code)
            break;
        reg_advance(m, 2, reverse ? -(uint64_t)unit : unit);
    }
    reg_put(m, 8, code);
    m->cc = code != 0;
}

#define EXTENDED(name, m3, reverse)                                                                \
    static void name(struct model *m)                                                              \
    {                                                                                              \
        test_extended(m, m3, reverse);                                                             \
    }

EXTENDED(perform_trte_0, 0, false)
EXTENDED(perform_trte_4, 4, false)
EXTENDED(perform_trte_8, 8, false)
EXTENDED(perform_trte_a, 10, false)
EXTENDED(perform_trte_c, 12, false)
EXTENDED(perform_trtre_0, 0, true)
EXTENDED(perform_trtre_4, 4, true)
EXTENDED(perform_trtre_c, 12, true)
EXTENDED(perform_trtre_e, 14, true)

static void translations(void)
{
    static const struct subject subjects[] = {
        {"TR", "dc00 2000 6000", NULL, perform_tr, LENGTH_IN_TEXT},
        {"TRT", "dd00 7000 6000", draw_trt, perform_trt, LENGTH_IN_TEXT},
        {"TRTR", "d000 7000 6000", draw_trt, perform_trtr, LENGTH_IN_TEXT},
        {"TRE", "b2a5 0026", draw_test_character, perform_tre, IN_PARTS},
        {"TROO", "b993 0024", draw_translation, perform_troo, IN_PARTS | TARGET_EARLY},
        {"TROO 1", "b993 1024", draw_translation, perform_troo_all, IN_PARTS},
        {"TROT", "b992 0024", draw_translation, perform_trot, IN_PARTS | TARGET_EARLY},
        {"TRTO", "b991 0024", draw_translation, perform_trto, IN_PARTS | TARGET_EARLY},
        {"TRTT", "b990 0024", draw_translation, perform_trtt, IN_PARTS | TARGET_EARLY},
        {"TRTE 0", "b9bf 0028", draw_extended_test, perform_trte_0, IN_PARTS},
        {"TRTE 4", "b9bf 4028", draw_extended_test, perform_trte_4, IN_PARTS},
        {"TRTE 8", "b9bf 8028", draw_extended_test, perform_trte_8, IN_PARTS},
        {"TRTE A", "b9bf a028", draw_extended_test, perform_trte_a, IN_PARTS},
        {"TRTE C", "b9bf c028", draw_extended_test, perform_trte_c, IN_PARTS},
        {"TRTRE 0", "b9bd 0028", draw_reverse_test, perform_trtre_0, IN_PARTS},
        {"TRTRE 4", "b9bd 4028", draw_reverse_test, perform_trtre_4, IN_PARTS},
        {"TRTRE C", "b9bd c028", draw_reverse_test, perform_trtre_c, IN_PARTS},
        {"TRTRE E", "b9bd e028", draw_reverse_test, perform_trtre_e, IN_PARTS},
    };

    TRY_SUBJECTS(subjects, 600);
}

/* Translation into its own table goes from left to right. */
static void perform_tr_itself(struct model *m)
{
    m->gr[6] = m->gr[2] + 0x30;
    perform_tr(m);
    m->gr[6] = 0;
}

static void draw_tr_itself(struct model *m)
{
    m->gr[2] = FIRST_PAGES + draw(0x1000);
    m->gr[6] = 0;
    memset(m->key, KEY_OPEN, sizeof m->key);
}

static void overlapping(void)
{
    static const struct subject subjects[] = {
        {"TR", "dc00 2000 2030", draw_tr_itself, perform_tr_itself, LENGTH_IN_TEXT | ONE_MODE},
    };

    TRY_SUBJECTS(subjects, 600);
}

/* One character of a Unicode form: how many bytes it takes, 0 where they are no character. */
struct read {
    unsigned bytes;
    uint32_t value;
    bool incomplete;
};

/* PoP, "CONVERT UTF-8 TO UTF-16", where the well-formedness is checked: what may stand second
   behind some first bytes. */
static bool second_is_good(unsigned first, unsigned second)
{
    unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;

    return second >= low && second <= high;
}

static struct read read8(struct model *m, uint64_t address, uint64_t left, bool well)
{
    unsigned first = left ? get(m, address) : 0;
    struct read c = {.bytes = first < 0x80   ? 1
                              : first < 0xc0 ? 0
                              : first < 0xe0 ? 2
                              : first < 0xf0 ? 3
                              : first < 0xf8 ? 4
                                             : 0};

    if (well && ((first > 0xbf && first < 0xc2) || first > 0xf4))
        c.bytes = 0;
    c.incomplete = !left || left < c.bytes;
    if (c.incomplete || !c.bytes)
        return c;
    c.value = c.bytes == 1 ? first : first & (0x7fu >> c.bytes);
    for (unsigned i = 1; i < c.bytes; i++) {
        unsigned byte = get(m, address + i);

        c.value = c.value * 64 + byte % 64;
        if (well && (i == 1 ? !second_is_good(first, byte) : byte / 64 != 2))
            return (struct read){.bytes = 0};
    }
    return c;
}

static struct read read16(struct model *m, uint64_t address, uint64_t left, bool well)
{
    struct read c = {.bytes = 2, .incomplete = left < 2};
    unsigned low;

    if (c.incomplete)
        return c;
    c.value = character(m, address, 2);
    if (c.value < 0xd800 || c.value > 0xdbff)
        return c;
    c.bytes = 4;
    c.incomplete = left < 4;
    if (c.incomplete)
        return c;
    low = character(m, address + 2, 2);
    if (well && (low < 0xdc00 || low > 0xdfff))
        return (struct read){.bytes = 0};
    c.value = 0x10000 + (c.value - 0xd800) * 0x400 + low % 0x400;
    return c;
}

static struct read read32(struct model *m, uint64_t address, uint64_t left)
{
    struct read c = {.bytes = 4, .incomplete = left < 4};

    if (c.incomplete)
        return c;
    c.value = character(m, address, 2) << 16 | character(m, address + 2, 2);
    if (c.value > 0x10ffff || (c.value >= 0xd800 && c.value <= 0xdbff))
        c.bytes = 0;
    return c;
}

static unsigned write_form(uint8_t to[4], unsigned form, const struct read *c)
{
    uint32_t v = c->value;
    unsigned bytes = form == 32 || v > 0xffff ? 4
                     : form == 16             ? 2
                     : v < 0x80               ? 1
                     : v < 0x800              ? 2
                                              : 3;
    static const uint8_t first[] = {0, 0, 0xc0, 0xe0, 0xf0};

    if (form == 16 && bytes == 4)
        v = 0xd800dc00 + ((v - 0x10000) / 0x400 << 16) + v % 0x400;
    if (form == 8) {
        for (unsigned i = bytes - 1; i > 0; i--, v /= 64)
            to[i] = (uint8_t)(0x80 + v % 64);
        to[0] = (uint8_t)(first[bytes] + v);
        return bytes;
    }
    for (unsigned i = bytes; i-- > 0; v /= 256)
        to[i] = (uint8_t)v;
    return bytes;
}

static void convert(struct model *m, unsigned from, unsigned to, bool well)
{
    reg_advance(m, 2, 0);
    reg_advance(m, 4, 0);
    while (!m->fault) {
        uint64_t address = m->gr[4], left = reg_length(m, 5);
        struct read c = from == 8    ? read8(m, address, left, well)
                        : from == 16 ? read16(m, address, left, well)
                                     : read32(m, address, left);
        uint8_t bytes[4];
        unsigned n;

        if (c.incomplete || !c.bytes) {
            m->cc = c.incomplete ? 0 : 2;
            return;
        }
        n = write_form(bytes, to, &c);
        if (reg_length(m, 3) < n) {
            m->cc = 1;
            return;
        }
        for (unsigned i = 0; i < n; i++)
            put(m, m->gr[2] + i, bytes[i]);
        reg_advance(m, 2, n);
        reg_put(m, 3, reg_length(m, 3) - n);
        reg_advance(m, 4, c.bytes);
        reg_put(m, 5, left - c.bytes);
    }
}

/* The second operand is text in a form: mostly ASCII, with others and some that are wrong. */
static void draw_text(struct model *m, unsigned form)
{
    static const uint32_t edges[] = {0x80,   0x7ff,   0x800,    0xd7ff, 0xe000,
                                     0xffff, 0x10000, 0x10ffff, 0xfeff, 0xe9};
    uint64_t at = reg_address(m, 4) - WINDOW, end = at + 0x1800;
    unsigned others = draw(3) ? 40 : 3;

    while (at < end) {
        uint8_t bytes[4];
        struct read c = {.value = draw(others) ? draw(0x80) : edges[draw(10)]};
        unsigned n = write_form(bytes, form, &c);

        memcpy(m->memory + at, bytes, n);
        at += n;
    }
    if (draw(3) == 0)
        m->memory[reg_address(m, 4) - WINDOW + draw(100)] = (uint8_t)draw(256);
    m->gr[5] = (m->gr[5] & ~(uint64_t)UINT32_MAX) | draw(draw(2) ? 100 : 0x1700);
    m->gr[3] = (m->gr[3] & ~(uint64_t)UINT32_MAX) | draw(draw(2) ? 200 : 0x2800);
}

static void draw_8(struct model *m)
{
    draw_text(m, 8);
}

static void draw_16(struct model *m)
{
    draw_text(m, 16);
}

static void draw_32(struct model *m)
{
    draw_text(m, 32);
}

#define CONVERT(name, from, to, well)                                                              \
    static void name(struct model *m)                                                              \
    {                                                                                              \
        convert(m, from, to, well);                                                                \
    }

CONVERT(perform_cu12, 8, 16, true)
CONVERT(perform_cu14, 8, 32, true)
CONVERT(perform_cu21, 16, 8, true)
CONVERT(perform_cu21_any, 16, 8, false)
CONVERT(perform_cu24, 16, 32, true)
CONVERT(perform_cu24_any, 16, 32, false)
CONVERT(perform_cu41, 32, 8, false)
CONVERT(perform_cu42, 32, 16, false)

static void conversions(void)
{
    static const struct subject subjects[] = {
        {"CU12 1", "b2a7 1024", draw_8, perform_cu12, IN_PARTS | TARGET_EARLY},
        {"CU14 1", "b9b0 1024", draw_8, perform_cu14, IN_PARTS | TARGET_EARLY},
        {"CU21 1", "b2a6 1024", draw_16, perform_cu21, IN_PARTS | TARGET_EARLY},
        {"CU21", "b2a6 0024", draw_16, perform_cu21_any, IN_PARTS | TARGET_EARLY},
        {"CU24 1", "b9b1 1024", draw_16, perform_cu24, IN_PARTS | TARGET_EARLY},
        {"CU24", "b9b1 0024", draw_16, perform_cu24_any, IN_PARTS | TARGET_EARLY},
        {"CU41", "b9b2 0024", draw_32, perform_cu41, IN_PARTS | TARGET_EARLY},
        {"CU42", "b9b3 0024", draw_32, perform_cu42, IN_PARTS | TARGET_EARLY},
    };

    TRY_SUBJECTS(subjects, 600);
}

int main(void)
{
    static const struct test tests[] = {
        TEST(translations),
        TEST(overlapping),
        TEST(conversions),
    };
    int status;

    if (!rig_open(&rig))
        return 1;
    status = RUN_TESTS(tests);
    rig_close(&rig);
    return status;
}
