/* CHANNEL SUBSYSTEM CALL: the commands, for the subsystem's own files. */
#ifndef ZITHER_DEVICES_CSS_CHSC_H
#define ZITHER_DEVICES_CSS_CHSC_H

#include <stdint.h>

#include "devices/css/css_state.h"

/* Executes the request in BLOCK and stores the response behind it. The state lock is held. */
void chsc_execute(struct css_state *state, uint8_t block[4096]);

#endif
