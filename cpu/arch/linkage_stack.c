/* The linkage stack: see linkage_stack.h. */
#include "cpu/arch/linkage_stack.h"

#include "cpu/arch/asn.h"
#include "cpu/arch/control.h"
#include "cpu/arch/interruption.h"

#define DESCRIPTOR_SIZE 8u

/* Entry descriptor. */
#define DESCRIPTOR_UNSTACK_SUPPRESSED BIT64(0)
#define DESCRIPTOR_SECTION            BITS64(8, 15)
#define DESCRIPTOR_FREE_SHIFT         32 /* remaining free space, 16 bits */
#define DESCRIPTOR_NEXT_SIZE          BITS64(32, 47)
#define DESCRIPTOR_NEXT_SIZE_SHIFT    16

/* Addresses that lead from section to section: in the first 8 bytes of trailer and header. */
#define SECTION_ADDRESS_VALID BIT64(63)
#define SECTION_ADDRESS       BITS64(0, 60)

static struct address_space *stack_space(struct vcpu *cpu)
{
    return address_space_home(cpu, 0);
}

static uint64_t fetch(struct vcpu *cpu, uint64_t address)
{
    return access_fetch64(cpu, stack_space(cpu), address);
}

static enum stack_entry_type type_of(uint64_t descriptor)
{
    return (enum stack_entry_type)bits64_get(descriptor, 1, 7);
}

static uint32_t free_space(uint64_t descriptor)
{
    return (uint32_t)bits64_get(descriptor, 16, 31);
}

void home_area_prepare(struct vcpu *cpu, struct home_area *area, uint64_t address, uint32_t length,
                       unsigned key)
{
    struct address_space *space = address_space_home(cpu, key);
    uint32_t first = access_page_rest(address);

    first = length < first ? length : first;
    access_prepare(cpu, &area->part[0], space, address, first, ACCESS_STORE);
    area->part[1].length = 0;
    if (length > first)
        access_prepare(cpu, &area->part[1], space, address + first, length - first, ACCESS_STORE);
}

void home_area_write(struct vcpu *cpu, const struct home_area *area, const uint8_t *from)
{
    operand_write(cpu, &area->part[0], 0, from, area->part[0].length);
    if (area->part[1].length)
        operand_write(cpu, &area->part[1], 0, from + area->part[0].length, area->part[1].length);
}

/* The section behind the one whose current descriptor, at ADDRESS, is full. Returns the
   address of its header's descriptor. */
static uint64_t next_section(struct vcpu *cpu, uint64_t address, uint64_t descriptor)
{
    uint64_t forward;

    if (free_space(descriptor) & 7)
        program_interruption(cpu, PGM_STACK_SPECIFICATION);
    forward = fetch(cpu, address + DESCRIPTOR_SIZE + free_space(descriptor));
    if (!(forward & SECTION_ADDRESS_VALID))
        program_interruption(cpu, PGM_STACK_FULL);
    return forward & SECTION_ADDRESS;
}

void linkage_stack_prepare(struct vcpu *cpu, struct stack_push *push)
{
    uint64_t address = cpu->state.cr[15] & CR15_STACK_ENTRY;
    uint64_t descriptor = fetch(cpu, address);

    push->new_section = free_space(descriptor) < STACK_ENTRY_SIZE;
    if (push->new_section) {
        address = next_section(cpu, address, descriptor);
        descriptor = fetch(cpu, address);
        if (free_space(descriptor) < STACK_ENTRY_SIZE)
            program_interruption(cpu, PGM_STACK_SPECIFICATION);
        access_prepare(cpu, &push->backward_address, stack_space(cpu), address - 8, 8,
                       ACCESS_STORE);
    }
    push->descriptor_address = address + STACK_ENTRY_SIZE;
    push->old_descriptor = descriptor;
    home_area_prepare(cpu, &push->entry, address + DESCRIPTOR_SIZE, STACK_ENTRY_SIZE, 0);
    access_prepare(cpu, &push->before, stack_space(cpu), address, DESCRIPTOR_SIZE, ACCESS_STORE);
}

static void operand_put64(struct vcpu *cpu, const struct operand *operand, uint64_t value)
{
    uint8_t bytes[8];

    store_be64(bytes, value);
    operand_write(cpu, operand, 0, bytes, sizeof bytes);
}

void linkage_stack_push(struct vcpu *cpu, const struct stack_push *push, enum stack_entry_type type,
                        struct psw psw, uint64_t target)
{
    const struct cpu_state *state = &cpu->state;
    uint64_t old = push->old_descriptor;
    uint8_t bytes[STACK_ENTRY_SIZE] = {0};

    for (unsigned i = 0; i < 16; i++) {
        store_be64(bytes + STACK_GR + i * 8, state->gr[i]);
        store_be32(bytes + STACK_AR + i * 4, state->ar[i]);
    }
    store_be32(bytes + STACK_AUTHORITY, (uint32_t)state->cr[3]);
    store_be16(bytes + STACK_AUTHORITY + 4, (uint16_t)(state->cr[8] >> 16));
    store_be16(bytes + STACK_AUTHORITY + 6, (uint16_t)state->cr[4]);
    store_be64(bytes + STACK_PSW_MASK, psw.mask);
    store_be64(bytes + STACK_PSW_ADDRESS, psw.addr);
    store_be64(bytes + STACK_TARGET, target);
    if (asn_reuse_enabled(cpu)) {
        store_be32(bytes + STACK_INSTANCES, high32(state->cr[3]));
        store_be32(bytes + STACK_INSTANCES + 4, high32(state->cr[4]));
    }
    store_be64(bytes + STACK_DESCRIPTOR, (uint64_t)type << 56 | (old & DESCRIPTOR_SECTION) |
                                             (uint64_t)(free_space(old) - STACK_ENTRY_SIZE)
                                                 << DESCRIPTOR_FREE_SHIFT);
    if (push->new_section)
        operand_put64(cpu, &push->backward_address,
                      (state->cr[15] & SECTION_ADDRESS) | SECTION_ADDRESS_VALID);
    home_area_write(cpu, &push->entry, bytes);
    operand_put64(cpu, &push->before,
                  (old & ~DESCRIPTOR_NEXT_SIZE) | (uint64_t)STACK_ENTRY_SIZE
                                                      << DESCRIPTOR_NEXT_SIZE_SHIFT);
    cpu->state.cr[15] = push->descriptor_address;
}

/* Leaves a header at *ADDRESS for the last entry of the section before. */
static uint64_t last_of_section_before(struct vcpu *cpu, uint64_t *address)
{
    uint64_t backward = fetch(cpu, *address - 8), descriptor;

    if (!(backward & SECTION_ADDRESS_VALID))
        program_interruption(cpu, PGM_STACK_EMPTY);
    *address = backward & SECTION_ADDRESS;
    descriptor = fetch(cpu, *address);
    if (type_of(descriptor) == STACK_HEADER)
        program_interruption(cpu, PGM_STACK_SPECIFICATION);
    return descriptor;
}

struct stack_entry linkage_stack_current(struct vcpu *cpu, bool unstack)
{
    uint64_t address = cpu->state.cr[15] & CR15_STACK_ENTRY;
    uint64_t descriptor = fetch(cpu, address);
    enum stack_entry_type type;

    if (type_of(descriptor) == STACK_HEADER) {
        if (unstack && descriptor & DESCRIPTOR_UNSTACK_SUPPRESSED)
            program_interruption(cpu, PGM_STACK_OPERATION);
        descriptor = last_of_section_before(cpu, &address);
    }
    type = type_of(descriptor);
    if (type != STACK_BRANCH && type != STACK_PROGRAM_CALL)
        program_interruption(cpu, PGM_STACK_TYPE);
    if (unstack && descriptor & DESCRIPTOR_UNSTACK_SUPPRESSED)
        program_interruption(cpu, PGM_STACK_OPERATION);
    return (struct stack_entry){.type = type, .address = address - STACK_DESCRIPTOR};
}

uint64_t linkage_stack_fetch64(struct vcpu *cpu, const struct stack_entry *entry, unsigned offset)
{
    return fetch(cpu, entry->address + offset);
}

uint32_t linkage_stack_fetch32(struct vcpu *cpu, const struct stack_entry *entry, unsigned offset)
{
    return access_fetch32(cpu, stack_space(cpu), entry->address + offset);
}

/* The descriptor before the entry loses the size of what followed it. */
struct operand linkage_stack_prepare_pop(struct vcpu *cpu, const struct stack_entry *entry)
{
    struct operand before;

    access_prepare(cpu, &before, stack_space(cpu), entry->address - DESCRIPTOR_SIZE + 4, 2,
                   ACCESS_STORE);
    return before;
}

void linkage_stack_pop(struct vcpu *cpu, const struct stack_entry *entry,
                       const struct operand *before)
{
    static const uint8_t zeros[2];

    operand_write(cpu, before, 0, zeros, sizeof zeros);
    cpu->state.cr[15] = entry->address - DESCRIPTOR_SIZE;
}
