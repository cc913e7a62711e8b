/*
 * The 3215 console printer-keyboard (IBM 3215 Console Printer-Keyboard Component Description,
 * GA24-3550). What is typed is kept until the program reads it; the end of a line is the request
 * that makes attention pending, or it ends the read that waits.
 */
#include "devices/ccw/console_3215.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/ebcdic.h"

#define TYPED_SIZE 4096u /* what is typed beyond this is dropped */
#define WRITE_SIZE 4096u /* bytes printed before others have a turn */
#define ENDED      (DEVICE_STATUS_CHANNEL_END | DEVICE_STATUS_DEVICE_END)

enum command_3215 {
    COMMAND_WRITE = 0x01,
    COMMAND_WRITE_RETURN = 0x09, /* with automatic carrier return */
    COMMAND_READ_INQUIRY = 0x0a,
    COMMAND_ALARM = 0x0b,
};

/* What a snapshot keeps. */
struct console_3215_state {
    uint32_t length;           /* of TYPED */
    uint32_t read_waits;       /* 1: for the end of the line */
    uint32_t after_return;     /* 1: the next character may be the LF of a CR LF */
    uint8_t typed[TYPED_SIZE]; /* ASCII, edited, lines ended by LF */
};

struct console_3215 {
    struct ccw_device device;
    struct console_3215_state state;
    struct char_backend backend;
    struct ccw_stream *stream; /* of the read that waits */
};

static struct console_3215 *of(struct ccw_device *device)
{
    return (struct console_3215 *)device;
}

static void print(struct console_3215 *console, const uint8_t *text, size_t length)
{
    console->backend.write(console->backend.owner, text, length);
}

static unsigned write_text(struct console_3215 *console, bool carriage_return,
                           struct ccw_stream *stream)
{
    uint8_t text[WRITE_SIZE];
    const size_t length = ccw_stream_take_some(stream, text, sizeof text);

    for (size_t i = 0; i < length; i++)
        text[i] = ebcdic_037_to_ascii(text[i]);
    print(console, text, length);
    if (ccw_stream_left(stream))
        return CCW_AGAIN;
    if (carriage_return)
        print(console, (const uint8_t *)"\n", 1);
    return ENDED;
}

/* The length of the first line, or all of TYPED where none has ended. */
static uint32_t line_length(const struct console_3215_state *state)
{
    const uint8_t *end = memchr(state->typed, '\n', state->length);

    return end ? (uint32_t)(end - state->typed) : state->length;
}

static bool line_ready(const struct console_3215_state *state)
{
    return line_length(state) < state->length;
}

static void request(struct console_3215 *console)
{
    ccw_device_present(&console->device, DEVICE_STATUS_ATTENTION);
}

/* Where another line is there already it is requested to be read as well. */
static unsigned give_line(struct console_3215 *console, struct ccw_stream *stream)
{
    struct console_3215_state *state = &console->state;
    const uint32_t length = line_length(state);
    uint8_t text[TYPED_SIZE];

    for (uint32_t i = 0; i < length; i++)
        text[i] = ebcdic_037_from_ascii(state->typed[i]);
    ccw_stream_put(stream, text, length);
    state->length -= length + 1;
    memmove(state->typed, state->typed + length + 1, state->length);
    if (line_ready(state))
        request(console);
    return ENDED;
}

static unsigned execute(struct ccw_device *device, uint8_t command, struct ccw_stream *stream)
{
    struct console_3215 *console = of(device);

    switch (command) {
    case COMMAND_WRITE:
    case COMMAND_WRITE_RETURN:
        return write_text(console, command == COMMAND_WRITE_RETURN, stream);
    case COMMAND_READ_INQUIRY:
        if (line_ready(&console->state))
            return give_line(console, stream);
        console->stream = stream;
        console->state.read_waits = 1;
        return CCW_WAITS;
    case COMMAND_ALARM:
        print(console, (const uint8_t *)"\a", 1);
        return ENDED;
    default:
        return ccw_device_reject(device);
    }
}

static void halt_clear(struct ccw_device *device)
{
    of(device)->state.read_waits = 0;
    of(device)->stream = NULL;
}

static void reset(struct ccw_device *device)
{
    memset(&of(device)->state, 0, sizeof of(device)->state);
    of(device)->stream = NULL;
}

/* A read that waited is asked for anew: its stream is that of the restored channel program. */
static int restored(struct ccw_device *device, struct error *error)
{
    const struct console_3215_state *state = &of(device)->state;

    if (state->length > TYPED_SIZE || state->read_waits > 1)
        return error_set(error, -EINVAL, "the saved state of the 3215 console is damaged");
    of(device)->stream = state->read_waits ? ccw_device_stream(device) : NULL;
    return 0;
}

static void destroy(struct ccw_device *device)
{
    free(device);
}

static const struct field fields[] = {
    FIELD_ROW(console_3215_state, uint32_t, length),
    FIELD_ROW(console_3215_state, uint32_t, read_waits),
    FIELD_ROW(console_3215_state, uint32_t, after_return),
    FIELD_ROW(console_3215_state, uint8_t, typed),
};

static const struct ccw_device_type console_3215_type = {
    .name = "3215",
    .cu_type = 0x3215,
    .device_type = 0x3215,
    .sense_size = 1,
    .fields = fields,
    .field_count = sizeof fields / sizeof fields[0],
    .state_offset = offsetof(struct console_3215, state),
    .state_size = sizeof(struct console_3215_state),
    .execute = execute,
    .halt_clear = halt_clear,
    .reset = reset,
    .restored = restored,
    .destroy = destroy,
};

struct ccw_device *console_3215_create(const struct char_backend *backend)
{
    struct console_3215 *console = calloc(1, sizeof *console);

    if (!console)
        return NULL;
    console->device.type = &console_3215_type;
    console->backend = *backend;
    return &console->device;
}

/* Lines behind one that is not yet read are requested in their turn. */
static void end_line(struct console_3215 *console)
{
    struct console_3215_state *state = &console->state;
    struct ccw_stream *stream = console->stream;
    const bool another = line_ready(state);

    state->typed[state->length++] = '\n';
    if (!state->read_waits) {
        if (!another)
            request(console);
        return;
    }
    halt_clear(&console->device);
    ccw_device_present(&console->device, give_line(console, stream));
}

/* The last byte of room is for the end of a line. */
static void type(struct console_3215 *console, uint8_t character)
{
    struct console_3215_state *state = &console->state;
    const bool ends = character == '\r' || (character == '\n' && !state->after_return);
    const bool erases = character == '\b' || character == 0x7f;

    if (character == '\n' && state->after_return)
        state->after_return = 0;
    else if (ends && state->length < TYPED_SIZE) {
        state->after_return = character == '\r';
        end_line(console);
    } else if (erases && state->length && state->typed[state->length - 1] != '\n')
        state->length--;
    else if (!ends && !erases && state->length < TYPED_SIZE - 1) {
        state->after_return = 0;
        state->typed[state->length++] = character;
    }
}

static void input(void *owner, const uint8_t *bytes, size_t length)
{
    struct console_3215 *console = owner;

    ccw_device_enter(&console->device);
    for (size_t i = 0; i < length; i++)
        type(console, bytes[i]);
    ccw_device_leave(&console->device);
}

struct char_sink console_3215_sink(struct ccw_device *device)
{
    return (struct char_sink){.owner = of(device), .input = input};
}
