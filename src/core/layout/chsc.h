/*
 * The block of CHANNEL SUBSYSTEM CALL: a command request and, right behind it, the command
 * response.
 */
#ifndef ZITHER_CORE_LAYOUT_CHSC_H
#define ZITHER_CORE_LAYOUT_CHSC_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"

#define CHSC_BLOCK_SIZE 4096u

enum chsc_response_code {
    CHSC_COMPLETE = 0x0001,
    CHSC_REQUEST_ERROR = 0x0003, /* wrong length, or bits that must be zero are not */
    CHSC_COMMAND_NOT_INSTALLED = 0x0004,
    CHSC_NO_DATA = 0x0005,
    CHSC_INVALID_FORMAT = 0x0007,
    CHSC_INVALID_SUBSYSTEM = 0x0008,
    CHSC_OPERATION_NOT_SUPPORTED = 0x0101,
};

struct chsc_request {
    be16 length; /* a multiple of 8, 16 to 4080 */
    be16 command;
    be32 word_1;
    be32 word_2;
    be32 word_3;
};
_Static_assert(sizeof(struct chsc_request) == 16, "size of chsc_request");
_Static_assert(offsetof(struct chsc_request, command) == 2, "chsc_request.command");
_Static_assert(offsetof(struct chsc_request, word_1) == 4, "chsc_request.word_1");
_Static_assert(offsetof(struct chsc_request, word_2) == 8, "chsc_request.word_2");
_Static_assert(offsetof(struct chsc_request, word_3) == 12, "chsc_request.word_3");

struct chsc_response {
    be16 length; /* with this header */
    be16 code;
    be32 word_1;
};
_Static_assert(sizeof(struct chsc_response) == 8, "size of chsc_response");
_Static_assert(offsetof(struct chsc_response, code) == 2, "chsc_response.code");
_Static_assert(offsetof(struct chsc_response, word_1) == 4, "chsc_response.word_1");

#endif
