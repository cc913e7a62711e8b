/*
 * The line-mode console: messages from the program as message data blocks, and operator commands
 * to it as general-data-stream vectors, all text in EBCDIC.
 */
#include <string.h>

#include "devices/sclp/sclp_state.h"
#include "src/core/ebcdic.h"

/* The objects must fill the message data block exactly, and text objects be whole. */
static bool objects_valid(const uint8_t *objects, size_t length)
{
    while (length) {
        size_t size;

        if (length < sizeof(struct sccb_mdb_object))
            return false;
        size = load_be16(objects);
        if (size < sizeof(struct sccb_mdb_object) || size > length)
            return false;
        if (load_be16(objects + 2) == SCCB_MDB_TEXT_OBJECT && size < sizeof(struct sccb_mdb_text))
            return false;
        objects += size;
        length -= size;
    }
    return true;
}

/* Every text object is a line. TEXT has room: an object's header is longer than a newline. */
static size_t collect_text(const uint8_t *objects, size_t length, uint8_t *text)
{
    size_t used = 0;

    while (length) {
        size_t size = load_be16(objects);

        if (load_be16(objects + 2) == SCCB_MDB_TEXT_OBJECT) {
            for (size_t i = sizeof(struct sccb_mdb_text); i < size; i++)
                text[used++] = ebcdic_to_ascii(objects[i]);
            text[used++] = '\n';
        }
        objects += size;
        length -= size;
    }
    return used;
}

static enum sccb_response write_message(struct sclp *sclp, const uint8_t *data, size_t length)
{
    const struct sccb_mdb_header *mdb = (const struct sccb_mdb_header *)data;
    uint8_t text[SCLP_EVENT_ROOM];
    size_t mdb_length;

    if (length < sizeof *mdb)
        return SCCB_INCONSISTENT_LENGTHS;
    mdb_length = be16_get(mdb->length);
    if (mdb_length < sizeof *mdb || mdb_length > length)
        return SCCB_INCONSISTENT_LENGTHS;
    if (be16_get(mdb->type) != SCCB_MDB_TYPE || be32_get(mdb->tag) != SCCB_MDB_TAG)
        return SCCB_EVENT_BUFFER_SYNTAX_ERROR;
    data += sizeof *mdb;
    mdb_length -= sizeof *mdb;
    if (!objects_valid(data, mdb_length))
        return SCCB_INCONSISTENT_LENGTHS;
    sclp_console_write(sclp, SCLP_CONSOLE_LINE_MODE, text, collect_text(data, mdb_length, text));
    return SCCB_COMPLETE;
}

const struct sclp_event_type sclp_message_event = {
    .number = SCCB_EVENT_MESSAGE,
    .console = SCLP_CONSOLE_LINE_MODE,
    .write = write_message,
};

static bool command_pending(const struct sclp_state *state)
{
    return sclp_console_target(state) == SCLP_CONSOLE_LINE_MODE && sclp_console_line_ready(state);
}

/* A subvector's length is one byte, so two nested ones hold this much text. */
#define LINE_MAX_LENGTH (UINT8_MAX - 2 * sizeof(struct sccb_gds_subvector))

static void put_vector(struct sccb_gds_vector *vector, size_t length, uint16_t id)
{
    be16_put(&vector->length, (uint16_t)length);
    be16_put(&vector->id, id);
}

static size_t read_command(struct sclp_state *state, uint8_t *buffer, size_t room)
{
    struct sccb_operator_command *command = (struct sccb_operator_command *)buffer;
    uint8_t *text = buffer + sizeof *command;
    size_t length, left;

    if (!command_pending(state) || room < sizeof *command + LINE_MAX_LENGTH ||
        !sclp_console_take_line(state, text, LINE_MAX_LENGTH, &length))
        return 0;
    for (size_t i = 0; i < length; i++)
        text[i] = ebcdic_from_ascii(text[i]);
    left = sizeof *command + length;
    sclp_event_header_put(buffer, left, SCCB_EVENT_OPERATOR_COMMAND);
    left -= sizeof command->header;
    put_vector(&command->mds_message_unit, left, SCCB_GDS_MDS_MESSAGE_UNIT);
    left -= sizeof(struct sccb_gds_vector);
    put_vector(&command->cp_message_unit, left, SCCB_GDS_CP_MESSAGE_UNIT);
    left -= sizeof(struct sccb_gds_vector);
    put_vector(&command->text_command, left, SCCB_GDS_TEXT_COMMAND);
    left -= sizeof(struct sccb_gds_vector);
    command->self_defining_text.length = (uint8_t)left;
    command->self_defining_text.key = SCCB_GDS_SELF_DEFINING_TEXT;
    left -= sizeof(struct sccb_gds_subvector);
    command->text.length = (uint8_t)left;
    command->text.key = SCCB_GDS_TEXT;
    return sizeof *command + length;
}

const struct sclp_event_type sclp_operator_command_event = {
    .number = SCCB_EVENT_OPERATOR_COMMAND,
    .console = SCLP_CONSOLE_LINE_MODE,
    .read = read_command,
    .pending = command_pending,
};
