/*
 * The service-call control block (SCCB) and what it contains: the data of the read commands,
 * event masks, event buffers and the message data blocks inside them.
 *
 * All members are byte structures, so the structures have no padding on any host.
 */
#ifndef ZITHER_CORE_LAYOUT_SCCB_H
#define ZITHER_CORE_LAYOUT_SCCB_H

#include <stddef.h>
#include <stdint.h>

#include "src/base/be.h"

#define SCCB_AT(structure, member, offset)                                                         \
    _Static_assert(offsetof(struct structure, member) == (offset), #structure "." #member)
#define SCCB_SIZED(structure, size)                                                                \
    _Static_assert(sizeof(struct structure) == (size), "size of " #structure)

enum sccb_response {
    SCCB_READ_COMPLETE = 0x0010,
    SCCB_COMPLETE = 0x0020,
    SCCB_BOUNDARY_VIOLATION = 0x0100,
    SCCB_INVALID_COMMAND = 0x01f0,
    SCCB_INSUFFICIENT_LENGTH = 0x0300,
    SCCB_INVALID_FUNCTION = 0x40f0,
    SCCB_NO_EVENT_BUFFERS = 0x60f0,
    SCCB_INVALID_SELECTION_MASK = 0x70f0,
    SCCB_INCONSISTENT_LENGTHS = 0x72f0,
    SCCB_EVENT_BUFFER_SYNTAX_ERROR = 0x73f0,
    SCCB_INVALID_MASK_LENGTH = 0x74f0,
};

/* Byte 2 of the control mask. */
#define SCCB_VARIABLE_LENGTH_RESPONSE 0x80

struct sccb_header {
    be16 length; /* of the whole block */
    uint8_t function_code;
    uint8_t control_mask[3];
    be16 response_code;
};
SCCB_SIZED(sccb_header, 8);
SCCB_AT(sccb_header, function_code, 2);
SCCB_AT(sccb_header, control_mask, 3);
SCCB_AT(sccb_header, response_code, 6);

/* One CPU in READ SCP INFO and READ CPU INFO. */
struct sccb_cpu_entry {
    uint8_t address;
    uint8_t zero_1;
    uint8_t facilities[12];
    uint8_t type;
    uint8_t zero_15;
};
SCCB_SIZED(sccb_cpu_entry, 16);
SCCB_AT(sccb_cpu_entry, facilities, 2);
SCCB_AT(sccb_cpu_entry, type, 14);

/* READ SCP INFO. The CPU entries follow at byte 128, over the last members, where extended-length
   SCCBs are not installed, and at byte 144 where they are. */
struct sccb_scp_info {
    struct sccb_header header;
    be16 increments;        /* of storage; 0: see increments_2 */
    uint8_t increment_size; /* MiB; 0: see increment_size_2 */
    uint8_t zero_11[4];
    uint8_t stsi_nesting;
    be16 cpu_count;
    be16 cpu_offset;
    uint8_t zero_20[4];
    uint8_t loadparm[8]; /* EBCDIC */
    uint8_t zero_32[16];
    be64 facilities;
    uint8_t zero_56[20];
    be32 ibc;
    uint8_t facilities_80[19];
    uint8_t host_address_power;
    be32 increment_size_2;
    be64 increments_2;
    be32 hsa_size; /* pages of the hardware system area and 1; 0: none */
    uint8_t facilities_116[4];
    be16 highest_cpu_address;
    uint8_t zero_122[2];
    be32 machine_facility_indications;
    uint8_t zero_128[6];
    uint8_t facilities_134;
    uint8_t zero_135[9];
};
SCCB_SIZED(sccb_scp_info, 144);
SCCB_AT(sccb_scp_info, increments, 8);
SCCB_AT(sccb_scp_info, increment_size, 10);
SCCB_AT(sccb_scp_info, stsi_nesting, 15);
SCCB_AT(sccb_scp_info, cpu_count, 16);
SCCB_AT(sccb_scp_info, cpu_offset, 18);
SCCB_AT(sccb_scp_info, loadparm, 24);
SCCB_AT(sccb_scp_info, facilities, 48);
SCCB_AT(sccb_scp_info, ibc, 76);
SCCB_AT(sccb_scp_info, facilities_80, 80);
SCCB_AT(sccb_scp_info, host_address_power, 99);
SCCB_AT(sccb_scp_info, increment_size_2, 100);
SCCB_AT(sccb_scp_info, increments_2, 104);
SCCB_AT(sccb_scp_info, hsa_size, 112);
SCCB_AT(sccb_scp_info, facilities_116, 116);
SCCB_AT(sccb_scp_info, highest_cpu_address, 120);
SCCB_AT(sccb_scp_info, machine_facility_indications, 124);
SCCB_AT(sccb_scp_info, facilities_134, 134);

#define SCCB_SCP_INFO_SHORT_CPU_OFFSET 128

/* Bits of sccb_scp_info.facilities. */
#define SCCB_FACILITY_READ_CPU_INFO BIT64(4)

struct sccb_cpu_info {
    struct sccb_header header;
    be16 configured_count;
    be16 configured_offset;
    be16 standby_count;
    be16 standby_offset;
    uint8_t zero_16[8];
};
SCCB_SIZED(sccb_cpu_info, 24);
SCCB_AT(sccb_cpu_info, configured_count, 8);
SCCB_AT(sccb_cpu_info, configured_offset, 10);
SCCB_AT(sccb_cpu_info, standby_count, 12);
SCCB_AT(sccb_cpu_info, standby_offset, 14);

/* WRITE EVENT MASK: four masks of mask_length bytes each follow, in this order. Bit n-1 of a
   mask, from the left, stands for event type n. */
struct sccb_event_mask {
    struct sccb_header header;
    be16 zero_8;
    be16 mask_length;
};
SCCB_SIZED(sccb_event_mask, 12);
SCCB_AT(sccb_event_mask, mask_length, 10);

enum sccb_event_mask_index {
    SCCB_MASK_PROGRAM_RECEIVES,
    SCCB_MASK_PROGRAM_SENDS,
    SCCB_MASK_SCLP_RECEIVES,
    SCCB_MASK_SCLP_SENDS,
    SCCB_MASK_COUNT,
};

#define SCCB_MASK_LENGTH_MAX 1021 /* four of them fill the page */

/* Function codes of READ EVENT DATA and WRITE EVENT DATA. */
enum sccb_event_function {
    SCCB_UNCONDITIONAL_READ = 0,
    SCCB_SELECTIVE_READ = 1, /* the selection mask stands where the first buffer will */
    SCCB_NORMAL_WRITE = 0,
};

struct sccb_event_header {
    be16 length; /* with this header */
    uint8_t type;
    uint8_t flags;
    be16 zero_4;
};
SCCB_SIZED(sccb_event_header, 6);
SCCB_AT(sccb_event_header, type, 2);
SCCB_AT(sccb_event_header, flags, 3);

#define SCCB_EVENT_ACCEPTED 0x80

enum sccb_event_type {
    SCCB_EVENT_OPERATOR_COMMAND = 0x01,
    SCCB_EVENT_MESSAGE = 0x02,
    SCCB_EVENT_VT220 = 0x1a,
    SCCB_EVENT_SIGNAL_QUIESCE = 0x1d,
};

/* A message data block (MDB), the contents of a message event. Message objects follow. */
struct sccb_mdb_header {
    be16 length; /* with this header and all objects */
    be16 type;
    be32 tag;
    be32 revision;
};
SCCB_SIZED(sccb_mdb_header, 12);
SCCB_AT(sccb_mdb_header, type, 2);
SCCB_AT(sccb_mdb_header, tag, 4);

#define SCCB_MDB_TYPE UINT16_C(1)
#define SCCB_MDB_TAG  UINT32_C(0xd4c4c240) /* "MDB " in EBCDIC */

struct sccb_mdb_object {
    be16 length; /* with this header */
    be16 type;
};
SCCB_SIZED(sccb_mdb_object, 4);
SCCB_AT(sccb_mdb_object, type, 2);

#define SCCB_MDB_TEXT_OBJECT UINT16_C(4)

/* A message text object: one line, whose EBCDIC text follows. */
struct sccb_mdb_text {
    struct sccb_mdb_object object;
    be16 line_type_flags;
    uint8_t alarm_control;
    uint8_t zero_7[3];
};
SCCB_SIZED(sccb_mdb_text, 10);
SCCB_AT(sccb_mdb_text, line_type_flags, 4);
SCCB_AT(sccb_mdb_text, alarm_control, 6);

/* An operator command: general-data-stream vectors, each inside the one before, around two
   subvectors, around the EBCDIC text. */
struct sccb_gds_vector {
    be16 length;
    be16 id;
};
SCCB_SIZED(sccb_gds_vector, 4);
SCCB_AT(sccb_gds_vector, id, 2);

struct sccb_gds_subvector {
    uint8_t length;
    uint8_t key;
};
SCCB_SIZED(sccb_gds_subvector, 2);
SCCB_AT(sccb_gds_subvector, key, 1);

struct sccb_operator_command {
    struct sccb_event_header header;
    struct sccb_gds_vector mds_message_unit;
    struct sccb_gds_vector cp_message_unit;
    struct sccb_gds_vector text_command;
    struct sccb_gds_subvector self_defining_text;
    struct sccb_gds_subvector text;
};
SCCB_SIZED(sccb_operator_command, 22);
SCCB_AT(sccb_operator_command, mds_message_unit, 6);
SCCB_AT(sccb_operator_command, cp_message_unit, 10);
SCCB_AT(sccb_operator_command, text_command, 14);
SCCB_AT(sccb_operator_command, self_defining_text, 18);
SCCB_AT(sccb_operator_command, text, 20);

enum sccb_gds_id {
    SCCB_GDS_MDS_MESSAGE_UNIT = 0x1310,
    SCCB_GDS_CP_MESSAGE_UNIT = 0x1212,
    SCCB_GDS_TEXT_COMMAND = 0x1320,
};

enum sccb_gds_key {
    SCCB_GDS_SELF_DEFINING_TEXT = 0x31,
    SCCB_GDS_TEXT = 0x30,
};

/* VT220 input: the terminal's bytes follow. */
struct sccb_vt220_input {
    struct sccb_event_header header;
    uint8_t kind;
};
SCCB_SIZED(sccb_vt220_input, 7);
SCCB_AT(sccb_vt220_input, kind, 6);

#define SCCB_VT220_DATA 0x00 /* else session started or ended */

struct sccb_signal_quiesce {
    struct sccb_event_header header;
    be16 timeout;
    uint8_t unit;
};
SCCB_SIZED(sccb_signal_quiesce, 9);
SCCB_AT(sccb_signal_quiesce, timeout, 6);
SCCB_AT(sccb_signal_quiesce, unit, 8);

#endif
