/*
 * Field tables: a structure of unsigned integers described by rows, one for each member, so that
 * saving, restoring and comparing state need no code of their own. The saved form names every
 * field and is big-endian, so it means the same on every host.
 *
 * A structure so described has no padding and no member without a row, which
 * field_object_is_covered proves in tests.
 *
 * Threads: none of these lock; the object must not be in use.
 */
#ifndef ZITHER_CORE_FIELD_H
#define ZITHER_CORE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/error.h"

struct field {
    const char *name;
    uint32_t offset;
    uint32_t count; /* of elements */
    uint8_t size;   /* of an element: 1, 2, 4 or 8 bytes */
};

/* A row for MEMBER of STRUCTURE, whose elements are of TYPE. */
#define FIELD_ROW(structure, type, member)                                                         \
    {                                                                                              \
        .name = #member, .offset = offsetof(struct structure, member),                             \
        .count = sizeof((struct structure *)0)->member / sizeof(type), .size = sizeof(type)        \
    }

/* A structure together with its table. Owns nothing. */
struct field_object {
    const char *name;
    const struct field *fields;
    size_t field_count;
    void *object;
    size_t object_size;
};

/* True where the rows, in their order, cover every byte of the structure exactly once. */
bool field_object_is_covered(const struct field_object *object);

/* An element that is not the same in two structures. */
struct field_difference {
    const struct field *field;
    uint32_t index; /* of the element */
    uint64_t one, other;
};

/* The first element behind *DIFFERENCE (all zeros: of all) that OTHER, a structure of the same
   kind, has with another value than OBJECT's; false where there is none. */
bool field_object_differs(const struct field_object *object, const void *other,
                          struct field_difference *difference);

/* Bytes of the saved form. */
size_t field_object_saved_size(const struct field_object *object);

/* Writes field_object_saved_size bytes. */
void field_object_save(const struct field_object *object, uint8_t *to);

/* Restores from the LENGTH bytes at FROM, all or nothing. -EINVAL where they are not the saved form
   of such an object. */
int field_object_load(const struct field_object *object, const uint8_t *from, size_t length,
                      struct error *error);

#endif
