/* Save areas: see store_status.h. */
#include "cpu/arch/store_status.h"

#include "cpu/arch/configuration.h"
#include "cpu/arch/psw.h"
#include "cpu/arch/registers.h"
#include "cpu/arch/timing.h"

void store_status_registers(struct vcpu *cpu, struct lowcore *area)
{
    for (unsigned r = 0; r < 16; r++) {
        be64_put(&area->fpr_save[r], fpr64(cpu, r));
        be64_put(&area->gr_save[r], cpu->state.gr[r]);
        be32_put(&area->ar_save[r], cpu->state.ar[r]);
        be64_put(&area->cr_save[r], cpu->state.cr[r]);
    }
    be32_put(&area->fpc_save, cpu->state.fpc);
    be32_put(&area->tod_programmable_save, cpu->state.tod_programmable);
    be64_put(&area->cpu_timer_save, cpu_timer_get(cpu));
    be64_put(&area->clock_comparator_save, cpu->state.clock_comparator >> 8);
}

bool store_status(struct vcpu *cpu, abs_addr area)
{
    struct lowcore *lowcore;

    if (!storage_contains(cpu->storage, area, LOWCORE_SIZE))
        return false;
    lowcore = (struct lowcore *)storage_host(cpu->storage, area);
    lowcore->architecture_mode_id = 1;
    store_status_registers(cpu, lowcore);
    be64_put(&lowcore->psw_save.mask, psw_mask(cpu));
    be64_put(&lowcore->psw_save.addr, cpu->state.psw_addr);
    be32_put(&lowcore->prefix_save, (uint32_t)cpu->state.prefix);
    storage_key_record(cpu->storage, area, true);
    storage_key_record(cpu->storage, (abs_addr){area.value + STORAGE_PAGE_SIZE}, true);
    storage_code_changed(cpu->storage, area, LOWCORE_SIZE);
    return true;
}

bool store_status_vectors(struct vcpu *cpu, const struct lowcore *lowcore)
{
    abs_addr area = {be64_get(lowcore->extended_save_area) & ~UINT64_C(0x3ff)};
    uint8_t *host;

    if (!facility_installed(cpu, FACILITY_VECTOR) || area.value == 0 ||
        !storage_contains(cpu->storage, area, 512))
        return false;
    host = storage_host(cpu->storage, area);
    for (unsigned i = 0; i < 64; i++)
        store_be64(host + 8 * i, cpu->state.vr[i]);
    storage_key_record(cpu->storage, area, true);
    return true;
}
