/*
 * Fuzzes the channel subsystem: the input is a list of actions of a hostile guest, each a head of 4
 * bytes and bytes that it stores or hands over. Whatever they are, instructions answer with
 * architected condition codes, programs end or go on in slices, and what the program's key does not
 * open stays as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "devices/ccw/console_3215.h"
#include "devices/css/css_state.h"
#include "tests/devices/css_rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GUARD       0x3000u /* the page that no program's key opens */
#define GUARD_KEY   0x98u
#define AREA_SIZE   0x10000u
#define SUBCHANNELS 2u

struct world {
    struct css_rig rig;
    struct ccw_device *console;
    uint64_t shown;
};

static void show(void *owner, const uint8_t *bytes, size_t length)
{
    struct world *world = owner;

    /* Reads every byte, so that a sanitizer sees an overrun. */
    for (size_t i = 0; i < length; i++)
        world->shown += bytes[i];
}

static void check(bool right)
{
    if (!right)
        abort();
}

/* The guest's stores: all but the guard, which has a key of its own. */
static void store_bytes(struct world *world, uint32_t address, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const uint64_t at = (address + i) % AREA_SIZE;

        if (at / 4096 != GUARD / 4096)
            *rig_at(&world->rig, at) = bytes[i];
    }
}

static void start(struct world *world, uint32_t sid, const uint8_t *bytes, size_t size)
{
    uint8_t orb[64] = {0};

    memcpy(orb, bytes, size < 32 ? size : 32);
    /* A key other than 0 and the guard's; nothing that the CPU would have refused. */
    orb[4] = (uint8_t)((orb[4] & 0x7f) | 0x10);
    orb[8] &= 0x7f;
    check((unsigned)world->rig.port.start(world->rig.port.owner, sid, orb) <= 3);
}

static void work(struct world *world)
{
    for (uint32_t i = 0; i < world->rig.css->count; i++)
        subchannel_work(world->rig.css->subchannels[i]);
}

static void test(struct world *world, uint32_t sid)
{
    const uint32_t functions = SCSW_FUNCTION | SCSW_PENDING;
    uint8_t irb[96];
    struct schib schib;
    int cc = world->rig.port.test(world->rig.port.owner, sid, irb);

    check(cc == 0 || cc == 1 || cc == 3);
    if (cc == 0)
        check(load_be32(irb) & SCSW_PENDING);
    if (cc == 3)
        return;
    check(world->rig.port.store(world->rig.port.owner, sid, (uint8_t *)&schib) == 0);
    /* Nothing is active without a function but a device that owes its end. */
    if (!(be32_get(schib.scsw.control) & functions))
        check(!(be32_get(schib.scsw.control) & SCSW_SUBCHANNEL_ACTIVE));
}

static void modify(struct world *world, uint32_t sid, const uint8_t *bytes, size_t size)
{
    uint8_t schib[52] = {0};

    memcpy(schib, bytes, size < sizeof schib ? size : sizeof schib);
    schib[5] |= PMCW_ENABLED;
    check((unsigned)world->rig.port.modify(world->rig.port.owner, sid, schib) <= 3);
}

static void call(struct world *world, const uint8_t *bytes, size_t size)
{
    uint8_t block[4096] = {0};

    memcpy(block, bytes, size < sizeof block ? size : sizeof block);
    check(world->rig.port.call(world->rig.port.owner, block) == 0);
}

/* The device's own doing, as the host might cause it. */
static void present(struct world *world, uint8_t status, const uint8_t *bytes, size_t size)
{
    const struct char_sink sink = console_3215_sink(world->console);

    sink.input(sink.owner, bytes, size);
    rig_present(&world->rig, status);
}

static void set_key(struct world *world, uint32_t page, uint8_t key)
{
    if (page % 16 != GUARD / 4096)
        atomic_store(&world->rig.storage.key[page % 16], key & STORAGE_KEY_ALL);
}

static void act(struct world *world, const uint8_t *head, const uint8_t *bytes, size_t size)
{
    const struct channel_port *port = &world->rig.port;
    const uint32_t sid = SUBCHANNEL | (head[1] % (SUBCHANNELS + 1));
    uint32_t crw;

    switch (head[0] % 16) {
    case 0:
    case 1:
        store_bytes(world, (uint32_t)head[1] << 8, bytes, size);
        break;
    case 2:
    case 3:
        start(world, sid, bytes, size);
        break;
    case 4:
        check((unsigned)port->halt(port->owner, sid) <= 3);
        break;
    case 5:
        check((unsigned)port->clear(port->owner, sid) <= 3);
        break;
    case 6:
        check((unsigned)port->resume(port->owner, sid) <= 3);
        break;
    case 7:
        check((unsigned)port->cancel(port->owner, sid) <= 3);
        break;
    case 8:
        modify(world, sid, bytes, size);
        break;
    case 9:
        call(world, bytes, size);
        break;
    case 10:
        present(world, head[1], bytes, size);
        break;
    case 11:
        port->reset_channel_path(port->owner, head[1] & 1);
        port->store_channel_report(port->owner, &crw);
        break;
    case 12:
        set_key(world, head[1], size ? bytes[0] : 0);
        break;
    case 13:
        test(world, sid);
        break;
    default:
        work(world);
        break;
    }
}

static void run(struct world *world, const uint8_t *data, size_t size)
{
    while (size >= 4) {
        const uint8_t *head = data;
        size_t length = load_be16(head + 2) % 512u;

        data += 4;
        size -= 4;
        length = length < size ? length : size;
        act(world, head, data, length);
        data += length;
        size -= length;
    }
    work(world);
    for (uint32_t i = 0; i < 4096; i++)
        check(*rig_at(&world->rig, GUARD + i) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {.shown = 0};
    const struct char_backend backend = {.owner = &world, .write = show};
    uint8_t enabled[52] = {0};

    check(rig_set_up_stopped(&world.rig));
    memset(world.rig.device->ready, 0xa5, sizeof world.rig.device->ready);
    world.rig.device->ready_length = sizeof world.rig.device->ready;
    world.console = console_3215_create(&backend);
    check(world.console && css_attach(world.rig.css, world.console, 9, NULL) == 0);
    enabled[5] = PMCW_ENABLED;
    modify(&world, SUBCHANNEL | 1, enabled, sizeof enabled);
    atomic_store(&world.rig.storage.key[GUARD / 4096], GUARD_KEY);
    run(&world, data, size);
    rig_tear_down(&world.rig);
    return 0;
}
