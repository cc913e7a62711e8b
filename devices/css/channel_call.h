/* CHANNEL SUBSYSTEM CALL: the commands, for the subsystem's own files. */
#ifndef ZITHER_DEVICES_CSS_CHANNEL_CALL_H
#define ZITHER_DEVICES_CSS_CHANNEL_CALL_H

#include <stdint.h>

#include "devices/css/css_state.h"

/* Executes the request in BLOCK and stores the response behind it. The state lock is held. */
void channel_call_execute(struct css *css, uint8_t block[4096]);

#endif
