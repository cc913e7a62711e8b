/*
 * The insides of the SCLP, for its own files: its state, the requests that commands answer and
 * the event types.
 *
 * Locks, in the order in which they may be taken: call (one service call at a time; another
 * CPU's is told busy), output (one console write at a time), state (masks and queues, held
 * briefly; console input takes only this one, so it never waits for a slow backend).
 */
#ifndef ZITHER_DEVICES_SCLP_SCLP_STATE_H
#define ZITHER_DEVICES_SCLP_SCLP_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/sclp/sclp.h"
#include "src/core/layout/sccb.h"

#define SCLP_INPUT_SIZE 65536u /* bytes the user typed and the guest has not read */
#define SCLP_ECHO_SIZE  4096u  /* text that one console showed and the other may repeat */
#define SCLP_BLOCK_SIZE 8192u  /* holds the longest answer: 144 bytes and 248 CPU entries */
#define SCLP_EVENT_ROOM 4096u  /* an SCCB of the event commands stays in one page */

/* What a snapshot keeps. */
struct sclp_state {
    uint64_t receive_mask; /* events the guest takes, left-aligned */
    uint32_t mask_length;  /* bytes, of the masks of the last WRITE EVENT MASK */
    uint32_t last_written; /* enum sclp_console: the one the guest wrote to last */
    uint32_t input_start;  /* of the ring INPUT */
    uint32_t input_length;
    uint32_t quiesce_pending; /* 0 or 1 */
    uint32_t consoles;        /* enum sclp_console: offered */
    uint8_t input[SCLP_INPUT_SIZE];
};

/* Text of one console that the other has not repeated yet. */
struct sclp_echo {
    unsigned console; /* whose text it is; 0: none */
    bool overflowed;  /* too much to remember: nothing more is recorded */
    size_t start;
    size_t length;
    uint8_t text[SCLP_ECHO_SIZE];
};

struct sclp {
    struct sclp_config config;
    struct storage *storage;
    const struct interruption_port *interruptions;

    pthread_mutex_t call_lock;
    uint8_t block[SCLP_BLOCK_SIZE];

    pthread_mutex_t output_lock;
    struct char_backend vt220;
    struct char_backend line_mode;
    struct sclp_echo echo;

    pthread_mutex_t state_lock;
    struct sclp_state state;
};

/* A command being executed on the private copy of its SCCB. */
struct sclp_request {
    uint8_t *block;    /* the first min(length, 4096) bytes are the guest's */
    uint16_t length;   /* that the guest gave */
    size_t reply_size; /* bytes of BLOCK to be stored, the header at least */
};

static inline struct sccb_header *sclp_request_header(const struct sclp_request *request)
{
    return (struct sccb_header *)request->block;
}

/* One event type. WRITE and READ are null where events do not go that way. */
struct sclp_event_type {
    uint8_t number;
    uint32_t console; /* enum sclp_console: offered with this console only; 0: always */
    /* Takes an event of LENGTH bytes, without header, from the guest. A response code. */
    enum sccb_response (*write)(struct sclp *sclp, const uint8_t *data, size_t length);
    /* Stores one event of at most ROOM bytes and returns its size; 0 where none fits or there is
       none. The state lock is held. */
    size_t (*read)(struct sclp_state *state, uint8_t *buffer, size_t room);
    bool (*pending)(const struct sclp_state *state);
};

extern const struct sclp_event_type sclp_vt220_event;
extern const struct sclp_event_type sclp_message_event;
extern const struct sclp_event_type sclp_operator_command_event;
extern const struct sclp_event_type sclp_quiesce_event;

/* Commands: each answers REQUEST and returns the response code. */
enum sccb_response sclp_read_scp_info(struct sclp *sclp, struct sclp_request *request);
enum sccb_response sclp_read_cpu_info(struct sclp *sclp, struct sclp_request *request);
enum sccb_response sclp_write_event_mask(struct sclp *sclp, struct sclp_request *request);
enum sccb_response sclp_read_event_data(struct sclp *sclp, struct sclp_request *request);
enum sccb_response sclp_write_event_data(struct sclp *sclp, struct sclp_request *request);

/* True where an event waits that the guest takes. The state lock is held. */
bool sclp_event_pending(const struct sclp_state *state);
/* True where the guest takes events of TYPE. */
bool sclp_event_wanted(const struct sclp_state *state, const struct sclp_event_type *type);

/* Shows text of CONSOLE, and remembers that the guest wrote there. */
void sclp_console_write(struct sclp *sclp, enum sclp_console console, const uint8_t *text,
                        size_t length);
/* The console that what is typed goes to; 0: none, as the guest takes no input. */
uint32_t sclp_console_target(const struct sclp_state *state);
/* Takes up to ROOM typed bytes, returns their number. */
size_t sclp_console_take(struct sclp_state *state, uint8_t *to, size_t room);
bool sclp_console_line_ready(const struct sclp_state *state);
/* Takes one edited line of at most ROOM characters; false where none is complete. */
bool sclp_console_take_line(struct sclp_state *state, uint8_t *to, size_t room, size_t *length);

static inline void sclp_event_header_put(uint8_t *buffer, size_t length, uint8_t type)
{
    struct sccb_event_header *header = (struct sccb_event_header *)buffer;

    *header = (struct sccb_event_header){.type = type};
    be16_put(&header->length, (uint16_t)length);
}

#endif
