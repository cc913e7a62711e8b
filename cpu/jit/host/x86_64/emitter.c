/* Buffer, labels, jumps and padding: see encoder.h. */
#include "cpu/jit/host/x86_64/emitter.h"

#include <string.h>

#define JMP_SHORT 0xeb
#define JMP_NEAR  0xe9
#define CALL_NEAR 0xe8
#define JCC_SHORT 0x70
#define JCC_NEAR  0x80 /* after 0F */
#define LOCK      0xf0

#define NOP_MAX 9

void emitter_init(struct emitter *e, void *buffer, uint32_t size, uint64_t address)
{
    e->buffer = buffer;
    e->size = size;
    e->used = 0;
    e->address = address;
    e->failure = EMIT_GOOD;
    e->label_count = 0;
    e->fixup_count = e->open_fixups = 0;
}

void emitter_fail(struct emitter *e, enum emit_failure failure)
{
    if (e->failure == EMIT_GOOD)
        e->failure = failure;
}

void emitter_put(struct emitter *e, const uint8_t *bytes, unsigned length)
{
    if (e->failure != EMIT_GOOD)
        return;
    if (length > e->size - e->used) {
        emitter_fail(e, EMIT_BUFFER_FULL);
        return;
    }
    if (bytes != e->buffer + e->used)
        memcpy(e->buffer + e->used, bytes, length);
    e->used += length;
}

void emit_data(struct emitter *e, const void *data, size_t size)
{
    if (size > UINT32_MAX)
        emitter_fail(e, EMIT_BUFFER_FULL);
    else
        emitter_put(e, data, (unsigned)size);
}

unsigned emit_label_new(struct emitter *e)
{
    if (e->label_count == EMITTER_LABELS) {
        emitter_fail(e, EMIT_LABELS_FULL);
        return EMITTER_LABELS;
    }
    e->labels[e->label_count] = EMITTER_UNPLACED;
    e->waiting[e->label_count] = 0;
    return e->label_count++;
}

/* Writes the displacement of FIXUP, whose bytes are in the buffer already. */
static void resolve(struct emitter *e, const struct emit_fixup *fixup, uint32_t target)
{
    int64_t disp = (int64_t)target - (int64_t)fixup->next;
    int8_t narrow = (int8_t)disp;
    int32_t wide = (int32_t)disp;

    if (fixup->size == 1 ? disp != narrow : disp != wide)
        emitter_fail(e, EMIT_OUT_OF_RANGE);
    else if (fixup->size == 1)
        memcpy(e->buffer + fixup->field, &narrow, sizeof narrow);
    else
        memcpy(e->buffer + fixup->field, &wide, sizeof wide);
}

static void refer(struct emitter *e, struct emit_fixup fixup, unsigned label)
{
    if (e->failure != EMIT_GOOD)
        return;
    if (label >= e->label_count) {
        emitter_fail(e, EMIT_LABEL_MISUSED);
    } else if (e->labels[label] != EMITTER_UNPLACED) {
        resolve(e, &fixup, e->labels[label]);
    } else if (e->fixup_count == EMITTER_FIXUPS) {
        emitter_fail(e, EMIT_FIXUPS_FULL);
    } else {
        fixup.other = e->waiting[label];
        e->fixups[e->fixup_count++] = fixup;
        e->waiting[label] = (uint16_t)e->fixup_count;
        e->open_fixups++;
    }
}

void emit_label_place(struct emitter *e, unsigned label)
{
    if (e->failure != EMIT_GOOD)
        return;
    if (label >= e->label_count || e->labels[label] != EMITTER_UNPLACED) {
        emitter_fail(e, EMIT_LABEL_MISUSED);
        return;
    }
    e->labels[label] = e->used;
    for (unsigned i = e->waiting[label]; i; i = e->fixups[i - 1].other) {
        resolve(e, &e->fixups[i - 1], e->used);
        e->open_fixups--;
    }
}

enum emit_failure emitter_finish(struct emitter *e)
{
    if (e->open_fixups > 0)
        emitter_fail(e, EMIT_LABEL_MISUSED);
    return e->failure;
}

void emitter_put_reference(struct emitter *e, const uint8_t *bytes, unsigned length, unsigned disp,
                           unsigned label)
{
    uint32_t start = e->used;

    emitter_put(e, bytes, length);
    refer(e, (struct emit_fixup){.field = start + disp, .next = start + length, .size = 4}, label);
}

/* A jump with a 32-bit displacement; SECOND is 0 for an opcode of one byte. */
static void jump_near(struct emitter *e, uint8_t first, uint8_t second, unsigned label)
{
    uint8_t bytes[6] = {first, second};
    unsigned opcode = second ? 2 : 1;

    emitter_put_reference(e, bytes, opcode + 4, opcode, label);
}

static void jump_short(struct emitter *e, uint8_t opcode, unsigned label)
{
    uint8_t bytes[2] = {opcode, 0};
    uint32_t start = e->used;

    emitter_put(e, bytes, sizeof bytes);
    refer(e, (struct emit_fixup){.field = start + 1, .next = start + 2, .size = 1}, label);
}

/* Whether a jump of 2 bytes from here reaches LABEL, which must be placed already. */
static bool is_near(const struct emitter *e, unsigned label)
{
    return label < e->label_count && e->labels[label] != EMITTER_UNPLACED &&
           e->used + 2 - e->labels[label] <= 128;
}

static bool condition_is_good(struct emitter *e, enum host_condition condition)
{
    if ((unsigned)condition <= HOST_G)
        return true;
    emitter_fail(e, EMIT_BAD_OPERAND);
    return false;
}

void emit_jmp_short(struct emitter *e, unsigned label)
{
    jump_short(e, JMP_SHORT, label);
}

void emit_jcc_short(struct emitter *e, enum host_condition condition, unsigned label)
{
    if (condition_is_good(e, condition))
        jump_short(e, (uint8_t)(JCC_SHORT + condition), label);
}

void emit_jmp_label(struct emitter *e, unsigned label)
{
    if (is_near(e, label))
        jump_short(e, JMP_SHORT, label);
    else
        jump_near(e, JMP_NEAR, 0, label);
}

void emit_jcc_label(struct emitter *e, enum host_condition condition, unsigned label)
{
    if (!condition_is_good(e, condition))
        return;
    if (is_near(e, label))
        jump_short(e, (uint8_t)(JCC_SHORT + condition), label);
    else
        jump_near(e, 0x0f, (uint8_t)(JCC_NEAR + condition), label);
}

void emit_call_label(struct emitter *e, unsigned label)
{
    jump_near(e, CALL_NEAR, 0, label);
}

static void jump_address(struct emitter *e, uint8_t first, uint8_t second, uint64_t target)
{
    uint8_t bytes[6] = {first, second};
    unsigned opcode = second ? 2 : 1;
    int64_t disp = (int64_t)(target - (e->address + e->used + opcode + 4));
    int32_t wide = (int32_t)disp;

    if (disp != wide) {
        emitter_fail(e, EMIT_OUT_OF_RANGE);
        return;
    }
    memcpy(bytes + opcode, &wide, sizeof wide);
    emitter_put(e, bytes, opcode + 4);
}

void emit_jmp_address(struct emitter *e, uint64_t target)
{
    jump_address(e, JMP_NEAR, 0, target);
}

void emit_jcc_address(struct emitter *e, enum host_condition condition, uint64_t target)
{
    if (condition_is_good(e, condition))
        jump_address(e, 0x0f, (uint8_t)(JCC_NEAR + condition), target);
}

void emit_call_address(struct emitter *e, uint64_t target)
{
    jump_address(e, CALL_NEAR, 0, target);
}

void emit_lea_address(struct emitter *e, enum host_reg reg, uint64_t target)
{
    const unsigned length = 7; /* prefix, opcode, ModR/M and displacement */
    int64_t disp = (int64_t)(target - (e->address + e->used + length));
    int32_t wide = (int32_t)disp;

    if (disp != wide)
        emitter_fail(e, EMIT_OUT_OF_RANGE);
    else
        emit_lea_rm(e, HOST_64, reg, host_rm_rip(wide));
}

/* No-operations until the address after OPCODE bytes more is a multiple of 4. */
static void align_site(struct emitter *e, unsigned opcode)
{
    emit_nops(e, (unsigned)(-(e->address + e->used + opcode) & 3));
}

uint32_t emit_jmp_site(struct emitter *e, unsigned label)
{
    align_site(e, 1);
    jump_near(e, JMP_NEAR, 0, label);
    return e->used - 4;
}

uint32_t emit_jcc_site(struct emitter *e, enum host_condition condition, unsigned label)
{
    align_site(e, 2);
    if (condition_is_good(e, condition))
        jump_near(e, 0x0f, (uint8_t)(JCC_NEAR + condition), label);
    return e->used - 4;
}

void emit_nops(struct emitter *e, unsigned length)
{
    /* The forms that the SDM recommends for NOP, one for each length. */
    static const uint8_t nops[NOP_MAX][NOP_MAX] = {
        {0x90},
        {0x66, 0x90},
        {0x0f, 0x1f, 0x00},
        {0x0f, 0x1f, 0x40, 0x00},
        {0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };

    while (length > 0 && e->failure == EMIT_GOOD) {
        unsigned part = length < NOP_MAX ? length : NOP_MAX;

        emitter_put(e, nops[part - 1], part);
        length -= part;
    }
}

void emit_align(struct emitter *e, unsigned alignment)
{
    if (alignment == 0 || alignment > 64 || (alignment & (alignment - 1)))
        emitter_fail(e, EMIT_BAD_OPERAND);
    else
        emit_nops(e, (unsigned)(-(e->address + e->used) & (alignment - 1)));
}

void emit_lock(struct emitter *e)
{
    emitter_put(e, (const uint8_t[]){LOCK}, 1);
}

void emit_load_constant(struct emitter *e, enum host_reg reg, uint64_t value)
{
    if (value <= UINT32_MAX)
        emit_mov_oi(e, HOST_32, reg, (int64_t)value);
    else if (value >= (uint64_t)INT32_MIN)
        emit_mov_mi(e, HOST_64, host_rm_reg(reg), (int64_t)value);
    else
        emit_movabs_oi(e, HOST_64, reg, (int64_t)value);
}
