/* Reading the values of options. Each returns false where TEXT is not of its form. */
#ifndef ZITHER_CLI_OPTION_VALUES_H
#define ZITHER_CLI_OPTION_VALUES_H

#include <stdbool.h>
#include <stdint.h>

bool option_value_count(const char *text, unsigned *count);
/* "512M", "2G", "1536K" or a number of MiB; bytes. */
bool option_value_size(const char *text, uint64_t *bytes);
/* A decimal number of seconds above zero, perhaps with a fraction; nanoseconds. */
bool option_value_seconds(const char *text, uint64_t *nanoseconds);
/* Hexadecimal, with or without 0x before it. */
bool option_value_address(const char *text, uint64_t *address);
/* 32 hexadecimal digits, dashes anywhere between pairs. */
bool option_value_uuid(const char *text, uint8_t uuid[16]);

#endif
