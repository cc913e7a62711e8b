/*
 * The 3215 console printer-keyboard: a typewriter. The program writes lines and, when the user has
 * requested so (attention), reads one.
 *
 * Threads: those of a ccw device; input may come on any thread. Output is written with the
 * device lock held.
 */
#ifndef ZITHER_DEVICES_CCW_CONSOLE_3215_H
#define ZITHER_DEVICES_CCW_CONSOLE_3215_H

#include "devices/css/ccw_device.h"
#include "src/core/port/char_backend.h"

/* A device to be attached; BACKEND gets its output and must outlive it. Null: no host memory. */
struct ccw_device *console_3215_create(const struct char_backend *backend);

/* Takes what the user types, once the device is attached. */
struct char_sink console_3215_sink(struct ccw_device *device);

#endif
