/*
 * An SCLP without a CPU: storage, an interruption port that remembers the service signals, and a
 * console backend that remembers the text.
 */
#ifndef ZITHER_TESTS_DEVICES_SCLP_RIG_H
#define ZITHER_TESTS_DEVICES_SCLP_RIG_H

#include "devices/sclp/sclp.h"
#include "src/core/layout/sccb.h"
#include "tests/harness.h"

#define RIG_SCCB 0x10000u /* page-aligned; the page before and the pages after are free */

#define READ_CPU_INFO        0x00010001u
#define READ_SCP_INFO        0x00020001u
#define READ_SCP_INFO_FORCED 0x00120001u
#define WRITE_EVENT_DATA     0x00760005u
#define READ_EVENT_DATA      0x00770005u
#define WRITE_EVENT_MASK     0x00780005u

#define MASK_OPERATOR_COMMAND 0x80000000u
#define MASK_MESSAGE          0x40000000u
#define MASK_VT220            0x00000040u
#define MASK_QUIESCE          0x00000008u

struct sclp_rig {
    struct storage storage;
    struct interruption_port interruptions;
    struct sclp *sclp;
    struct service_port port;
    uint32_t signals; /* how many */
    uint32_t signal;  /* the last parameter */
    char shown[16384];
    size_t shown_length;
};

static void rig_post(void *owner, uint32_t parameter)
{
    struct sclp_rig *rig = owner;

    rig->signals++;
    rig->signal = parameter;
}

static void rig_show(void *owner, const uint8_t *bytes, size_t length)
{
    struct sclp_rig *rig = owner;

    if (rig->shown_length + length < sizeof rig->shown) {
        memcpy(rig->shown + rig->shown_length, bytes, length);
        rig->shown_length += length;
        rig->shown[rig->shown_length] = 0;
    }
}

static inline struct sclp_config rig_config(void)
{
    return (struct sclp_config){
        .memory_size = 64u << 20,
        .cpu_count = 1,
        .consoles = SCLP_CONSOLE_BOTH,
    };
}

static inline bool rig_set_up(struct sclp_rig *rig, const struct sclp_config *config)
{
    struct error error = {0};
    const struct char_backend backend = {.owner = rig, .write = rig_show};

    memset(rig, 0, sizeof *rig);
    rig->interruptions.owner = rig;
    rig->interruptions.post_service_signal = rig_post;
    if (!CHECK_EQ(storage_create(&rig->storage, 2u << 20, &error), 0) ||
        !CHECK_EQ(sclp_create(&rig->sclp, config, &rig->storage, &rig->interruptions, &error), 0))
        return false;
    sclp_connect_console(rig->sclp, SCLP_CONSOLE_BOTH, &backend);
    rig->port = sclp_service_port(rig->sclp);
    return true;
}

static inline void rig_tear_down(struct sclp_rig *rig)
{
    sclp_destroy(rig->sclp);
    storage_destroy(&rig->storage);
}

static inline uint8_t *rig_at(struct sclp_rig *rig, uint64_t address)
{
    return storage_host(&rig->storage, (abs_addr){address});
}

/* Gives the SCCB at ADDRESS a header. */
static inline uint8_t *rig_header(struct sclp_rig *rig, uint64_t address, uint16_t length)
{
    uint8_t *sccb = rig_at(rig, address);

    memset(sccb, 0, 8);
    store_be16(sccb, length);
    return sccb;
}

/* Issues COMMAND, checks that it was accepted and signalled, and returns the response code. */
static inline uint16_t rig_call_at(struct sclp_rig *rig, uint32_t command, uint64_t address)
{
    uint32_t before = rig->signals;

    CHECK_EQ(rig->port.call(rig->port.owner, command, (abs_addr){address}), 0);
    CHECK_EQ(rig->signals, before + 1);
    CHECK_EQ(rig->signal & ~1u, address);
    return load_be16(rig_at(rig, address) + 6);
}

static inline uint16_t rig_call(struct sclp_rig *rig, uint32_t command)
{
    return rig_call_at(rig, command, RIG_SCCB);
}

/* WRITE EVENT MASK with 4-byte masks. */
static inline uint16_t rig_listen(struct sclp_rig *rig, uint32_t receive, uint32_t send)
{
    uint8_t *sccb = rig_header(rig, RIG_SCCB, 28);

    store_be16(sccb + 10, 4);
    store_be32(sccb + 12, receive);
    store_be32(sccb + 16, send);
    return rig_call(rig, WRITE_EVENT_MASK);
}

static inline void rig_type(struct sclp_rig *rig, const char *text)
{
    struct char_sink sink = sclp_console_sink(rig->sclp);

    sink.input(sink.owner, (const uint8_t *)text, strlen(text));
}

#endif
