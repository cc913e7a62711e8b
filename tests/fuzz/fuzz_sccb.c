/*
 * Fuzzes SERVICE CALL: the input is a list of actions of a hostile guest and a typing user. Each
 * action is a head of 6 bytes and, for a call, the SCCB's contents. Whatever they are, a call
 * must be accepted, answer with an architected response code, and change nothing outside its SCCB.
 */
#include <stdlib.h>
#include <string.h>

#include "devices/sclp/sclp.h"
#include "src/base/be.h"
#include "src/core/layout/sccb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define AREA      0x10000u
#define AREA_SIZE 0x4000u
#define GUARD     4096u /* on both sides of the area */

struct world {
    struct storage storage;
    struct interruption_port interruptions;
    struct sclp *sclp;
    uint64_t shown;
};

static void post(void *owner, uint32_t parameter)
{
    (void)owner;
    if (parameter == 0)
        abort();
}

static void show(void *owner, const uint8_t *bytes, size_t length)
{
    struct world *world = owner;

    /* Reads every byte, so that a sanitizer sees an overrun. */
    for (size_t i = 0; i < length; i++)
        world->shown += bytes[i];
}

static const uint32_t commands[] = {0x00010001, 0x00020001, 0x00120001, 0x00760005,
                                    0x00770005, 0x00780005, 0x00030001};

static void check_response(uint16_t response)
{
    static const uint16_t known[] = {
        SCCB_READ_COMPLETE,        SCCB_COMPLETE,
        SCCB_BOUNDARY_VIOLATION,   SCCB_INVALID_COMMAND,
        SCCB_INSUFFICIENT_LENGTH,  SCCB_INVALID_FUNCTION,
        SCCB_NO_EVENT_BUFFERS,     SCCB_INVALID_SELECTION_MASK,
        SCCB_INCONSISTENT_LENGTHS, SCCB_EVENT_BUFFER_SYNTAX_ERROR,
        SCCB_INVALID_MASK_LENGTH,
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == response)
            return;
    abort();
}

static void check_guard(struct world *world, uint64_t from, uint64_t to)
{
    for (uint64_t at = from; at < to; at++)
        if (*storage_host(&world->storage, (abs_addr){at}))
            abort();
}

static void call(struct world *world, const uint8_t *head, const uint8_t *contents, size_t size)
{
    const abs_addr sccb = {AREA + (load_be16(head + 2) & 0x0ff8u)};
    uint8_t *at = storage_host(&world->storage, sccb);
    struct service_port port = sclp_service_port(world->sclp);
    uint64_t end;

    memset(storage_host(&world->storage, (abs_addr){AREA}), 0, AREA_SIZE);
    memcpy(at, contents, size);
    end = sccb.value + (load_be16(at) < 8 ? 8 : load_be16(at));
    if (port.call(port.owner, commands[head[1] % (sizeof commands / sizeof commands[0])], sccb) !=
        SERVICE_CALL_INITIATED)
        abort();
    check_response(load_be16(at + 6));
    check_guard(world, AREA - GUARD, sccb.value);
    if (end < AREA + AREA_SIZE)
        check_guard(world, end > sccb.value + size ? end : sccb.value + size,
                    AREA + AREA_SIZE + GUARD);
}

static void run(struct world *world, const uint8_t *data, size_t size)
{
    const struct char_sink sink = sclp_console_sink(world->sclp);

    while (size >= 6) {
        const uint8_t *head = data;
        size_t length = load_be16(head + 4) % 4096u;

        data += 6;
        size -= 6;
        length = length < size ? length : size;
        if (head[0] % 4 == 0)
            sink.input(sink.owner, data, length);
        else if (head[0] % 16 == 1)
            sclp_signal_quiesce(world->sclp);
        else
            call(world, head, data, length);
        data += length;
        size -= length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {.shown = 0};
    struct sclp_config config = {.memory_size = 1u << 20, .consoles = SCLP_CONSOLE_BOTH};
    const struct char_backend backend = {.owner = &world, .write = show};

    if (size < 2)
        return 0;
    config.cpu_count = data[0] % SCLP_MAX_CPUS + 1;
    config.extended_length_sccb = data[1] & 1;
    config.features = data[1] & 1 ? UINT32_MAX : UINT32_MAX & ~(uint32_t)SCLP_FEATURE_DIAG318;
    world.interruptions.post_service_signal = post;
    if (storage_create(&world.storage, 1u << 20, NULL))
        return 0;
    if (sclp_create(&world.sclp, &config, &world.storage, &world.interruptions, NULL) == 0) {
        sclp_connect_console(world.sclp, SCLP_CONSOLE_BOTH, &backend);
        run(&world, data + 2, size - 2);
        sclp_destroy(world.sclp);
    }
    storage_destroy(&world.storage);
    return 0;
}
