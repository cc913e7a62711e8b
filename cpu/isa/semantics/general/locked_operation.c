/*
 * PERFORM LOCKED OPERATION (PoP chapter 7), function codes 0-23.
 *
 * A function code is one of six operations in one of four widths: 32 bits, 64 bits with all
 * operands in the parameter list, 64 bits with operands in registers, 128 bits. Comparisons
 * come first, without the lock; only where they hold are the other operands looked at. Then,
 * with everything prepared and under the lock, the compared values are fetched once more.
 */
#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/atomic128.h"
#include "src/base/be.h"

/* General register 0. */
#define FUNCTION      UINT32_C(0xff)
#define TEST_BIT      UINT32_C(0x100)
#define RESERVED      UINT32_C(0xfffffe00)
#define FUNCTION_LAST 23u

enum operation {
    COMPARE_AND_LOAD,
    COMPARE_AND_SWAP,
    DOUBLE_COMPARE_AND_SWAP,
    COMPARE_SWAP_AND_STORE,
    COMPARE_SWAP_AND_DOUBLE_STORE,
    COMPARE_SWAP_AND_TRIPLE_STORE,
};

enum width {
    WIDTH_32,
    WIDTH_64_LIST,
    WIDTH_64,
    WIDTH_128,
};

static const uint8_t width_bytes[] = {4, 8, 8, 16};

/* The parameter list: 16-byte slots of right-aligned values, and for each of operands 4, 6 and
   8, 32 bytes apart, an ALET and an address. */
enum list_offset {
    SLOT_COMPARISON_1 = 0,
    SLOT_REPLACEMENT_1 = 16,
    SLOT_3 = 32, /* comparison value, or what COMPARE AND LOAD loads */
    SLOT_VALUE_3 = 48,
    LIST_ALET = 68,
    LIST_ADDRESS = 72,
    LIST_STEP = 32,
};

/* An operand in storage: its bytes, on a boundary of their number. */
struct place {
    struct address_space *space;
    uint64_t address;
    struct operand operand;
};

struct locked_operation {
    const struct insn *insn;
    enum operation operation;
    uint32_t bytes;
    bool in_list; /* operands 1 and 3 are in the parameter list, not in registers */
    struct place second;
    struct place other[3]; /* operands 4, 6 and 8 */
    unsigned others;
    uint128_t value[3]; /* operands 3, 5 and 7: to be stored */
};

static uint128_t value_get(const uint8_t *host, uint32_t bytes)
{
    if (bytes == 4)
        return load_be32(host);
    if (bytes == 8)
        return load_be64(host);
    return (uint128_t)load_be64(host) << 64 | load_be64(host + 8);
}

static void value_put(uint8_t *host, uint32_t bytes, uint128_t value)
{
    if (bytes == 4) {
        store_be32(host, (uint32_t)value);
    } else if (bytes == 8) {
        store_be64(host, (uint64_t)value);
    } else {
        store_be64(host, (uint64_t)(value >> 64));
        store_be64(host + 8, (uint64_t)value);
    }
}

static uint128_t place_fetch(struct vcpu *cpu, struct place *place, uint32_t bytes)
{
    uint8_t copy[16];
    uint128_t raw;

    operand_prepare(cpu, &place->operand, place->space, place->address, bytes, ACCESS_FETCH);
    if (bytes < 16)
        return value_get(place->operand.host[0], bytes);
    raw = atomic128_load((uint128_t *)(void *)place->operand.host[0]);
    memcpy(copy, &raw, sizeof copy);
    return value_get(copy, bytes);
}

/* PLACE has been prepared for stores. */
static void place_store(struct vcpu *cpu, const struct place *place, uint128_t value)
{
    uint8_t *host = place->operand.host[0];
    uint8_t copy[16];
    uint128_t raw;

    if (place->operand.length < 16) {
        value_put(host, place->operand.length, value);
    } else {
        value_put(copy, 16, value);
        memcpy(&raw, copy, sizeof raw);
        atomic128_store((uint128_t *)(void *)host, raw);
    }
    operand_finish(cpu, &place->operand);
}

static struct address_space *list_space(struct vcpu *cpu, const struct locked_operation *p)
{
    return operand_space(cpu, p->insn->b4);
}

static uint64_t list_address(const struct vcpu *cpu, const struct locked_operation *p,
                             unsigned offset)
{
    uint64_t list = operand_address(cpu, p->insn->d4, p->insn->b4, 0);

    return address_wrap(cpu, list + offset);
}

static uint128_t list_get(struct vcpu *cpu, const struct locked_operation *p, unsigned slot)
{
    uint8_t bytes[16];
    struct operand operand;

    operand_prepare(cpu, &operand, list_space(cpu, p), list_address(cpu, p, slot + 16 - p->bytes),
                    p->bytes, ACCESS_FETCH);
    operand_read(&operand, 0, bytes, p->bytes);
    return value_get(bytes, p->bytes);
}

/* Operand 1 or 3: from register R or from SLOT of the list. */
static uint128_t given_value(struct vcpu *cpu, const struct locked_operation *p, unsigned r,
                             unsigned slot)
{
    if (p->in_list)
        return list_get(cpu, p, slot);
    return p->bytes == 4 ? gr32(cpu, r) : gr64(cpu, r);
}

static void give_back(struct vcpu *cpu, const struct locked_operation *p, unsigned r, unsigned slot,
                      uint128_t value)
{
    uint8_t bytes[16];
    struct operand operand;

    if (p->in_list) {
        value_put(bytes, p->bytes, value);
        operand_prepare(cpu, &operand, list_space(cpu, p),
                        list_address(cpu, p, slot + 16 - p->bytes), p->bytes, ACCESS_STORE);
        operand_write(cpu, &operand, 0, bytes, p->bytes);
    } else if (p->bytes == 4) {
        gr32_set(cpu, r, (uint32_t)value);
    } else {
        gr64_set(cpu, r, (uint64_t)value);
    }
}

static void check_alignment(struct vcpu *cpu, uint64_t address, uint32_t bytes)
{
    if (address & (bytes - 1))
        specification_exception(cpu);
}

/* Registers and boundaries that the function code itself asks for. */
static void check_function(struct vcpu *cpu, const struct locked_operation *p)
{
    bool fourth_in_list = p->in_list || p->operation >= COMPARE_SWAP_AND_DOUBLE_STORE;
    bool replacement_in_register = !p->in_list && p->operation != COMPARE_AND_LOAD;
    uint32_t boundary = fourth_in_list && p->bytes > 8 ? 8 : p->bytes;

    if (replacement_in_register && p->insn->r1 & 1)
        specification_exception(cpu);
    if (!p->in_list && p->operation == DOUBLE_COMPARE_AND_SWAP && p->insn->r3 & 1)
        specification_exception(cpu);
    check_alignment(cpu, p->second.address, p->bytes);
    if (fourth_in_list || p->operation != COMPARE_AND_SWAP)
        check_alignment(cpu, list_address(cpu, p, 0), boundary);
}

/* Finds operands 4, 6 and 8. In the access-register mode the ALETs come from the list and pass
   through access register R3, which therefore must not be 0. */
static void find_others(struct vcpu *cpu, struct locked_operation *p)
{
    if (!p->in_list && p->operation <= COMPARE_SWAP_AND_STORE) {
        p->other[0].space = list_space(cpu, p);
        p->other[0].address = list_address(cpu, p, 0);
        return;
    }
    if (cpu->access_register_mode && p->insn->r3 == 0)
        specification_exception(cpu);
    for (unsigned i = 0; i < p->others; i++) {
        struct address_space *space = list_space(cpu, p);
        unsigned at = i * LIST_STEP;
        bool wide = cpu->address_mask == UINT64_MAX;
        uint64_t address =
            wide ? access_fetch64(cpu, space, list_address(cpu, p, LIST_ADDRESS + at))
                 : access_fetch32(cpu, space, list_address(cpu, p, LIST_ADDRESS + 4 + at));

        p->other[i].address = address_wrap(cpu, address);
        check_alignment(cpu, p->other[i].address, p->bytes);
        p->other[i].space = cpu->space;
        if (cpu->access_register_mode) {
            cpu->state.ar[p->insn->r3] =
                access_fetch32(cpu, space, list_address(cpu, p, LIST_ALET + at));
            p->other[i].space = operand_space(cpu, p->insn->r3);
        }
    }
}

/* Fetches what is to be stored and prepares where; nothing can fail after that. */
static void prepare_stores(struct vcpu *cpu, struct locked_operation *p)
{
    bool third_in_register = !p->in_list && p->operation == COMPARE_SWAP_AND_STORE;

    for (unsigned i = 0; i < p->others; i++) {
        unsigned r = p->insn->r3 + (p->operation == DOUBLE_COMPARE_AND_SWAP);
        unsigned slot = SLOT_VALUE_3 + i * LIST_STEP;
        bool given = third_in_register || p->operation == DOUBLE_COMPARE_AND_SWAP;

        p->value[i] = given ? given_value(cpu, p, r, slot) : list_get(cpu, p, slot);
        operand_prepare(cpu, &p->other[i].operand, p->other[i].space, p->other[i].address, p->bytes,
                        ACCESS_STORE);
    }
    operand_prepare(cpu, &p->second.operand, p->second.space, p->second.address, p->bytes,
                    ACCESS_STORE);
}

/* One attempt: the condition code, or -1 where another CPU changed a compared value between
   the comparison and the lock. */
static int attempt(struct vcpu *cpu, struct locked_operation *p)
{
    pthread_mutex_t *lock = &cpu->configuration->locked_operation;
    bool compares_fourth = p->operation <= DOUBLE_COMPARE_AND_SWAP && p->others;
    uint128_t comparison = given_value(cpu, p, p->insn->r1, SLOT_COMPARISON_1);
    uint128_t second = place_fetch(cpu, &p->second, p->bytes), fourth = 0, replacement = 0;
    int cc = 0;

    if (second != comparison) {
        give_back(cpu, p, p->insn->r1, SLOT_COMPARISON_1, second);
        return 1;
    }
    if (p->others)
        find_others(cpu, p);
    if (compares_fourth)
        fourth = place_fetch(cpu, &p->other[0], p->bytes);
    if (p->operation == DOUBLE_COMPARE_AND_SWAP &&
        fourth != given_value(cpu, p, p->insn->r3, SLOT_3)) {
        give_back(cpu, p, p->insn->r3, SLOT_3, fourth);
        return 2;
    }
    if (p->operation != COMPARE_AND_LOAD) {
        replacement = given_value(cpu, p, p->insn->r1 + 1u, SLOT_REPLACEMENT_1);
        prepare_stores(cpu, p);
    }
    pthread_mutex_lock(lock);
    if (value_get(p->second.operand.host[0], p->bytes) != second ||
        (compares_fourth && value_get(p->other[0].operand.host[0], p->bytes) != fourth)) {
        cc = -1;
    } else if (p->operation != COMPARE_AND_LOAD) {
        for (unsigned i = 0; i < p->others; i++)
            place_store(cpu, &p->other[i], p->value[i]);
        place_store(cpu, &p->second, replacement);
    }
    pthread_mutex_unlock(lock);
    if (cc == 0 && p->operation == COMPARE_AND_LOAD)
        give_back(cpu, p, p->insn->r3, SLOT_3, fourth);
    return cc;
}

void insn_perform_locked_operation(struct vcpu *cpu, const struct insn *insn)
{
    static const uint8_t others[] = {1, 0, 1, 1, 2, 3};
    uint32_t function = gr32(cpu, 0) & FUNCTION;
    struct locked_operation p = {.insn = insn};
    int cc;

    if (gr32(cpu, 0) & RESERVED)
        specification_exception(cpu);
    if (gr32(cpu, 0) & TEST_BIT) {
        cc_set(cpu, function <= FUNCTION_LAST ? 0 : 3);
        return;
    }
    if (function > FUNCTION_LAST)
        specification_exception(cpu);
    p.operation = (enum operation)(function / 4);
    p.bytes = width_bytes[function % 4];
    p.in_list = function % 4 == WIDTH_64_LIST || function % 4 == WIDTH_128;
    p.others = others[p.operation];
    p.second.space = operand_space(cpu, insn->b2);
    p.second.address = operand_address2(cpu, insn);
    check_function(cpu, &p);
    do
        cc = attempt(cpu, &p);
    while (cc < 0);
    cc_set(cpu, (unsigned)cc);
}
