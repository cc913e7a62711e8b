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
    if (facility_installed(cpu, FACILITY_BEAR_ENHANCEMENT))
        be64_put(&area->breaking_event_save, cpu->state.breaking_event);
}

static void store_all(struct vcpu *cpu, struct lowcore *area)
{
    store_status_registers(cpu, area);
    be64_put(&area->psw_save.mask, psw_mask(cpu));
    be64_put(&area->psw_save.addr, cpu->state.psw_addr);
    be32_put(&area->prefix_save, (uint32_t)cpu->state.prefix);
}

bool store_status(struct vcpu *cpu, abs_addr area)
{
    struct lowcore *lowcore;

    if (!storage_contains(cpu->storage, area, LOWCORE_SIZE))
        return false;
    lowcore = (struct lowcore *)storage_host(cpu->storage, area);
    lowcore->architecture_mode_id = 1;
    store_all(cpu, lowcore);
    storage_key_record(cpu->storage, area, true);
    storage_key_record(cpu->storage, (abs_addr){area.value + STORAGE_PAGE_SIZE}, true);
    storage_code_changed(cpu->storage, area, LOWCORE_SIZE);
    return true;
}

#define SAVE_AREAS_END (offsetof(struct lowcore, cr_save) + sizeof((struct lowcore *)0)->cr_save)
_Static_assert(SAVE_AREAS_END - offsetof(struct lowcore, fpr_save) == STATUS_AREA_SIZE,
               "the save areas are 512 bytes");

bool store_status_at(struct vcpu *cpu, abs_addr area)
{
    struct lowcore image = {0};

    store_all(cpu, &image);
    return storage_write(cpu->storage, area, image.fpr_save, STATUS_AREA_SIZE);
}

bool store_additional_status(struct vcpu *cpu, abs_addr area)
{
    uint8_t registers[64 * 8];

    for (unsigned i = 0; i < 64; i++)
        store_be64(registers + 8 * i, cpu->state.vr[i]);
    return storage_write(cpu->storage, area, registers, sizeof registers);
}

bool store_status_vectors(struct vcpu *cpu, const struct lowcore *lowcore)
{
    abs_addr area = {be64_get(lowcore->extended_save_area) & ~UINT64_C(0x3ff)};

    return facility_installed(cpu, FACILITY_VECTOR) && area.value != 0 &&
           store_additional_status(cpu, area);
}
