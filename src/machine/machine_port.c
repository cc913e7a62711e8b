/*
 * What DIAGNOSE asks of the machine: the IPL parameter block (codes 308, subcodes 5 and 6)
 * and the watchdog (code 288).
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "src/machine/machine_internal.h"

/* The IPL parameter block, as far as it is looked at (Linux: asm/ipl.h). */
enum ipl_block_layout {
    IPL_BLOCK_LENGTH = 0,       /* word: of everything */
    IPL_BLOCK_VERSION = 7,      /* byte: 0 */
    IPL_BLOCK_FIRST_LENGTH = 8, /* word: of the first parameter block */
    IPL_BLOCK_FIRST_TYPE = 12,  /* byte */
    IPL_BLOCK_HEADER = 8,
    IPL_BLOCK_SMALLEST = 16,
};

static const struct {
    uint8_t type;
    uint32_t smallest; /* length of the whole block */
} ipl_block_types[] = {
    {0, 384}, /* FCP */
    {2, 200}, /* CCW */
};

static bool ipl_block_valid(const uint8_t *block, size_t room)
{
    uint32_t length, first;

    if (room < IPL_BLOCK_SMALLEST)
        return false;
    length = load_be32(block + IPL_BLOCK_LENGTH);
    first = load_be32(block + IPL_BLOCK_FIRST_LENGTH);
    if (length > room || length > IPL_PARAMETER_BLOCK_MAX || block[IPL_BLOCK_VERSION] != 0)
        return false;
    for (unsigned i = 0; i < sizeof ipl_block_types / sizeof ipl_block_types[0]; i++)
        if (ipl_block_types[i].type == block[IPL_BLOCK_FIRST_TYPE])
            return length >= ipl_block_types[i].smallest && first >= 8 &&
                   first <= length - IPL_BLOCK_HEADER;
    return false;
}

static bool set_ipl_parameters(void *owner, const uint8_t *block, size_t length)
{
    struct machine *machine = owner;

    if (!ipl_block_valid(block, length))
        return false;
    pthread_mutex_lock(&machine->lock);
    machine->ipl_block_length = load_be32(block + IPL_BLOCK_LENGTH);
    memcpy(machine->ipl_block, block, machine->ipl_block_length);
    pthread_mutex_unlock(&machine->lock);
    return true;
}

static size_t get_ipl_parameters(void *owner, uint8_t block[IPL_PARAMETER_BLOCK_MAX])
{
    struct machine *machine = owner;
    size_t length;

    pthread_mutex_lock(&machine->lock);
    length = machine->ipl_block_length;
    memcpy(block, machine->ipl_block, length);
    pthread_mutex_unlock(&machine->lock);
    return length;
}

#define WATCHDOG_RESTART    0u /* the only action there is: a restart interruption */
#define WATCHDOG_SHORTEST_S 15u
#define NANOSECONDS         UINT64_C(1000000000)

static bool set_watchdog(void *owner, unsigned seconds, unsigned action)
{
    struct machine *machine = owner;
    bool was_set;

    if (seconds == 0) {
        pthread_mutex_lock(&machine->lock);
        was_set = machine->watchdog_set;
        machine->watchdog_set = false;
        pthread_mutex_unlock(&machine->lock);
        event_timer_cancel(machine->loop, &machine->watchdog);
        return was_set;
    }
    if (seconds < WATCHDOG_SHORTEST_S || action != WATCHDOG_RESTART)
        return false;
    pthread_mutex_lock(&machine->lock);
    machine->watchdog_set = true;
    pthread_mutex_unlock(&machine->lock);
    event_timer_arm(machine->loop, &machine->watchdog, event_loop_now() + seconds * NANOSECONDS);
    return true;
}

static void bite(void *owner)
{
    struct machine *machine = owner;

    pthread_mutex_lock(&machine->lock);
    machine->watchdog_set = false;
    pthread_mutex_unlock(&machine->lock);
    interruption_post_restart(machine->cpu[0].cpu);
}

void machine_port_bind(struct machine *machine)
{
    machine->watchdog = (struct event_timer){.expired = bite, .owner = machine};
    machine->configuration.machine = (struct machine_port){
        .owner = machine,
        .ipl_parameters_set = set_ipl_parameters,
        .ipl_parameters_get = get_ipl_parameters,
        .watchdog_set = set_watchdog,
    };
}
