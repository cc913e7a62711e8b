/*
 * Instructions written down a second time, byte by byte as the PoP describes them, and the
 * comparison of their bodies with that: on random operands that overlap, cross pages and lie
 * where access is not allowed, in both larger addressing modes, with pages that have code.
 *
 * What a subject's `perform` does is the whole instruction, through to a condition code that
 * is not 3. Where a byte that it accesses is not accessible, the body must raise an exception,
 * and else must not. An instruction that works in parts must then, once everything is
 * accessible, come to the same end as if nothing had happened; any other must have changed
 * nothing.
 *
 * Registers as `draw` sets them: R2 and R3 are the first operand's, R4 and R5 the second's, R6
 * has the address of a table, as R1 has.
 */
#ifndef ZITHER_TESTS_UNIT_INSN_MODEL_H
#define ZITHER_TESTS_UNIT_INSN_MODEL_H

#include "cpu/arch/registers.h"
#include "tests/unit/insn_rig.h"

/* What is compared: sixteen pages, among them four for each operand and then the table's. */
#define WINDOW       UINT64_C(0x20000)
#define WINDOW_SIZE  0x10000u
#define FIRST_PAGES  (WINDOW + 0x0000)
#define SECOND_PAGES (WINDOW + 0x4000)
#define TABLE_PAGES  (WINDOW + 0x8000)

#define KEY_OPEN    0x10 /* for the PSW key, which is 1 */
#define KEY_FETCHED 0x20 /* not to be stored into */
#define KEY_CLOSED  0x28

struct model {
    uint8_t memory[WINDOW_SIZE];
    uint8_t key[WINDOW_SIZE / 4096];
    uint64_t gr[16];
    uint64_t address_mask;
    uint32_t length; /* of an instruction that has it in its text */
    unsigned cc;
    unsigned kept;      /* a bit for each register that has what the last part began with */
    unsigned exception; /* another one that the operands bring about */
    bool fault;         /* a byte was not accessible: nothing that follows counts */
};

enum subject_flag {
    IN_PARTS = 1 << 0,       /* interruptible, or has condition code 3 */
    REPEATED = 1 << 1,       /* of these, interruptible: condition code 3 is an end */
    LENGTH_IN_TEXT = 1 << 2, /* 1 to 256, as the L of SS-a */
    TARGET_EARLY = 1 << 3,   /* the first operand may be checked before it is needed */
    MAY_OVERLAP = 1 << 4,
    ONE_MODE = 1 << 5, /* 64-bit only */
};

struct subject {
    const char *name;
    const char *text;
    void (*draw)(struct model *m); /* what is special: registers and memory */
    void (*perform)(struct model *m);
    unsigned flags;
};

static struct rig rig;
static uint64_t seed = 1;
static bool stored_into[WINDOW_SIZE]; /* as the decoded code was told */

static inline uint32_t draw(uint32_t n)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)((seed >> 33) % n);
}

/* The model's view of storage and registers. */
static inline uint8_t get(struct model *m, uint64_t address)
{
    address = (address & m->address_mask) - WINDOW;
    m->fault = m->fault || address >= WINDOW_SIZE || m->key[address >> 12] == KEY_CLOSED;
    return m->fault ? 0 : m->memory[address];
}

static inline void put(struct model *m, uint64_t address, unsigned byte)
{
    address = (address & m->address_mask) - WINDOW;
    m->fault = m->fault || address >= WINDOW_SIZE || m->key[address >> 12] != KEY_OPEN;
    if (!m->fault)
        m->memory[address] = (uint8_t)byte;
}

static inline uint64_t reg_address(const struct model *m, unsigned r)
{
    return m->gr[r] & m->address_mask;
}

static inline uint64_t reg_length(const struct model *m, unsigned r)
{
    return m->address_mask == UINT64_MAX ? m->gr[r] : (uint32_t)m->gr[r];
}

/* Also for lengths: all of the register, or its right half. */
static inline void reg_put(struct model *m, unsigned r, uint64_t value)
{
    m->gr[r] = m->address_mask == UINT64_MAX
                   ? value
                   : (m->gr[r] & ~(uint64_t)UINT32_MAX) | (value & m->address_mask);
}

static inline void reg_advance(struct model *m, unsigned r, uint64_t n)
{
    reg_put(m, r, reg_address(m, r) + n);
}

static inline void note_stores(struct vcpu *cpu, abs_addr address, uint32_t length)
{
    (void)cpu;
    for (uint64_t i = address.value; i < address.value + length; i++) {
        if (i - WINDOW < WINDOW_SIZE)
            stored_into[i - WINDOW] = true;
    }
}

/* Registers and memory of all subjects; then what is special to S. */
static inline void draw_model(struct model *m, const struct subject *s)
{
    static const uint32_t longest[] = {20, 100, 300, 5000};
    uint32_t few = draw(2) ? 0x06060606 : UINT32_MAX, length = draw(longest[draw(4)]);
    uint64_t high = 0;

    m->address_mask = s->flags & ONE_MODE || draw(3) ? UINT64_MAX : UINT64_C(0x7fffffff);
    if (m->address_mask != UINT64_MAX)
        high = (uint64_t)draw(1 << 30) << 33 | 1u << 31;
    m->cc = 0;
    m->kept = 0;
    m->exception = 0;
    m->fault = false;
    m->length = length % 256 + 1;
    for (uint32_t i = 0; i < WINDOW_SIZE; i += 4) {
        draw(1);
        store_be32(m->memory + i, (uint32_t)(seed >> 32) & few);
    }
    for (unsigned i = 0; i < 16; i++)
        m->gr[i] = high;
    m->gr[2] = high | (FIRST_PAGES + (draw(2) ? 0x1000 - draw(80) : 0x100 + draw(0xf00)));
    m->gr[4] = high | (SECOND_PAGES + (draw(2) ? 0x1000 - draw(80) : draw(0x1000)));
    if (s->flags & MAY_OVERLAP && draw(3) == 0)
        m->gr[4] = m->gr[2] + 0x80 - draw(0x100);
    m->gr[3] = (high & ~(uint64_t)UINT32_MAX) | length;
    m->gr[5] = (high & ~(uint64_t)UINT32_MAX) | (draw(2) ? length : draw(length + 20));
    m->gr[1] = high | (TABLE_PAGES + (draw(2) ? 0 : 0x1000 - 8 * draw(80)));
    m->gr[6] = high | (TABLE_PAGES + (draw(2) ? 0 : 0x1000 - draw(300)));
    memset(m->key, KEY_OPEN, sizeof m->key);
    if (draw(3) == 0)
        m->key[draw(sizeof m->key)] = draw(2) ? KEY_CLOSED : KEY_FETCHED;
    if (draw(3) == 0) /* the page that an operand crosses into */
        m->key[1 + 4 * draw(3)] = draw(2) ? KEY_CLOSED : KEY_FETCHED;
    if (s->draw)
        s->draw(m);
}

/* The rig as the model. */
static inline void rig_set(const struct model *m, bool code)
{
    struct vcpu *cpu = rig.cpu;

    rig_mode(&rig, (m->address_mask == UINT64_MAX ? RIG_MODE_64 : RIG_MODE_31) | UINT64_C(1) << 52);
    memcpy(rig_at(&rig, WINDOW), m->memory, WINDOW_SIZE);
    memcpy(cpu->state.gr, m->gr, sizeof m->gr);
    memset(stored_into, 0, sizeof stored_into);
    cpu->code_stored = note_stores;
    cpu->cc = 0;
    for (unsigned i = 0; i < WINDOW_SIZE / 4096; i++) {
        rig.storage.key[WINDOW / 4096 + i] = m->key[i];
        rig.storage.flags[WINDOW / 4096 + i] = code ? STORAGE_PAGE_HAS_CODE : 0;
    }
    address_space_purge_all(cpu);
}

static inline void rig_open_pages(void)
{
    for (unsigned i = 0; i < WINDOW_SIZE / 4096; i++)
        rig.storage.key[WINDOW / 4096 + i] = KEY_OPEN;
    address_space_purge_all(rig.cpu);
}

/* The program-interruption code that ends the executions of TEXT, or 0. */
static inline unsigned run_to_end(const struct subject *s, const char *text)
{
    unsigned code;

    do {
        code = rig_run(&rig, text);
    } while (!code && s->flags & IN_PARTS &&
             (rig.repeated || (rig.cpu->cc == 3 && !(s->flags & REPEATED))));
    return code;
}

static inline bool same(const struct subject *s, const struct model *wanted)
{
    struct harness_place at = HARNESS_PLACE(s->name);
    bool good = harness_check_mem(at, rig_at(&rig, WINDOW), wanted->memory, WINDOW_SIZE);

    for (unsigned r = 0; r < 16; r++) {
        if (!(wanted->kept >> r & 1))
            good = harness_check_eq(at, rig.cpu->state.gr[r], wanted->gr[r]) && good;
    }
    return harness_check_eq(at, rig.cpu->cc, wanted->cc) && good;
}

static inline bool stores_were_noted(const struct subject *s, const struct model *before)
{
    const uint8_t *now = rig_at(&rig, WINDOW);
    uint32_t missed = 0;

    for (uint32_t i = 0; i < WINDOW_SIZE; i++)
        missed += now[i] != before->memory[i] && !stored_into[i];
    return harness_check_eq(HARNESS_PLACE(s->name), missed, 0);
}

/* Where a subject may find its target inaccessible earlier than the model does. */
static inline bool target_is_closed(const struct subject *s, const struct model *m)
{
    uint64_t page = (reg_address(m, 2) - WINDOW) >> 12;

    return s->flags & TARGET_EARLY && (m->key[page] != KEY_OPEN || m->key[page + 1] != KEY_OPEN ||
                                       m->key[page + 2] != KEY_OPEN);
}

static inline bool try_subject(const struct subject *s)
{
    static struct model before, after, whole;
    char text[32];
    bool code = draw(3) == 0, good;
    unsigned exception, wanted;

    draw_model(&before, s);
    snprintf(text, sizeof text, "%s", s->text);
    if (s->flags & LENGTH_IN_TEXT)
        snprintf(text, sizeof text, "%.2s%02x%s", s->text, before.length - 1, s->text + 4);
    after = before;
    s->perform(&after);
    whole = before;
    memset(whole.key, KEY_OPEN, sizeof whole.key);
    s->perform(&whole);
    rig_set(&before, code);
    wanted = after.fault ? PGM_PROTECTION : after.exception;
    exception = run_to_end(s, text);
    if (exception == PGM_PROTECTION && !wanted && target_is_closed(s, &before))
        wanted = exception;
    good = harness_check_eq(HARNESS_PLACE(s->name), exception, wanted);
    if (exception && s->flags & IN_PARTS) {
        rig_open_pages();
        good = CHECK_EQ(run_to_end(s, text), 0) && same(s, &whole) && good;
    } else if (exception) {
        before.cc = 0;
        good = same(s, &before) && good;
    } else if (good) {
        good = same(s, &after);
    }
    return (!code || stores_were_noted(s, &before)) && good;
}

/* ROUNDS tries of each of N subjects; the first that goes wrong is named and ends its rounds. */
static inline void try_subjects(const struct subject *subjects, size_t n, unsigned rounds)
{
    for (size_t i = 0; i < n; i++) {
        for (unsigned round = 0; round < rounds; round++) {
            uint64_t from = seed;

            if (!try_subject(&subjects[i])) {
                printf("# %s, round %u, seed %" PRIu64 "\n", subjects[i].name, round, from);
                break;
            }
        }
    }
}

#define TRY_SUBJECTS(subjects, rounds)                                                             \
    try_subjects(subjects, sizeof(subjects) / sizeof((subjects)[0]), rounds)

#endif
