/*
 * Bytes picked from a table of 32. Any thread.
 */
#ifndef ZITHER_BASE_PERMUTE_H
#define ZITHER_BASE_PERMUTE_H

#include <stdint.h>

#include "src/base/compiler.h"

/* Byte I of TO becomes the byte of TABLE that bits 3-7 of byte I of NUMBERS say. TO may be one
   of the others. */
void permute_bytes(uint8_t to[16], const uint8_t table[32], const uint8_t numbers[16]);

/* The same for hosts without an instruction for it. */
void permute_bytes_portable(uint8_t to[16], const uint8_t table[32], const uint8_t numbers[16]);

#endif
