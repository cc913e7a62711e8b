/* What a CPU asks of a machine that has nothing: no subchannel, no channel path, no service
   processor. Random instructions find their way even to these. */
#include <string.h>

#include "tests/equivalence/subject.h"

#define NOT_OPERATIONAL 3

static int start(void *owner, uint32_t sid, const uint8_t orb[64])
{
    (void)owner, (void)sid, (void)orb;
    return NOT_OPERATIONAL;
}

static int test(void *owner, uint32_t sid, uint8_t irb[96])
{
    (void)owner, (void)sid;
    memset(irb, 0, 96);
    return NOT_OPERATIONAL;
}

static int store(void *owner, uint32_t sid, uint8_t schib[52])
{
    (void)owner, (void)sid;
    memset(schib, 0, 52);
    return NOT_OPERATIONAL;
}

static int modify(void *owner, uint32_t sid, const uint8_t schib[52])
{
    (void)owner, (void)sid, (void)schib;
    return NOT_OPERATIONAL;
}

static int refuse(void *owner, uint32_t sid)
{
    (void)owner, (void)sid;
    return NOT_OPERATIONAL;
}

static int reset_channel_path(void *owner, uint8_t chpid)
{
    (void)owner, (void)chpid;
    return NOT_OPERATIONAL;
}

static int store_channel_report(void *owner, uint32_t *crw)
{
    (void)owner;
    *crw = 0;
    return 1;
}

static void store_channel_path_status(void *owner, uint8_t status[32])
{
    (void)owner;
    memset(status, 0, 32);
}

static void set_channel_monitor(void *owner, uint64_t gr1, uint64_t gr2)
{
    (void)owner, (void)gr1, (void)gr2;
}

static int call_channel_subsystem(void *owner, uint8_t block[4096])
{
    (void)owner, (void)block;
    return NOT_OPERATIONAL;
}

static enum service_call_cc call_service(void *owner, uint32_t command, abs_addr sccb)
{
    (void)owner, (void)command, (void)sccb;
    return SERVICE_CALL_NOT_OPERATIONAL;
}

static bool set_ipl_parameters(void *owner, const uint8_t *block, size_t length)
{
    (void)owner, (void)block, (void)length;
    return false;
}

static size_t get_ipl_parameters(void *owner, uint8_t block[IPL_PARAMETER_BLOCK_MAX])
{
    (void)owner, (void)block;
    return 0;
}

static bool set_watchdog(void *owner, unsigned seconds, unsigned action)
{
    (void)owner, (void)seconds, (void)action;
    return false;
}

void subject_connect_nothing(struct configuration *configuration)
{
    configuration->channel = (struct channel_port){
        .start = start,
        .test = test,
        .store = store,
        .modify = modify,
        .clear = refuse,
        .halt = refuse,
        .resume = refuse,
        .cancel = refuse,
        .reset_channel_path = reset_channel_path,
        .store_channel_report = store_channel_report,
        .store_channel_path_status = store_channel_path_status,
        .set_channel_monitor = set_channel_monitor,
        .call = call_channel_subsystem,
    };
    configuration->service = (struct service_port){.call = call_service};
    configuration->machine = (struct machine_port){
        .ipl_parameters_set = set_ipl_parameters,
        .ipl_parameters_get = get_ipl_parameters,
        .watchdog_set = set_watchdog,
    };
}
