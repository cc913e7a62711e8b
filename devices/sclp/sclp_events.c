/*
 * The event facility: WRITE EVENT MASK, READ EVENT DATA and WRITE EVENT DATA over the table of
 * event types.
 */
#include <string.h>

#include "devices/sclp/sclp_state.h"
#include "src/base/bits.h"

static const struct sclp_event_type *const types[] = {
    &sclp_quiesce_event,
    &sclp_operator_command_event,
    &sclp_message_event,
    &sclp_vt220_event,
};

#define TYPE_COUNT (sizeof types / sizeof types[0])

static uint64_t mask_bit(const struct sclp_event_type *type)
{
    return BIT64(type->number - 1);
}

static bool offered(const struct sclp_state *state, const struct sclp_event_type *type)
{
    return !type->console || (state->consoles & type->console);
}

static uint64_t sclp_receives(const struct sclp_state *state)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (offered(state, types[i]) && types[i]->write)
            mask |= mask_bit(types[i]);
    return mask;
}

static uint64_t sclp_sends(const struct sclp_state *state)
{
    uint64_t mask = 0;

    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (offered(state, types[i]) && types[i]->read)
            mask |= mask_bit(types[i]);
    return mask;
}

bool sclp_event_wanted(const struct sclp_state *state, const struct sclp_event_type *type)
{
    return offered(state, type) && (state->receive_mask & mask_bit(type));
}

bool sclp_event_pending(const struct sclp_state *state)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i]->read && sclp_event_wanted(state, types[i]) && types[i]->pending(state))
            return true;
    return false;
}

/* Masks have any length; those shorter than 8 bytes are extended with zeros on the right, and
   of longer ones the SCLP knows the first 64 events. */
static uint64_t get_mask(const uint8_t *from, size_t length)
{
    be64 mask = {{0}};

    memcpy(&mask, from, length < sizeof mask ? length : sizeof mask);
    return be64_get(mask);
}

static void put_mask(uint8_t *to, size_t length, uint64_t value)
{
    be64 mask;

    be64_put(&mask, value);
    memset(to, 0, length);
    memcpy(to, &mask, length < sizeof mask ? length : sizeof mask);
}

enum sccb_response sclp_write_event_mask(struct sclp *sclp, struct sclp_request *request)
{
    struct sccb_event_mask *event_mask = (struct sccb_event_mask *)request->block;
    uint8_t *masks = request->block + sizeof *event_mask;
    size_t length;

    if (request->length < sizeof *event_mask)
        return SCCB_INSUFFICIENT_LENGTH;
    length = be16_get(event_mask->mask_length);
    if (length == 0 || length > SCCB_MASK_LENGTH_MAX)
        return SCCB_INVALID_MASK_LENGTH;
    if (request->length < sizeof *event_mask + SCCB_MASK_COUNT * length)
        return SCCB_INSUFFICIENT_LENGTH;
    pthread_mutex_lock(&sclp->state_lock);
    sclp->state.mask_length = (uint32_t)length;
    sclp->state.receive_mask = get_mask(masks + SCCB_MASK_PROGRAM_RECEIVES * length, length);
    put_mask(masks + SCCB_MASK_SCLP_RECEIVES * length, length, sclp_receives(&sclp->state));
    put_mask(masks + SCCB_MASK_SCLP_SENDS * length, length, sclp_sends(&sclp->state));
    pthread_mutex_unlock(&sclp->state_lock);
    request->reply_size = sizeof *event_mask + SCCB_MASK_COUNT * length;
    return SCCB_COMPLETE;
}

/* Which events to read: a response code other than SCCB_COMPLETE rejects the request. */
static enum sccb_response select_events(const struct sclp_state *state,
                                        const struct sclp_request *request, uint64_t *selected)
{
    const uint8_t *mask = request->block + sizeof(struct sccb_header);

    *selected = state->receive_mask;
    if (sclp_request_header(request)->function_code == SCCB_UNCONDITIONAL_READ)
        return SCCB_COMPLETE;
    if (sclp_request_header(request)->function_code != SCCB_SELECTIVE_READ)
        return SCCB_INVALID_FUNCTION;
    if (request->length < sizeof(struct sccb_header) + state->mask_length)
        return SCCB_INSUFFICIENT_LENGTH;
    *selected = get_mask(mask, state->mask_length);
    if (!state->receive_mask || (*selected & ~state->receive_mask))
        return SCCB_INVALID_SELECTION_MASK;
    return SCCB_COMPLETE;
}

static size_t read_events(struct sclp_state *state, uint64_t selected, uint8_t *to, size_t room)
{
    size_t used = 0;

    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i]->read && offered(state, types[i]) && (selected & mask_bit(types[i])))
            used += types[i]->read(state, to + used, room - used);
    return used;
}

enum sccb_response sclp_read_event_data(struct sclp *sclp, struct sclp_request *request)
{
    struct sccb_header *header = sclp_request_header(request);
    uint8_t *buffers = request->block + sizeof *header;
    const size_t room = request->length - sizeof *header;
    enum sccb_response response;
    uint64_t selected;
    size_t used;

    pthread_mutex_lock(&sclp->state_lock);
    response = select_events(&sclp->state, request, &selected);
    if (response == SCCB_COMPLETE) {
        used = read_events(&sclp->state, selected, buffers, room);
        /* A zero length ends the buffers for programs that do not look at the SCCB's length. */
        memset(buffers + used, 0, room - used);
        request->reply_size = request->length;
        if (header->control_mask[2] & SCCB_VARIABLE_LENGTH_RESPONSE) {
            header->control_mask[2] &= (uint8_t)~SCCB_VARIABLE_LENGTH_RESPONSE;
            be16_put(&header->length, (uint16_t)(sizeof *header + used));
        }
        if (!used)
            response = SCCB_NO_EVENT_BUFFERS;
    }
    pthread_mutex_unlock(&sclp->state_lock);
    return response;
}

/* The buffers must fill the SCCB exactly. */
static enum sccb_response check_buffers(const struct sclp_request *request)
{
    size_t at = sizeof(struct sccb_header);

    while (at < request->length) {
        size_t left = request->length - at, length;

        if (left < sizeof(struct sccb_event_header))
            return SCCB_INCONSISTENT_LENGTHS;
        length = load_be16(request->block + at);
        if (length < sizeof(struct sccb_event_header) || length > left)
            return SCCB_EVENT_BUFFER_SYNTAX_ERROR;
        at += length;
    }
    return SCCB_COMPLETE;
}

static enum sccb_response write_event(struct sclp *sclp, struct sccb_event_header *header)
{
    const uint8_t *data = (const uint8_t *)header + sizeof *header;

    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i]->number == header->type && types[i]->write && offered(&sclp->state, types[i]))
            return types[i]->write(sclp, data, be16_get(header->length) - sizeof *header);
    return SCCB_INVALID_FUNCTION;
}

enum sccb_response sclp_write_event_data(struct sclp *sclp, struct sclp_request *request)
{
    enum sccb_response response = check_buffers(request);
    size_t at = sizeof(struct sccb_header);

    if (sclp_request_header(request)->function_code != SCCB_NORMAL_WRITE)
        return SCCB_INVALID_FUNCTION;
    if (response != SCCB_COMPLETE)
        return response;
    /* The first buffer that fails ends the work; those before it are marked as accepted. */
    for (; at < request->length; at += load_be16(request->block + at)) {
        struct sccb_event_header *header = (struct sccb_event_header *)(request->block + at);

        header->flags &= (uint8_t)~SCCB_EVENT_ACCEPTED;
        if (response == SCCB_COMPLETE)
            response = write_event(sclp, header);
        if (response == SCCB_COMPLETE)
            header->flags |= SCCB_EVENT_ACCEPTED;
    }
    request->reply_size = request->length;
    return response;
}
