/*
 * Field tables: see field.h. The saved form is the object's name and, for every row, the field's
 * name, element size (1 byte) and count (4 bytes), and the elements. A name is a length byte and
 * its characters.
 */
#include "src/core/field.h"

#include <errno.h>
#include <string.h>

#include "src/base/be.h"

bool field_object_is_covered(const struct field_object *object)
{
    size_t at = 0;

    for (size_t i = 0; i < object->field_count; i++) {
        const struct field *field = &object->fields[i];

        if (field->offset != at)
            return false;
        at += (size_t)field->count * field->size;
    }
    return at == object->object_size;
}

static uint64_t element(const void *structure, const struct field *field, uint32_t index)
{
    const uint8_t *at = (const uint8_t *)structure + field->offset + (size_t)index * field->size;
    uint64_t value = 0;

    if (field->size == 1) {
        value = *at;
    } else if (field->size == 2) {
        uint16_t half;

        memcpy(&half, at, sizeof half);
        value = half;
    } else if (field->size == 4) {
        uint32_t word;

        memcpy(&word, at, sizeof word);
        value = word;
    } else {
        memcpy(&value, at, sizeof value);
    }
    return value;
}

bool field_object_differs(const struct field_object *object, const void *other,
                          struct field_difference *difference)
{
    const struct field *field = difference->field ? difference->field : object->fields;
    uint32_t index = difference->field ? difference->index + 1 : 0;

    for (; field < object->fields + object->field_count; field++, index = 0)
        for (; index < field->count; index++) {
            const uint64_t one = element(object->object, field, index);
            const uint64_t two = element(other, field, index);

            if (one != two) {
                *difference = (struct field_difference){field, index, one, two};
                return true;
            }
        }
    return false;
}

static size_t head_size(const struct field *field)
{
    return 1 + strlen(field->name) + 1 + sizeof(be32);
}

static size_t data_size(const struct field *field)
{
    return (size_t)field->count * field->size;
}

size_t field_object_saved_size(const struct field_object *object)
{
    size_t size = 1 + strlen(object->name);

    for (size_t i = 0; i < object->field_count; i++)
        size += head_size(&object->fields[i]) + data_size(&object->fields[i]);
    return size;
}

static uint8_t *put_name(uint8_t *to, const char *name)
{
    const size_t length = strlen(name);

    *to = (uint8_t)length;
    memcpy(to + 1, name, length);
    return to + 1 + length;
}

/* Host order on one side, big-endian on the other: the same swap both ways. */
static void swap_elements(uint8_t *to, const uint8_t *from, const struct field *field)
{
    const size_t size = field->size;

    for (size_t i = 0; i < field->count; i++, to += size, from += size) {
        uint64_t element = 0;

        switch (size) {
        case 1:
            *to = *from;
            break;
        case 2:
            element = load_be16(from);
            memcpy(to, &(uint16_t){(uint16_t)element}, size);
            break;
        case 4:
            element = load_be32(from);
            memcpy(to, &(uint32_t){(uint32_t)element}, size);
            break;
        default:
            element = load_be64(from);
            memcpy(to, &element, size);
            break;
        }
    }
}

static uint8_t *put_head(uint8_t *to, const struct field *field)
{
    to = put_name(to, field->name);
    *to++ = field->size;
    store_be32(to, field->count);
    return to + sizeof(be32);
}

void field_object_save(const struct field_object *object, uint8_t *to)
{
    to = put_name(to, object->name);
    for (size_t i = 0; i < object->field_count; i++) {
        const struct field *field = &object->fields[i];

        to = put_head(to, field);
        swap_elements(to, (const uint8_t *)object->object + field->offset, field);
        to += data_size(field);
    }
}

/* Names are short: a row's head is compared as the bytes it would be saved as. */
#define HEAD_MAX (1 + UINT8_MAX + 1 + sizeof(be32))

static bool head_matches(const uint8_t *from, const struct field *field)
{
    uint8_t head[HEAD_MAX];

    put_head(head, field);
    return memcmp(from, head, head_size(field)) == 0;
}

static int check_saved(const struct field_object *object, const uint8_t *from, size_t length,
                       struct error *error)
{
    const size_t name = strlen(object->name);

    if (length != field_object_saved_size(object) || from[0] != name ||
        memcmp(from + 1, object->name, name) != 0)
        return error_set(error, -EINVAL, "the saved state is not one of %s", object->name);
    from += 1 + name;
    for (size_t i = 0; i < object->field_count; i++) {
        const struct field *field = &object->fields[i];

        if (!head_matches(from, field))
            return error_set(error, -EINVAL, "the saved state of %s has no field %s of this kind",
                             object->name, field->name);
        from += head_size(field) + data_size(field);
    }
    return 0;
}

int field_object_load(const struct field_object *object, const uint8_t *from, size_t length,
                      struct error *error)
{
    int code = check_saved(object, from, length, error);

    if (code)
        return code;
    from += 1 + strlen(object->name);
    for (size_t i = 0; i < object->field_count; i++) {
        const struct field *field = &object->fields[i];

        from += head_size(field);
        swap_elements((uint8_t *)object->object + field->offset, from, field);
        from += data_size(field);
    }
    return 0;
}
