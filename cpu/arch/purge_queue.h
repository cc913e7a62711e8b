/* The queue behind purge.h, made with its CPU. */
#ifndef ZITHER_CPU_ARCH_PURGE_QUEUE_H
#define ZITHER_CPU_ARCH_PURGE_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/purge.h"

#define PURGE_QUEUE_MAX 32u

struct purge_queue {
    pthread_mutex_t lock;
    struct {
        enum purge_kind kind;
        uint64_t operand;
    } entry[PURGE_QUEUE_MAX];
    unsigned count;
    uint64_t posted;            /* under `lock` */
    _Atomic uint64_t done;      /* last posting served */
    uint64_t awaited[CPUS_MAX]; /* the owner's own, while it waits for others */
};

#endif
