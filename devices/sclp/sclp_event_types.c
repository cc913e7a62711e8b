/* The event types that are not the line-mode console: the VT220 console and the quiesce signal. */
#include <string.h>

#include "devices/sclp/sclp_state.h"

static enum sccb_response write_vt220(struct sclp *sclp, const uint8_t *data, size_t length)
{
    sclp_console_write(sclp, SCLP_CONSOLE_VT220, data, length);
    return SCCB_COMPLETE;
}

static bool vt220_pending(const struct sclp_state *state)
{
    return state->input_length && sclp_console_target(state) == SCLP_CONSOLE_VT220;
}

static size_t read_vt220(struct sclp_state *state, uint8_t *buffer, size_t room)
{
    struct sccb_vt220_input *input = (struct sccb_vt220_input *)buffer;
    size_t length;

    if (!vt220_pending(state) || room <= sizeof *input)
        return 0;
    length = sizeof *input + sclp_console_take(state, buffer + sizeof *input, room - sizeof *input);
    sclp_event_header_put(buffer, length, SCCB_EVENT_VT220);
    input->kind = SCCB_VT220_DATA;
    return length;
}

const struct sclp_event_type sclp_vt220_event = {
    .number = SCCB_EVENT_VT220,
    .console = SCLP_CONSOLE_VT220,
    .write = write_vt220,
    .read = read_vt220,
    .pending = vt220_pending,
};

static bool quiesce_pending(const struct sclp_state *state)
{
    return state->quiesce_pending;
}

static size_t read_quiesce(struct sclp_state *state, uint8_t *buffer, size_t room)
{
    struct sccb_signal_quiesce *quiesce = (struct sccb_signal_quiesce *)buffer;

    if (!state->quiesce_pending || room < sizeof *quiesce)
        return 0;
    state->quiesce_pending = 0;
    memset(quiesce, 0, sizeof *quiesce);
    sclp_event_header_put(buffer, sizeof *quiesce, SCCB_EVENT_SIGNAL_QUIESCE);
    return sizeof *quiesce;
}

const struct sclp_event_type sclp_quiesce_event = {
    .number = SCCB_EVENT_SIGNAL_QUIESCE,
    .read = read_quiesce,
    .pending = quiesce_pending,
};
