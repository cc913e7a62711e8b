/* The channel subsystem's state as objects of fields, and what follows their restoring. */
#include <errno.h>

#include "devices/css/css_state.h"

static const struct field css_fields[] = {
    FIELD_ROW(css_state, uint64_t, measurement_origin),
    FIELD_ROW(css_state, uint32_t, measurement_control),
    FIELD_ROW(css_state, uint32_t, extensions),
    FIELD_ROW(css_state, uint32_t, report_start),
    FIELD_ROW(css_state, uint32_t, report_count),
    FIELD_ROW(css_state, uint32_t, reports),
};

enum { OBJECT_STATE, OBJECT_PROGRAM, OBJECT_DEVICE, OBJECTS };

static struct field_object device_object(struct ccw_device *device)
{
    const struct ccw_device_type *type = device->type;

    return (struct field_object){type->name, type->fields, type->field_count,
                                 (uint8_t *)device + type->state_offset, type->state_size};
}

bool css_state_object(struct css *css, unsigned index, struct field_object *object)
{
    struct subchannel *subchannel;

    if (index == 0) {
        *object = (struct field_object){"css", css_fields, sizeof css_fields / sizeof css_fields[0],
                                        &css->state, sizeof css->state};
        return true;
    }
    index--;
    if (index / OBJECTS >= css->count)
        return false;
    subchannel = css->subchannels[index / OBJECTS];
    switch (index % OBJECTS) {
    case OBJECT_STATE:
        *object = (struct field_object){"subchannel", subchannel_fields, subchannel_field_count,
                                        &subchannel->state, sizeof subchannel->state};
        break;
    case OBJECT_PROGRAM:
        *object = (struct field_object){"channel_program", channel_program_fields,
                                        channel_program_field_count, &subchannel->stream.program,
                                        sizeof subchannel->stream.program};
        break;
    default:
        *object = device_object(subchannel->device);
        break;
    }
    return true;
}

static bool subchannel_valid(const struct subchannel *subchannel)
{
    return subchannel->state.sense_count <= CCW_SENSE_SIZE &&
           subchannel->state.concurrent_count <= CCW_SENSE_SIZE &&
           channel_program_valid(&subchannel->stream.program);
}

int css_check_restored(struct css *css, struct error *error)
{
    const struct css_state *state = &css->state;
    bool valid = state->report_start < CSS_REPORT_QUEUE && state->report_count <= CSS_REPORT_QUEUE;

    for (uint32_t i = 0; i < css->count; i++) {
        struct ccw_device *device = css->subchannels[i]->device;

        valid = valid && subchannel_valid(css->subchannels[i]) &&
                (!device->type->restored || device->type->restored(device, error) == 0);
    }
    if (!valid) {
        css_reset(css);
        return error_set(error, -EINVAL, "the saved state of the channel subsystem is damaged");
    }
    for (uint32_t i = 0; i < css->count; i++)
        event_loop_post(css->loop, &css->subchannels[i]->work);
    return 0;
}
