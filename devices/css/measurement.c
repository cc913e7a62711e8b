/*
 * The measurement block (PoP chapter 17, "Channel-Subsystem Monitoring"), format 0. No device
 * provides the timing facility, so of its words only the count of starts and resumes moves.
 */
#include "devices/css/css_state.h"
#include "src/base/bits.h"
#include "src/core/layout/schib.h"

#define BLOCK_SIZE     32u
#define UPDATE_STARTED BIT32(30) /* of SET CHANNEL MONITOR's general register 1 */

static bool key_permits(uint8_t key, uint8_t stored)
{
    return key == 0 || key == (stored & STORAGE_KEY_ACC);
}

/* Where the block cannot be stored into, the subchannel's measurements end. */
void subchannel_measure(struct subchannel *subchannel)
{
    struct css *css = subchannel->css;
    struct subchannel_state *state = &subchannel->state;
    const uint32_t control = css->state.measurement_control;
    const abs_addr block = {css->state.measurement_origin +
                            (uint64_t)state->measurement_index * BLOCK_SIZE};
    uint8_t count[2];

    if (!(state->flags & PMCW_MEASUREMENT_UPDATE) || !(control & UPDATE_STARTED))
        return;
    if (!storage_contains(css->storage, block, sizeof count) ||
        !key_permits((uint8_t)(bits32_get(control, 0, 3) << 4),
                     atomic_load(storage_key_at(css->storage, block)))) {
        state->flags &= (uint16_t)~PMCW_MEASUREMENT_UPDATE;
        return;
    }
    storage_read(css->storage, block, count, sizeof count);
    store_be16(count, (uint16_t)(load_be16(count) + 1));
    storage_write(css->storage, block, count, sizeof count);
}
