/* READ SCP INFO and READ CPU INFO: what the configuration has, as rows where it is bits. */
#include <string.h>

#include "devices/sclp/sclp_state.h"
#include "src/base/bits.h"
#include "src/core/ebcdic.h"

struct feature_bit {
    uint32_t feature; /* enum sclp_feature */
    uint8_t byte;     /* of struct sccb_scp_info or of struct sccb_cpu_entry */
    uint8_t bit;
};

static const struct feature_bit scp_features[] = {
    {SCLP_FEATURE_SOP, 80, BIT8(2)},      {SCLP_FEATURE_GSLS, 85, BIT8(0)},
    {SCLP_FEATURE_ESOP, 85, BIT8(6)},     {SCLP_FEATURE_TLB_GUEST, 91, BIT8(1)},
    {SCLP_FEATURE_KSS, 98, BIT8(7)},      {SCLP_FEATURE_64BSCAO, 116, BIT8(0)},
    {SCLP_FEATURE_CMMA, 116, BIT8(1)},    {SCLP_FEATURE_ESCA, 116, BIT8(4)},
    {SCLP_FEATURE_PFMFI, 117, BIT8(1)},   {SCLP_FEATURE_IBS, 117, BIT8(2)},
    {SCLP_FEATURE_DIAG318, 134, BIT8(0)},
};

static const struct feature_bit cpu_features[] = {
    {SCLP_FEATURE_SIEF2, 2, BIT8(4)},  {SCLP_FEATURE_SKEY, 2, BIT8(5)},
    {SCLP_FEATURE_GPERE, 3, BIT8(2)},  {SCLP_FEATURE_SIIF, 3, BIT8(3)},
    {SCLP_FEATURE_SIGPIF, 3, BIT8(4)}, {SCLP_FEATURE_IB, 7, BIT8(2)},
    {SCLP_FEATURE_CEI, 7, BIT8(3)},
};

static void set_features(uint8_t *to, const struct feature_bit *rows, size_t count,
                         uint32_t features)
{
    for (size_t i = 0; i < count; i++)
        if (features & rows[i].feature)
            to[rows[i].byte] |= rows[i].bit;
}

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* The CPU entries at byte OFFSET of the block; returns their end. */
static size_t put_cpus(const struct sclp_config *config, uint8_t *block, size_t offset)
{
    struct sccb_cpu_entry entry = {0};

    set_features((uint8_t *)&entry, cpu_features, COUNT(cpu_features), config->features);
    for (unsigned i = 0; i < config->cpu_count; i++) {
        entry.address = config->cpu_address[i];
        memcpy(block + offset, &entry, sizeof entry);
        offset += sizeof entry;
    }
    return offset;
}

/* False where the answer of SIZE bytes does not fit. With extended length, and where the program
   said that the response may vary in length, it is told what would do. */
static bool fits(const struct sclp *sclp, struct sclp_request *request, size_t size)
{
    struct sccb_header *header = sclp_request_header(request);

    if (request->length >= size)
        return true;
    if (sclp->config.extended_length_sccb &&
        (header->control_mask[2] & SCCB_VARIABLE_LENGTH_RESPONSE))
        be16_put(&header->length, (uint16_t)size);
    return false;
}

/* More increments than this make programs walk long tables. */
#define INCREMENTS_WANTED 1020u

/* Storage is described as so many increments of a power of two of MiB, exactly. */
static void put_storage(struct sccb_scp_info *info, uint64_t memory_size)
{
    uint64_t count = memory_size / STORAGE_INCREMENT, size = 1;

    while (count > INCREMENTS_WANTED && count % 2 == 0) {
        count /= 2;
        size *= 2;
    }
    be16_put(&info->increments, count <= UINT16_MAX ? (uint16_t)count : 0);
    info->increment_size = size <= UINT8_MAX ? (uint8_t)size : 0;
    be64_put(&info->increments_2, count);
    be32_put(&info->increment_size_2, (uint32_t)size);
}

static size_t loadparm_length(const char *loadparm)
{
    const char *end = memchr(loadparm, 0, sizeof((struct sclp_config *)0)->loadparm);

    return end ? (size_t)(end - loadparm) : sizeof((struct sclp_config *)0)->loadparm;
}

enum sccb_response sclp_read_scp_info(struct sclp *sclp, struct sclp_request *request)
{
    const struct sclp_config *config = &sclp->config;
    const size_t offset = config->extended_length_sccb ? sizeof(struct sccb_scp_info)
                                                       : SCCB_SCP_INFO_SHORT_CPU_OFFSET;
    const size_t size = offset + config->cpu_count * sizeof(struct sccb_cpu_entry);
    const uint16_t cpu_max = config->cpu_max ? config->cpu_max : config->cpu_count;
    struct sccb_scp_info info = {0};

    if (!fits(sclp, request, size))
        return SCCB_INSUFFICIENT_LENGTH;
    info.header = *sclp_request_header(request);
    put_storage(&info, config->memory_size);
    info.stsi_nesting = config->stsi_nesting;
    be16_put(&info.cpu_count, config->cpu_count);
    be16_put(&info.cpu_offset, (uint16_t)offset);
    ebcdic_put(info.loadparm, sizeof info.loadparm, config->loadparm,
               loadparm_length(config->loadparm));
    be64_put(&info.facilities, SCCB_FACILITY_READ_CPU_INFO);
    be32_put(&info.ibc, config->ibc);
    be16_put(&info.highest_cpu_address, (uint16_t)(cpu_max - 1));
    set_features((uint8_t *)&info, scp_features, COUNT(scp_features), config->features);
    memcpy(request->block, &info, sizeof info);
    request->reply_size = put_cpus(config, request->block, offset);
    return SCCB_READ_COMPLETE;
}

enum sccb_response sclp_read_cpu_info(struct sclp *sclp, struct sclp_request *request)
{
    const struct sclp_config *config = &sclp->config;
    const size_t size =
        sizeof(struct sccb_cpu_info) + config->cpu_count * sizeof(struct sccb_cpu_entry);
    struct sccb_cpu_info info = {0};

    if (!fits(sclp, request, size))
        return SCCB_INSUFFICIENT_LENGTH;
    info.header = *sclp_request_header(request);
    be16_put(&info.configured_count, config->cpu_count);
    be16_put(&info.configured_offset, sizeof info);
    be16_put(&info.standby_offset, (uint16_t)size);
    memcpy(request->block, &info, sizeof info);
    request->reply_size = put_cpus(config, request->block, sizeof info);
    return SCCB_READ_COMPLETE;
}
