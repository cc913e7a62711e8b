/*
 * The service-call logical processor: SERVICE CALL from the check of the SCCB to the service
 * signal. The commands are the rows of one table.
 */
#include "devices/sclp/sclp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "devices/sclp/sclp_state.h"

struct command {
    uint32_t word;
    bool extended_length; /* the SCCB may cross pages where extended length is installed */
    enum sccb_response (*execute)(struct sclp *sclp, struct sclp_request *request);
};

/* Bits 16-23 of a command word are an operand, not part of the code. */
#define COMMAND_CODE UINT32_C(0xffff00ff)

static const struct command commands[] = {
    {0x00010001, true, sclp_read_cpu_info},    {0x00020001, true, sclp_read_scp_info},
    {0x00120001, true, sclp_read_scp_info},    {0x00760005, false, sclp_write_event_data},
    {0x00770005, false, sclp_read_event_data}, {0x00780005, false, sclp_write_event_mask},
};

static const struct command *find_command(uint32_t word)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].word == (word & COMMAND_CODE))
            return &commands[i];
    return NULL;
}

/* Without extended length an SCCB lies in one 4 KiB block. */
static bool within_boundary(const struct sclp *sclp, const struct command *command, abs_addr sccb,
                            uint16_t length)
{
    if (command->extended_length && sclp->config.extended_length_sccb)
        return storage_contains(sclp->storage, sccb, length);
    return (sccb.value & ~STORAGE_PAGE_MASK) + length <= STORAGE_PAGE_SIZE;
}

static enum sccb_response execute(struct sclp *sclp, uint32_t word, abs_addr sccb,
                                  struct sclp_request *request)
{
    const struct sccb_header header = *sclp_request_header(request);
    const struct command *command = find_command(word);
    size_t copied = request->length;

    if (!command)
        return SCCB_INVALID_COMMAND;
    if (!within_boundary(sclp, command, sccb, request->length))
        return SCCB_BOUNDARY_VIOLATION;
    if (request->length < sizeof header)
        return SCCB_INSUFFICIENT_LENGTH;
    if (copied > SCLP_EVENT_ROOM)
        copied = SCLP_EVENT_ROOM;
    if (!storage_read(sclp->storage, sccb, request->block, copied))
        return SCCB_BOUNDARY_VIOLATION;
    /* Another CPU may have changed the header since it was looked at. */
    memcpy(request->block, &header, sizeof header);
    return command->execute(sclp, request);
}

static bool pending(struct sclp *sclp)
{
    bool result;

    pthread_mutex_lock(&sclp->state_lock);
    result = sclp_event_pending(&sclp->state);
    pthread_mutex_unlock(&sclp->state_lock);
    return result;
}

/* The service signal's parameter: the SCCB's address and whether events wait. */
#define EVENT_PENDING UINT32_C(1)

static void post(struct sclp *sclp, uint32_t sccb)
{
    uint32_t parameter = sccb | (pending(sclp) ? EVENT_PENDING : 0);

    if (parameter)
        sclp->interruptions->post_service_signal(sclp->interruptions->owner, parameter);
}

static enum service_call_cc call(void *owner, uint32_t word, abs_addr sccb)
{
    struct sclp *sclp = owner;
    struct sclp_request request = {.block = sclp->block, .reply_size = sizeof(struct sccb_header)};
    enum sccb_response response;

    if (pthread_mutex_trylock(&sclp->call_lock))
        return SERVICE_CALL_BUSY;
    if (!storage_read(sclp->storage, sccb, request.block, sizeof(struct sccb_header))) {
        pthread_mutex_unlock(&sclp->call_lock);
        return SERVICE_CALL_NOT_OPERATIONAL;
    }
    request.length = be16_get(sclp_request_header(&request)->length);
    response = execute(sclp, word, sccb, &request);
    be16_put(&sclp_request_header(&request)->response_code, (uint16_t)response);
    storage_write(sclp->storage, sccb, request.block, request.reply_size);
    /* The CPU that takes the signal may issue the next call at once and must not find this one. */
    pthread_mutex_unlock(&sclp->call_lock);
    post(sclp, (uint32_t)sccb.value);
    return SERVICE_CALL_INITIATED;
}

struct service_port sclp_service_port(struct sclp *sclp)
{
    return (struct service_port){.owner = sclp, .call = call};
}

static int check_config(const struct sclp_config *config, struct error *error)
{
    if (config->memory_size == 0 || config->memory_size % STORAGE_INCREMENT)
        return error_set(error, -EINVAL, "the SCLP cannot describe a memory size of %llu bytes",
                         (unsigned long long)config->memory_size);
    if (config->cpu_count == 0 || config->cpu_count > SCLP_MAX_CPUS)
        return error_set(error, -EINVAL, "the SCLP cannot describe %u CPUs; give 1 to %u",
                         config->cpu_count, SCLP_MAX_CPUS);
    if ((config->features & SCLP_FEATURE_DIAG318) && !config->extended_length_sccb)
        return error_set(error, -EINVAL,
                         "DIAGNOSE 318 is reported in extended-length SCCBs only: "
                         "facility 140 is needed");
    return 0;
}

int sclp_create(struct sclp **result, const struct sclp_config *config, struct storage *storage,
                const struct interruption_port *interruptions, struct error *error)
{
    int code = check_config(config, error);
    struct sclp *sclp;

    if (code)
        return code;
    sclp = calloc(1, sizeof *sclp);
    if (!sclp)
        return error_set(error, -ENOMEM, "the host has no memory for the SCLP");
    sclp->config = *config;
    sclp->storage = storage;
    sclp->interruptions = interruptions;
    sclp->state.consoles = config->consoles;
    pthread_mutex_init(&sclp->call_lock, NULL);
    pthread_mutex_init(&sclp->output_lock, NULL);
    pthread_mutex_init(&sclp->state_lock, NULL);
    sclp_reset(sclp);
    *result = sclp;
    return 0;
}

void sclp_destroy(struct sclp *sclp)
{
    if (!sclp)
        return;
    pthread_mutex_destroy(&sclp->state_lock);
    pthread_mutex_destroy(&sclp->output_lock);
    pthread_mutex_destroy(&sclp->call_lock);
    free(sclp);
}

static void take_input(void *owner, const uint8_t *bytes, size_t length)
{
    struct sclp *sclp = owner;

    pthread_mutex_lock(&sclp->state_lock);
    for (size_t i = 0; i < length && sclp->state.input_length < SCLP_INPUT_SIZE; i++) {
        uint32_t at = (sclp->state.input_start + sclp->state.input_length) % SCLP_INPUT_SIZE;

        sclp->state.input[at] = bytes[i];
        sclp->state.input_length++;
    }
    pthread_mutex_unlock(&sclp->state_lock);
    post(sclp, 0);
}

struct char_sink sclp_console_sink(struct sclp *sclp)
{
    return (struct char_sink){.owner = sclp, .input = take_input};
}

bool sclp_signal_quiesce(struct sclp *sclp)
{
    bool wanted;

    pthread_mutex_lock(&sclp->state_lock);
    wanted = sclp_event_wanted(&sclp->state, &sclp_quiesce_event);
    if (wanted)
        sclp->state.quiesce_pending = 1;
    pthread_mutex_unlock(&sclp->state_lock);
    if (wanted)
        post(sclp, 0);
    return wanted;
}

void sclp_reset(struct sclp *sclp)
{
    pthread_mutex_lock(&sclp->state_lock);
    sclp->state.receive_mask = 0;
    sclp->state.mask_length = sizeof(be32);
    sclp->state.last_written = SCLP_CONSOLE_VT220;
    sclp->state.quiesce_pending = 0;
    pthread_mutex_unlock(&sclp->state_lock);
}

static const struct field fields[] = {
    FIELD_ROW(sclp_state, uint64_t, receive_mask), FIELD_ROW(sclp_state, uint32_t, mask_length),
    FIELD_ROW(sclp_state, uint32_t, last_written), FIELD_ROW(sclp_state, uint32_t, input_start),
    FIELD_ROW(sclp_state, uint32_t, input_length), FIELD_ROW(sclp_state, uint32_t, quiesce_pending),
    FIELD_ROW(sclp_state, uint32_t, consoles),     FIELD_ROW(sclp_state, uint8_t, input),
};

struct field_object sclp_state_fields(struct sclp *sclp)
{
    return (struct field_object){
        .name = "sclp",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .object = &sclp->state,
        .object_size = sizeof sclp->state,
    };
}

int sclp_check_restored(struct sclp *sclp, struct error *error)
{
    struct sclp_state *state = &sclp->state;
    const bool sound = state->mask_length >= 1 && state->mask_length <= SCCB_MASK_LENGTH_MAX &&
                       (state->last_written == SCLP_CONSOLE_VT220 ||
                        state->last_written == SCLP_CONSOLE_LINE_MODE) &&
                       state->input_start < SCLP_INPUT_SIZE &&
                       state->input_length <= SCLP_INPUT_SIZE && state->quiesce_pending <= 1 &&
                       state->consoles == sclp->config.consoles;

    if (sound)
        return 0;
    memset(state, 0, sizeof *state);
    state->consoles = sclp->config.consoles;
    sclp_reset(sclp);
    return error_set(error, -EINVAL, "the saved state of the SCLP is of another configuration");
}
