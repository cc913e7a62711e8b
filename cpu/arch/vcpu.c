/* Making CPUs and their configuration, waking them, and exits. */
#include "cpu/arch/vcpu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/cpu_reset.h"
#include "cpu/arch/purge_queue.h"
#include "cpu/arch/turns.h"

void configuration_init(struct configuration *configuration, struct storage *storage)
{
    memset(configuration, 0, sizeof *configuration);
    configuration->storage = storage;
    tod_init(&configuration->tod);
    pthread_mutex_init(&configuration->floating.lock, NULL);
    pthread_mutex_init(&configuration->order_lock, NULL);
    pthread_mutex_init(&configuration->turns.lock, NULL);
    pthread_cond_init(&configuration->turns.changed, NULL);
    configuration->turns.holder = CPUS_MAX;
    configuration->slices.length = CONFIGURATION_SLICE;
    memset(configuration->turns.deadline, 0xff, sizeof configuration->turns.deadline);
    pthread_mutex_init(&configuration->locked_operation, NULL);
}

void configuration_fini(struct configuration *configuration)
{
    for (unsigned isc = 0; isc < 8; isc++)
        free(configuration->floating.io[isc]);
    pthread_mutex_destroy(&configuration->floating.lock);
    pthread_mutex_destroy(&configuration->order_lock);
    pthread_mutex_destroy(&configuration->turns.lock);
    pthread_cond_destroy(&configuration->turns.changed);
    pthread_mutex_destroy(&configuration->locked_operation);
}

int vcpu_create(struct vcpu **result, struct configuration *configuration, uint16_t address,
                struct error *error)
{
    struct vcpu *cpu = calloc(1, sizeof *cpu);
    pthread_condattr_t monotonic;

    if (cpu) {
        cpu->spaces = aligned_alloc(64, SPACES_PER_CPU * sizeof *cpu->spaces);
        cpu->purges = calloc(1, sizeof *cpu->purges);
    }
    if (!cpu || !cpu->spaces || !cpu->purges) {
        if (cpu) {
            free(cpu->spaces);
            free(cpu->purges);
        }
        free(cpu);
        return error_set(error, -ENOMEM, "the host has no memory for CPU %u; ask for fewer CPUs",
                         address);
    }
    pthread_mutex_init(&cpu->purges->lock, NULL);
    pthread_mutex_init(&cpu->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&cpu->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    cpu->configuration = configuration;
    cpu->storage = configuration->storage;
    cpu->address = address;
    cpu->state.architecture_mode = 1;
    cpu->state.cpu_state = CPU_STATE_STOPPED;
    address_space_init(cpu);
    cpu_reset(cpu, CPU_RESET_CLEAR);
    configuration->cpu[address] = cpu;
    configuration->cpu_count++;
    *result = cpu;
    return 0;
}

void vcpu_destroy(struct vcpu *cpu)
{
    if (!cpu)
        return;
    cpu->configuration->cpu[cpu->address] = NULL;
    cpu->configuration->cpu_count--;
    pthread_mutex_destroy(&cpu->purges->lock);
    pthread_mutex_destroy(&cpu->lock);
    pthread_cond_destroy(&cpu->wake);
    free(cpu->purges);
    free(cpu->spaces);
    free(cpu);
}

void vcpu_request(struct vcpu *cpu, uint32_t requests)
{
    atomic_fetch_or(&cpu->requests, requests);
    /* A sleeper tests its requests under the lock, so this cannot slip past it. */
    pthread_mutex_lock(&cpu->lock);
    pthread_cond_signal(&cpu->wake);
    pthread_mutex_unlock(&cpu->lock);
    turns_wake(cpu);
}

void vcpu_exit_request(struct vcpu *cpu, const struct vcpu_exit *exit)
{
    cpu->exit = *exit;
    atomic_fetch_or(&cpu->requests, REQUEST_EXIT);
}

void vcpu_complete(struct vcpu *cpu, struct vcpu_exit *exit, int result)
{
    if (!exit->needs_completion)
        return;
    exit->needs_completion = false;
    exit->completion(cpu, exit, result);
}
