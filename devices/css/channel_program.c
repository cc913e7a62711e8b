/*
 * Channel programs: fetching CCWs (PoP chapter 15, "Channel-Command Word", "Chaining",
 * "Invalid ..." under "Program Check" in chapter 16).
 *
 * CCWs are fetched when they are needed and never ahead of that, which every ORB allows.
 */
#include "devices/css/channel_program.h"

#include <string.h>

#include "src/base/bits.h"
#include "src/core/layout/orb.h"

#define FORMAT_0_LIMIT (UINT64_C(1) << 24)
#define FORMAT_1_LIMIT (UINT64_C(1) << 31)

struct decoded_ccw {
    uint8_t command;
    uint8_t flags;
    uint16_t count;
    uint32_t address;
};

static bool check(struct ccw_stream *stream, enum subchannel_status status)
{
    stream->program.status |= (uint8_t)status;
    return false;
}

static bool program_check(struct ccw_stream *stream)
{
    return check(stream, SUBCHANNEL_STATUS_PROGRAM_CHECK);
}

static bool format_1(const struct ccw_stream *stream)
{
    return stream->program.control & ORB_FORMAT_1;
}

/* Where CCWs and, without indirect addressing, data may lie. */
static uint64_t address_limit(const struct ccw_stream *stream)
{
    return format_1(stream) ? FORMAT_1_LIMIT : FORMAT_0_LIMIT;
}

/* Key-controlled protection, with the subchannel key in place of the access key. Neither
   low-address protection nor an override applies to the channel subsystem. */
static bool key_permits(const struct ccw_stream *stream, uint64_t address, bool store)
{
    const uint8_t key = (uint8_t)(bits32_get(stream->program.control, 0, 3) << 4);
    const uint8_t stored = atomic_load_explicit(
        storage_key_at(stream->storage, (abs_addr){address}), memory_order_relaxed);

    if (key == 0 || key == (stored & STORAGE_KEY_ACC))
        return true;
    return !store && !(stored & STORAGE_KEY_FETCH);
}

/* Moves bytes that lie within one page, STORE telling which way. */
static bool access(struct ccw_stream *stream, uint64_t address, uint8_t *bytes, size_t length,
                   bool store)
{
    const abs_addr at = {address};

    if (!storage_contains(stream->storage, at, length))
        return program_check(stream);
    if (!key_permits(stream, address, store))
        return check(stream, SUBCHANNEL_STATUS_PROTECTION_CHECK);
    return store ? storage_write(stream->storage, at, bytes, length)
                 : storage_read(stream->storage, at, bytes, length);
}

bool channel_program_read(struct ccw_stream *stream, uint64_t address, void *to, size_t length)
{
    return access(stream, address, to, length, false);
}

/* Format-1 CCWs have one code for transfer in channel, format-0 CCWs sixteen. */
static bool is_transfer(const struct ccw_stream *stream, const struct decoded_ccw *ccw)
{
    return format_1(stream) ? ccw->command == CCW_TRANSFER_IN_CHANNEL
                            : (ccw->command & CCW_COMMAND_TYPE) == CCW_TRANSFER_IN_CHANNEL;
}

static bool read_ccw(struct ccw_stream *stream, struct decoded_ccw *ccw)
{
    struct channel_program *program = &stream->program;
    const uint32_t address = program->next;
    uint8_t bytes[8];

    /* Even for a CCW that cannot be had the SCSW tells the address behind it. */
    program->next = address + 8;
    if (address & 7 || address >= address_limit(stream))
        return program_check(stream);
    if (!channel_program_read(stream, address, bytes, sizeof bytes))
        return false;
    if (format_1(stream)) {
        const struct ccw_format_1 *given = (const struct ccw_format_1 *)bytes;

        *ccw = (struct decoded_ccw){given->command, given->flags, be16_get(given->count),
                                    be32_get(given->address)};
    } else {
        const struct ccw_format_0 *given = (const struct ccw_format_0 *)bytes;

        *ccw = (struct decoded_ccw){given->command, given->flags, be16_get(given->count),
                                    load_be32(bytes) & BITS32(8, 31)};
    }
    return true;
}

/* A transfer in channel must neither begin a program nor lead to another; in format 1 what it does
   not use is zero. */
static bool follow_transfer(struct ccw_stream *stream, const struct decoded_ccw *ccw, bool again)
{
    struct channel_program *program = &stream->program;

    if (again || program->first)
        return program_check(stream);
    if (format_1(stream) && (ccw->flags || ccw->count || ccw->address & BIT32(0)))
        return program_check(stream);
    if (ccw->address & 7)
        return program_check(stream);
    program->next = ccw->address;
    return true;
}

static bool fields_valid(const struct ccw_stream *stream, const struct decoded_ccw *ccw,
                         bool chaining)
{
    const unsigned type = ccw->command & CCW_COMMAND_TYPE;

    /* While data is chained the command code is not looked at. */
    if (!chaining && (type == 0 || type == CCW_TRANSFER_IN_CHANNEL))
        return false;
    if (ccw->count == 0 && (!format_1(stream) || chaining || ccw->flags & CCW_CHAIN_DATA))
        return false;
    if (ccw->flags & CCW_MODIFIED_INDIRECT)
        return false;
    if (ccw->flags & CCW_SUSPEND && (chaining || !(stream->program.control & ORB_SUSPEND)))
        return false;
    return !(format_1(stream) && ccw->address & BIT32(0));
}

/* An IDAW list is made of words or, in format 2, of doublewords. */
static uint32_t idaw_size(const struct ccw_stream *stream)
{
    return stream->program.control & ORB_FORMAT_2_IDAW ? 8 : 4;
}

static uint32_t idaw_block(const struct ccw_stream *stream)
{
    const uint32_t control = stream->program.control;

    return control & ORB_FORMAT_2_IDAW && !(control & ORB_2K_IDAW) ? 4096 : 2048;
}

static bool fetch(struct ccw_stream *stream, bool chaining)
{
    struct channel_program *program = &stream->program;
    struct decoded_ccw ccw;

    for (bool again = false;; again = true) {
        if (!read_ccw(stream, &ccw))
            return false;
        if (!is_transfer(stream, &ccw))
            break;
        if (!follow_transfer(stream, &ccw, again))
            return false;
    }
    program->first = 0;
    program->count = ccw.count;
    program->flags = ccw.flags;
    program->owes_intermediate |= !!(ccw.flags & CCW_PROGRAM_CONTROLLED);
    if (!fields_valid(stream, &ccw, chaining))
        return program_check(stream);
    if (!chaining)
        program->command = ccw.command;
    program->data = program->list = ccw.address;
    program->block_left = 0;
    program->list_begins = 1;
    if (ccw.flags & CCW_INDIRECT && ccw.address & (idaw_size(stream) - 1))
        return program_check(stream);
    return true;
}

void channel_program_begin(struct ccw_stream *stream, uint32_t control, uint32_t address)
{
    stream->program = (struct channel_program){
        .control = control,
        .next = address,
        .phase = PROGRAM_FETCHES,
        .first = 1,
        .owes_initial = !!(control & ORB_INITIAL_STATUS),
    };
}

bool channel_program_fetch(struct ccw_stream *stream)
{
    struct channel_program *program = &stream->program;

    program->status = 0;
    program->data_used = 0;
    program->excess = 0;
    return fetch(stream, false);
}

static bool backward(const struct channel_program *program)
{
    return (program->command & CCW_COMMAND_TYPE) == CCW_READ_BACKWARD;
}

/* The first IDAW may designate any byte of its block; the others the first byte or, read backward,
   the last. */
static bool next_block(struct ccw_stream *stream)
{
    struct channel_program *program = &stream->program;
    const uint32_t size = idaw_size(stream), block = idaw_block(stream);
    uint8_t idaw[8];
    uint64_t address;
    uint32_t offset;

    if (program->list >= address_limit(stream))
        return program_check(stream);
    if (!channel_program_read(stream, program->list, idaw, size))
        return false;
    address = size == 8 ? load_be64(idaw) : load_be32(idaw);
    offset = (uint32_t)address & (block - 1);
    if (size == 4 && address >= FORMAT_1_LIMIT)
        return program_check(stream);
    if (!program->list_begins && offset != (backward(program) ? block - 1 : 0))
        return program_check(stream);
    program->list += size;
    program->list_begins = 0;
    program->data = address;
    program->block_left = backward(program) ? offset + 1 : block - offset;
    return true;
}

/* Without indirect addressing a run ends at a page, as keys belong to pages. */
static bool next_page(struct ccw_stream *stream)
{
    struct channel_program *program = &stream->program;
    const uint32_t offset = (uint32_t)program->data % STORAGE_PAGE_SIZE;

    if (program->data >= address_limit(stream))
        return program_check(stream);
    program->block_left = backward(program) ? offset + 1 : STORAGE_PAGE_SIZE - offset;
    return true;
}

static void reverse(uint8_t *to, const uint8_t *from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        to[i] = from[length - 1 - i];
}

/* Moves a run of bytes that lie in one block, the address going down for READ BACKWARD. */
static bool move_run(struct ccw_stream *stream, uint8_t *bytes, size_t length, bool store)
{
    struct channel_program *program = &stream->program;
    uint8_t turned[STORAGE_PAGE_SIZE];

    if (!backward(program)) {
        if (!access(stream, program->data, bytes, length, store))
            return false;
        program->data += length;
    } else {
        reverse(turned, bytes, length);
        if (!access(stream, program->data + 1 - length, turned, length, store))
            return false;
        program->data -= length;
    }
    program->block_left -= (uint32_t)length;
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Moves up to LENGTH bytes, over as many CCWs as data chaining gives. When a count runs out the
   next CCW takes over at once, so that an end right there counts in the new CCW. */
static size_t move(struct ccw_stream *stream, uint8_t *bytes, size_t length, bool store)
{
    struct channel_program *program = &stream->program;
    size_t done = 0;

    program->data_used = 1;
    while (done < length && program->count && !program->status) {
        size_t run = smaller(length - done, program->count);

        if (!(store && program->flags & CCW_SKIP)) {
            if (program->block_left == 0 &&
                !(program->flags & CCW_INDIRECT ? next_block(stream) : next_page(stream)))
                break;
            run = smaller(run, program->block_left);
            if (!move_run(stream, bytes + done, run, store))
                break;
        }
        done += run;
        program->count = (uint16_t)(program->count - run);
        if (program->count == 0 && program->flags & CCW_CHAIN_DATA)
            fetch(stream, true);
    }
    return done;
}

static size_t move_all(struct ccw_stream *stream, uint8_t *bytes, size_t length, bool store)
{
    const size_t done = move(stream, bytes, length, store);

    if (done < length)
        stream->program.excess = 1;
    return done;
}

size_t ccw_stream_put(struct ccw_stream *stream, const uint8_t *bytes, size_t length)
{
    size_t done = 0;

    /* The stream does not change what it stores, but shares its path with what it fetches. */
    while (done < length) {
        uint8_t piece[512];
        const size_t size = smaller(length - done, sizeof piece);
        size_t moved;

        memcpy(piece, bytes + done, size);
        moved = move_all(stream, piece, size, true);
        done += moved;
        if (moved < size)
            break;
    }
    return done;
}

size_t ccw_stream_take(struct ccw_stream *stream, uint8_t *bytes, size_t length)
{
    return move_all(stream, bytes, length, false);
}

size_t ccw_stream_take_some(struct ccw_stream *stream, uint8_t *bytes, size_t room)
{
    return move(stream, bytes, room, false);
}

size_t ccw_stream_left(const struct ccw_stream *stream)
{
    return stream->program.status ? 0 : stream->program.count;
}

bool channel_program_length_incorrect(const struct ccw_stream *stream)
{
    const struct channel_program *program = &stream->program;
    /* A command that asked for no data is immediate: only format-1 CCWs without
       incorrect-length suppression make its count matter. */
    const bool watched = program->data_used ||
                         (format_1(stream) && !(program->control & ORB_SUPPRESS_INCORRECT_LENGTH));

    if (!(program->count || program->excess) || !watched)
        return false;
    /* Where data would have been chained nothing suppresses. */
    return !(program->flags & CCW_SUPPRESS_LENGTH) || program->flags & CCW_CHAIN_DATA;
}

bool channel_program_valid(const struct channel_program *program)
{
    return program->phase <= PROGRAM_ENDS && program->block_left <= STORAGE_PAGE_SIZE;
}

const struct field channel_program_fields[] = {
    FIELD_ROW(channel_program, uint64_t, data),
    FIELD_ROW(channel_program, uint32_t, control),
    FIELD_ROW(channel_program, uint32_t, next),
    FIELD_ROW(channel_program, uint32_t, list),
    FIELD_ROW(channel_program, uint32_t, block_left),
    FIELD_ROW(channel_program, uint16_t, count),
    FIELD_ROW(channel_program, uint8_t, command),
    FIELD_ROW(channel_program, uint8_t, flags),
    FIELD_ROW(channel_program, uint8_t, status),
    FIELD_ROW(channel_program, uint8_t, phase),
    FIELD_ROW(channel_program, uint8_t, first),
    FIELD_ROW(channel_program, uint8_t, data_used),
    FIELD_ROW(channel_program, uint8_t, excess),
    FIELD_ROW(channel_program, uint8_t, owes_initial),
    FIELD_ROW(channel_program, uint8_t, owes_intermediate),
    FIELD_ROW(channel_program, uint8_t, list_begins),
    FIELD_ROW(channel_program, uint8_t, zero_36),
};
const size_t channel_program_field_count =
    sizeof channel_program_fields / sizeof channel_program_fields[0];
