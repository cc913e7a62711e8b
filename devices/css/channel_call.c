/*
 * CHANNEL SUBSYSTEM CALL. The commands are the rows of one table; the characteristics that the
 * subsystem reports name no command and no facility but these, so a program that asks for
 * another is told that it is not installed.
 */
#include "devices/css/channel_call.h"

#include <stdbool.h>
#include <string.h>

#include "src/base/bits.h"
#include "src/core/layout/chsc.h"

struct call {
    const struct chsc_request *request;
    uint32_t word[4]; /* of the request, from 1 */
    uint8_t *data;    /* of the response, zeros */
    size_t room;
    size_t length;   /* of DATA, as answered */
    uint32_t format; /* word 1 of the response */
};

struct command {
    uint16_t code;
    uint16_t request_length;
    enum chsc_response_code (*execute)(struct css *css, struct call *call);
};

/* A channel-subsystem id stands in bits 8-15 of word 1; there is subsystem 0 only. */
static bool other_subsystem(const struct call *call)
{
    return bits32_get(call->word[1], 8, 15) != 0;
}

/* The format of the response that is asked for. */
static uint32_t response_format(const struct call *call)
{
    return bits32_get(call->word[1], 20, 23);
}

#define PATH_DESCRIPTION_VALID 0x80u /* of its byte 0 */
#define PATH_TYPE_FICON        0x1bu /* of its byte 2: FICON native */

/* Store channel-path description: two words a path, or eight in format 1. Paths that do not exist
   are described as not valid. */
static enum chsc_response_code store_path_descriptions(struct css *css, struct call *call)
{
    const uint32_t first = bits32_get(call->word[1], 24, 31);
    const uint32_t last = bits32_get(call->word[2], 24, 31);
    const uint32_t size = response_format(call) == 0 ? 8 : 32;
    uint8_t *description = call->data;

    if ((call->word[1] & (BITS32(0, 1) | BITS32(16, 19))) || (call->word[2] & BITS32(0, 23)) ||
        call->word[3] || last < first)
        return CHSC_REQUEST_ERROR;
    if (response_format(call) > 1 || (call->word[1] & BITS32(4, 7)))
        return CHSC_INVALID_FORMAT;
    if (other_subsystem(call))
        return CHSC_INVALID_SUBSYSTEM;
    call->format = response_format(call);
    for (uint32_t path = first; path <= last && call->length + size <= call->room; path++) {
        if (path == CSS_CHPID && css->count) {
            description[0] = PATH_DESCRIPTION_VALID;
            description[2] = PATH_TYPE_FICON;
        }
        description[3] = (uint8_t)path;
        description += size;
        call->length += size;
    }
    return CHSC_COMPLETE;
}

#define DESCRIPTION_SIZE   32u
#define SUBCHANNEL_VALID   0x80u /* of its byte 0 */
#define SUBCHANNEL_DEVICE  0x40u /* of the same: the device number is valid */
#define DESCRIPTION_DEVICE 2     /* and where the rest stands */
#define DESCRIPTION_PATHS  4
#define DESCRIPTION_NUMBER 6

/* Store subchannel description: eight words for each, up to the last there is. No link
   addresses are known. */
static enum chsc_response_code store_subchannel_descriptions(struct css *css, struct call *call)
{
    const uint32_t first = bits32_get(call->word[1], 16, 31);
    const uint32_t last = bits32_get(call->word[2], 16, 31);
    uint8_t *description = call->data;

    if ((call->word[1] & BITS32(0, 9)) || (call->word[2] & BITS32(0, 15)) || call->word[3] ||
        last < first)
        return CHSC_REQUEST_ERROR;
    for (uint32_t i = first; i <= last && call->length + DESCRIPTION_SIZE <= call->room; i++) {
        if (i < css->count && !bits32_get(call->word[1], 10, 11)) {
            description[0] = SUBCHANNEL_VALID | SUBCHANNEL_DEVICE;
            description[1] = (uint8_t)css->subchannels[i]->state.device_number;
            store_be16(description + DESCRIPTION_DEVICE, css->subchannels[i]->state.device_number);
            description[DESCRIPTION_PATHS] = SUBCHANNEL_PATH;
            description[8] = CSS_CHPID;
        }
        store_be16(description + DESCRIPTION_NUMBER, (uint16_t)i);
        description += DESCRIPTION_SIZE;
        call->length += DESCRIPTION_SIZE;
    }
    return CHSC_COMPLETE;
}

/* Store event information: nothing ever happens to the channel path but what a channel report
   tells. */
static enum chsc_response_code store_event_information(struct css *css, struct call *call)
{
    (void)css;
    return call->word[1] ? CHSC_REQUEST_ERROR : CHSC_NO_DATA;
}

#define CHARACTERISTICS_LENGTH 4072u /* 510 general words and 508 CHSC words */

/* Store channel-subsystem characteristics. All are zero: no optional facility is installed. */
static enum chsc_response_code store_characteristics(struct css *css, struct call *call)
{
    (void)css;
    if ((call->word[1] & (BITS32(0, 3) | BITS32(16, 19) | BITS32(24, 31))) || call->word[2] ||
        call->word[3])
        return CHSC_REQUEST_ERROR;
    if (response_format(call) || (call->word[1] & BITS32(4, 7)))
        return CHSC_INVALID_FORMAT;
    if (other_subsystem(call))
        return CHSC_INVALID_SUBSYSTEM;
    call->length = CHARACTERISTICS_LENGTH;
    return CHSC_COMPLETE;
}

/* Set domain attributes: enables facilities until the next I/O-system reset. */
static enum chsc_response_code set_domain_attributes(struct css *css, struct call *call)
{
    static const struct {
        uint16_t operation;
        uint32_t extension;
    } rows[] = {{0, CSS_MULTIPLE_SUBSYSTEMS}, {2, CSS_MULTIPLE_SUBCHANNEL_SETS}};
    const uint32_t operation = bits32_get(call->word[1], 16, 31);

    if (call->word[1] & BITS32(0, 15))
        return CHSC_REQUEST_ERROR;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].operation == operation) {
            css->state.extensions |= rows[i].extension;
            return CHSC_COMPLETE;
        }
    return CHSC_OPERATION_NOT_SUPPORTED;
}

static const struct command commands[] = {
    {0x0002, 0x0010, store_path_descriptions}, {0x0004, 0x0010, store_subchannel_descriptions},
    {0x000e, 0x0010, store_event_information}, {0x0010, 0x0010, store_characteristics},
    {0x0031, 0x0400, set_domain_attributes},
};

static enum chsc_response_code dispatch(struct css *css, struct call *call)
{
    const uint16_t code = be16_get(call->request->command);

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].code == code)
            return be16_get(call->request->length) == commands[i].request_length
                       ? commands[i].execute(css, call)
                       : CHSC_REQUEST_ERROR;
    return CHSC_COMMAND_NOT_INSTALLED;
}

void channel_call_execute(struct css *css, uint8_t block[4096])
{
    const struct chsc_request *request = (const struct chsc_request *)block;
    const size_t length = be16_get(request->length);
    struct chsc_response *response = (struct chsc_response *)(block + length);
    struct call call = {.request = request};
    enum chsc_response_code code;

    /* The CPU has rejected these with an operand exception. */
    if (length < sizeof *request || length > CHSC_BLOCK_SIZE - sizeof *response)
        return;
    call.word[1] = be32_get(request->word_1);
    call.word[2] = be32_get(request->word_2);
    call.word[3] = be32_get(request->word_3);
    call.data = block + length + sizeof *response;
    call.room = CHSC_BLOCK_SIZE - length - sizeof *response;
    memset(response, 0, sizeof *response + call.room);
    code = dispatch(css, &call);
    if (code != CHSC_COMPLETE)
        call.length = 0;
    be16_put(&response->length, (uint16_t)(sizeof *response + call.length));
    be16_put(&response->code, (uint16_t)code);
    be32_put(&response->word_1, call.format);
}
