/* The commands that every device has: no operation, sense, sense ID. */
#include <string.h>

#include "devices/css/subchannel.h"
#include "src/core/layout/scsw.h"

#define ENDED (DEVICE_STATUS_CHANNEL_END | DEVICE_STATUS_DEVICE_END)

static void forget_sense(struct subchannel_state *state)
{
    state->sense_count = 0;
    memset(state->sense, 0, sizeof state->sense);
}

static unsigned sense(struct subchannel *subchannel)
{
    struct subchannel_state *state = &subchannel->state;

    ccw_stream_put(&subchannel->stream, state->sense, subchannel->device->type->sense_size);
    forget_sense(state);
    return ENDED;
}

static unsigned sense_id(struct subchannel *subchannel)
{
    const struct ccw_device_type *type = subchannel->device->type;
    struct sense_id id = {
        .ones = 0xff,
        .cu_model = type->cu_model,
        .device_model = type->device_model,
    };

    be16_put(&id.cu_type, type->cu_type);
    be16_put(&id.device_type, type->device_type);
    ccw_stream_put(&subchannel->stream, (const uint8_t *)&id, sizeof id);
    return ENDED;
}

/* Sense data lasts until a command other than these three is executed. */
unsigned subchannel_execute(struct subchannel *subchannel)
{
    const struct channel_program *program = &subchannel->stream.program;
    struct ccw_device *device = subchannel->device;

    switch (program->command) {
    case CCW_NO_OPERATION:
        return ENDED;
    case CCW_SENSE:
        return sense(subchannel);
    case CCW_SENSE_ID:
        return sense_id(subchannel);
    default:
        if (program->phase == PROGRAM_FETCHES)
            forget_sense(&subchannel->state);
        return device->type->execute(device, program->command, &subchannel->stream);
    }
}

unsigned ccw_device_unit_check(struct ccw_device *device, const uint8_t *bytes, size_t length)
{
    struct subchannel_state *state = &device->subchannel->state;

    forget_sense(state);
    state->sense_count = (uint8_t)(length < CCW_SENSE_SIZE ? length : CCW_SENSE_SIZE);
    memcpy(state->sense, bytes, state->sense_count);
    return DEVICE_STATUS_UNIT_CHECK;
}

unsigned ccw_device_reject(struct ccw_device *device)
{
    const uint8_t reject = CCW_SENSE_COMMAND_REJECT;

    return ccw_device_unit_check(device, &reject, sizeof reject);
}
