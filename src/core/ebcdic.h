/*
 * EBCDIC, the character code of the machine's own texts: STSI, the load parameter, operator
 * messages. Code page 500, which the consoles of machines use, where nothing else is said.
 */
#ifndef ZITHER_CORE_EBCDIC_H
#define ZITHER_CORE_EBCDIC_H

#include <stddef.h>
#include <stdint.h>

#define EBCDIC_BLANK      0x40
#define EBCDIC_SUBSTITUTE 0x3f

/* What has no EBCDIC character becomes EBCDIC_SUBSTITUTE. */
uint8_t ebcdic_from_ascii(uint8_t character);
/* What has no ASCII character becomes a question mark. */
uint8_t ebcdic_to_ascii(uint8_t character);

/* The same in code page 037, which Linux and z/VM use with the older terminals. */
uint8_t ebcdic_037_from_ascii(uint8_t character);
uint8_t ebcdic_037_to_ascii(uint8_t character);

/* Fills FIELD with the LENGTH characters of TEXT, cut off at SIZE or padded with blanks. */
void ebcdic_put(uint8_t *field, size_t size, const char *text, size_t length);

#endif
