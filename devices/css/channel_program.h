/*
 * The execution of a channel program, for the subsystem's own files: fetching CCWs, and the
 * stream through which a command transfers data. All of it is for the holder of the device lock.
 */
#ifndef ZITHER_DEVICES_CSS_CHANNEL_PROGRAM_H
#define ZITHER_DEVICES_CSS_CHANNEL_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/css/ccw_device.h"
#include "src/core/field.h"
#include "src/core/storage.h"

enum program_phase {
    PROGRAM_NONE,
    PROGRAM_FETCHES,   /* the next CCW is to be fetched */
    PROGRAM_REPEATS,   /* the device is to be called again for this CCW */
    PROGRAM_WAITS,     /* the device will end the command */
    PROGRAM_CHAINS,    /* channel end was there: command chaining waits for device end */
    PROGRAM_SUSPENDED, /* RESUME SUBCHANNEL makes it fetch the CCW again */
    PROGRAM_ENDS,      /* primary status was presented: device end is missing */
};

/* What a snapshot keeps. */
struct channel_program {
    uint64_t data;             /* absolute address of the next byte */
    uint32_t control;          /* word 1 of the ORB */
    uint32_t next;             /* address of the CCW to be fetched */
    uint32_t list;             /* address of the IDAW to be fetched */
    uint32_t block_left;       /* bytes at DATA before the next IDAW is needed */
    uint16_t count;            /* residual count */
    uint8_t command;           /* of the first CCW of a data chain */
    uint8_t flags;             /* enum ccw_flag */
    uint8_t status;            /* enum subchannel_status: checks of this command */
    uint8_t phase;             /* enum program_phase */
    uint8_t first;             /* 1: no CCW was fetched yet */
    uint8_t data_used;         /* 1: the device asked for data */
    uint8_t excess;            /* 1: the device had or needed more than the areas hold */
    uint8_t owes_initial;      /* 1: initial status is to interrupt */
    uint8_t owes_intermediate; /* 1: a program-controlled interruption is to be made */
    uint8_t list_begins;       /* 1: LIST is the first IDAW of its CCW */
    uint8_t zero_36[4];
};

struct ccw_stream {
    struct storage *storage;
    struct channel_program program;
};

extern const struct field channel_program_fields[];
extern const size_t channel_program_field_count;

/* Begins the program at ADDRESS under word 1 of an ORB. */
void channel_program_begin(struct ccw_stream *stream, uint32_t control, uint32_t address);

/* Fetches the next command's CCW, through a transfer in channel if there is one. False where a
   check ended the program; its status is in the program. */
bool channel_program_fetch(struct ccw_stream *stream);

/* True where the lengths that program and device gave differ and the program wants to know. */
bool channel_program_length_incorrect(const struct ccw_stream *stream);

/* False where a restored program cannot be right. */
bool channel_program_valid(const struct channel_program *program);

/* Moves LENGTH bytes between TO or FROM and storage at ADDRESS under the program's key; for words
   and blocks that lie within one page. False, with a check in the program's status. */
bool channel_program_read(struct ccw_stream *stream, uint64_t address, void *to, size_t length);

#endif
