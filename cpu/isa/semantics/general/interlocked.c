/*
 * Interlocked update (PoP chapter 7): COMPARE AND SWAP, COMPARE DOUBLE AND SWAP, COMPARE AND
 * SWAP AND STORE, LOAD AND ADD and its kin, LOAD PAIR FROM QUADWORD, STORE PAIR TO QUADWORD,
 * LOAD PAIR DISJOINT, TEST AND SET. The host's own atomic operations do the work.
 */
#include <stdatomic.h>

#include "cpu/arch/configuration.h"
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"
#include "src/base/atomic128.h"
#include "src/base/be.h"

/* Prepares LENGTH bytes, which must lie on a boundary of that. */
static ALWAYS_INLINE void prepare_aligned(struct vcpu *cpu, struct operand *operand, unsigned base,
                                          uint64_t address, uint32_t length)
{
    if (unlikely(address & (length - 1)))
        specification_exception(cpu);
    operand_prepare(cpu, operand, operand_space(cpu, base), address, length, ACCESS_STORE);
}

static inline uint128_t swap128(uint128_t v)
{
    return (uint128_t)be_swap64((uint64_t)v) << 64 | be_swap64((uint64_t)(v >> 64));
}

/* Each of these stores VALUE where *COMPARE is, else sets *COMPARE to what is there. The
   condition code is 0 or 1. */
static unsigned compare_and_swap32(const struct operand *operand, uint32_t *compare, uint32_t value)
{
    uint32_t old = be_swap32(*compare);
    bool equal = atomic_compare_exchange_strong((_Atomic uint32_t *)(void *)operand->host[0], &old,
                                                be_swap32(value));

    *compare = be_swap32(old);
    return !equal;
}

static unsigned compare_and_swap64(const struct operand *operand, uint64_t *compare, uint64_t value)
{
    uint64_t old = be_swap64(*compare);
    bool equal = atomic_compare_exchange_strong((_Atomic uint64_t *)(void *)operand->host[0], &old,
                                                be_swap64(value));

    *compare = be_swap64(old);
    return !equal;
}

static unsigned compare_and_swap128(const struct operand *operand, uint128_t *compare,
                                    uint128_t value)
{
    uint128_t old = swap128(*compare);
    bool equal =
        atomic128_compare_exchange((uint128_t *)(void *)operand->host[0], &old, swap128(value));

    *compare = swap128(old);
    return !equal;
}

static uint64_t pair32(const struct vcpu *cpu, unsigned r)
{
    return (uint64_t)gr32(cpu, r) << 32 | gr32(cpu, r + 1);
}

static uint128_t pair64(const struct vcpu *cpu, unsigned r)
{
    return (uint128_t)gr64(cpu, r) << 64 | gr64(cpu, r + 1);
}

static void pair64_set(struct vcpu *cpu, unsigned r, uint128_t value)
{
    gr64_set(cpu, r, (uint64_t)(value >> 64));
    gr64_set(cpu, r + 1, (uint64_t)value);
}

void insn_compare_and_swap_32(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t compare = gr32(cpu, insn->r1);
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 4);
    cc_set(cpu, compare_and_swap32(&operand, &compare, gr32(cpu, insn->r3)));
    gr32_set(cpu, insn->r1, compare);
    operand_finish(cpu, &operand);
}

void insn_compare_and_swap_64(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t compare = gr64(cpu, insn->r1);
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 8);
    cc_set(cpu, compare_and_swap64(&operand, &compare, gr64(cpu, insn->r3)));
    gr64_set(cpu, insn->r1, compare);
    operand_finish(cpu, &operand);
}

void insn_compare_double_and_swap_32(struct vcpu *cpu, const struct insn *insn)
{
    uint64_t compare = pair32(cpu, insn->r1);
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 8);
    cc_set(cpu, compare_and_swap64(&operand, &compare, pair32(cpu, insn->r3)));
    gr32_set(cpu, insn->r1, high32(compare));
    gr32_set(cpu, insn->r1 + 1u, low32(compare));
    operand_finish(cpu, &operand);
}

void insn_compare_double_and_swap_64(struct vcpu *cpu, const struct insn *insn)
{
    uint128_t compare = pair64(cpu, insn->r1);
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 16);
    cc_set(cpu, compare_and_swap128(&operand, &compare, pair64(cpu, insn->r3)));
    pair64_set(cpu, insn->r1, compare);
    operand_finish(cpu, &operand);
}

/* CSST: general register 0 has the function code (size of the comparison) and the store
   characteristic, general register 1 the address of the parameter list. */
struct swap_and_store {
    unsigned function;       /* 0, 1, 2: 4, 8, 16 bytes */
    unsigned characteristic; /* 0 to 4: 1 to 16 bytes */
    uint8_t list[32];        /* replacement value, store value */
    struct operand first, second;
};

static void swap_and_store_prepare(struct vcpu *cpu, const struct insn *insn,
                                   struct swap_and_store *s)
{
    bool second_facility = facility_installed(cpu, FACILITY_COMPARE_AND_SWAP_AND_STORE_2);
    struct operand list;

    s->function = gr32(cpu, 0) & 0xff;
    s->characteristic = (gr32(cpu, 0) >> 8) & 0xff;
    if (s->function > (second_facility ? 2u : 1u) ||
        s->characteristic > (second_facility ? 4u : 3u) || (s->function == 2 && (insn->r3 & 1)))
        specification_exception(cpu);
    operand_prepare(cpu, &list, operand_space(cpu, 1), gr_address(cpu, 1) & ~UINT64_C(0xf),
                    sizeof s->list, ACCESS_FETCH);
    operand_read(&list, 0, s->list, sizeof s->list);
    prepare_aligned(cpu, &s->first, insn->b1, operand_address1(cpu, insn), 4u << s->function);
    prepare_aligned(cpu, &s->second, insn->b2, operand_address2(cpu, insn),
                    1u << s->characteristic);
}

static void store_value(const struct swap_and_store *s)
{
    uint8_t *host = s->second.host[0];
    uint128_t both;

    switch (s->characteristic) {
    case 0:
        *host = s->list[16];
        break;
    case 1:
        store_be16(host, load_be16(s->list + 16));
        break;
    case 2:
        store_be32(host, load_be32(s->list + 16));
        break;
    case 3:
        store_be64(host, load_be64(s->list + 16));
        break;
    default:
        both = (uint128_t)load_be64(s->list + 16) << 64 | load_be64(s->list + 24);
        atomic128_store((uint128_t *)(void *)host, swap128(both));
        break;
    }
}

void insn_compare_and_swap_and_store(struct vcpu *cpu, const struct insn *insn)
{
    struct swap_and_store s;
    uint32_t compare32 = gr32(cpu, insn->r3);
    uint64_t compare64 = gr64(cpu, insn->r3);

    swap_and_store_prepare(cpu, insn, &s);
    if (s.function == 0) {
        cc_set(cpu, compare_and_swap32(&s.first, &compare32, load_be32(s.list)));
        gr32_set(cpu, insn->r3, compare32);
    } else if (s.function == 1) {
        cc_set(cpu, compare_and_swap64(&s.first, &compare64, load_be64(s.list)));
        gr64_set(cpu, insn->r3, compare64);
    } else {
        uint128_t compare = pair64(cpu, insn->r3);
        uint128_t value = (uint128_t)load_be64(s.list) << 64 | load_be64(s.list + 8);

        cc_set(cpu, compare_and_swap128(&s.first, &compare, value));
        pair64_set(cpu, insn->r3, compare);
    }
    if (cpu->cc == 0)
        store_value(&s);
    operand_finish(cpu, &s.first);
    operand_finish(cpu, &s.second);
}

/* The operations of LOAD AND ADD and its kin: the new value, and the condition code. */
enum update {
    UPDATE_ADD,
    UPDATE_ADD_LOGICAL,
    UPDATE_AND,
    UPDATE_OR,
    UPDATE_EXCLUSIVE_OR,
};

static ALWAYS_INLINE uint64_t updated(enum update update, uint64_t a, uint64_t b)
{
    switch (update) {
    case UPDATE_AND:
        return a & b;
    case UPDATE_OR:
        return a | b;
    case UPDATE_EXCLUSIVE_OR:
        return a ^ b;
    default:
        return a + b;
    }
}

/* For the result of A and B, all aligned on the left of 64 bits. */
static ALWAYS_INLINE unsigned update_cc(enum update update, uint64_t a, uint64_t b, uint64_t result)
{
    if (update == UPDATE_ADD)
        return ((a ^ result) & (b ^ result)) >> 63 ? 3 : cc_of_signed((int64_t)result);
    return (result != 0) + (update == UPDATE_ADD_LOGICAL && result < a ? 2u : 0u);
}

static void update_finish(struct vcpu *cpu, const struct operand *operand, enum update update)
{
    operand_finish(cpu, operand);
    if (update == UPDATE_ADD && cpu->cc == 3 && cpu->state.psw_mask & PSW_FIXED_POINT_OVERFLOW)
        program_interruption(cpu, PGM_FIXED_POINT_OVERFLOW);
}

static ALWAYS_INLINE void load_and_update_32(struct vcpu *cpu, const struct insn *insn,
                                             enum update update)
{
    uint32_t value = gr32(cpu, insn->r3), old, result;
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 4);
    old = load_be32(operand.host[0]);
    do
        result = (uint32_t)updated(update, old, value);
    while (compare_and_swap32(&operand, &old, result));
    cc_set(cpu,
           update_cc(update, (uint64_t)old << 32, (uint64_t)value << 32, (uint64_t)result << 32));
    gr32_set(cpu, insn->r1, old);
    update_finish(cpu, &operand, update);
}

static ALWAYS_INLINE void load_and_update_64(struct vcpu *cpu, const struct insn *insn,
                                             enum update update)
{
    uint64_t value = gr64(cpu, insn->r3), old, result;
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2(cpu, insn), 8);
    old = load_be64(operand.host[0]);
    do
        result = updated(update, old, value);
    while (compare_and_swap64(&operand, &old, result));
    cc_set(cpu, update_cc(update, old, value, result));
    gr64_set(cpu, insn->r1, old);
    update_finish(cpu, &operand, update);
}

void insn_load_and_add_32(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_32(cpu, insn, UPDATE_ADD);
}

void insn_load_and_add_64(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_64(cpu, insn, UPDATE_ADD);
}

void insn_load_and_add_logical_32(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_32(cpu, insn, UPDATE_ADD_LOGICAL);
}

void insn_load_and_add_logical_64(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_64(cpu, insn, UPDATE_ADD_LOGICAL);
}

void insn_load_and_and_32(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_32(cpu, insn, UPDATE_AND);
}

void insn_load_and_and_64(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_64(cpu, insn, UPDATE_AND);
}

void insn_load_and_or_32(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_32(cpu, insn, UPDATE_OR);
}

void insn_load_and_or_64(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_64(cpu, insn, UPDATE_OR);
}

void insn_load_and_exclusive_or_32(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_32(cpu, insn, UPDATE_EXCLUSIVE_OR);
}

void insn_load_and_exclusive_or_64(struct vcpu *cpu, const struct insn *insn)
{
    load_and_update_64(cpu, insn, UPDATE_EXCLUSIVE_OR);
}

void insn_load_pair_from_quadword(struct vcpu *cpu, const struct insn *insn)
{
    struct address_space *space = operand_space(cpu, insn->b2);
    uint64_t address = operand_address2x(cpu, insn);
    struct operand operand;

    if (address & 15)
        specification_exception(cpu);
    operand_prepare(cpu, &operand, space, address, 16, ACCESS_FETCH);
    pair64_set(cpu, insn->r1, swap128(atomic128_load((uint128_t *)(void *)operand.host[0])));
}

void insn_store_pair_to_quadword(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b2, operand_address2x(cpu, insn), 16);
    atomic128_store((uint128_t *)(void *)operand.host[0], swap128(pair64(cpu, insn->r1)));
    operand_finish(cpu, &operand);
}

/* LPD and LPDG: condition code 0 says that both values were there at one moment. Fetching
   twice shows it: no store came between. */
static ALWAYS_INLINE void load_pair_disjoint(struct vcpu *cpu, const struct insn *insn,
                                             unsigned length)
{
    struct address_space *space1 = operand_space(cpu, insn->b1);
    struct address_space *space2 = operand_space(cpu, insn->b2);
    uint64_t address1 = operand_address1(cpu, insn), address2 = operand_address2(cpu, insn);
    uint64_t value[2][2];

    if ((address1 | address2) & (length - 1))
        specification_exception(cpu);
    for (unsigned i = 0; i < 2; i++) {
        value[i][0] = length == 4 ? access_fetch32(cpu, space1, address1)
                                  : access_fetch64(cpu, space1, address1);
        atomic_thread_fence(memory_order_seq_cst);
        value[i][1] = length == 4 ? access_fetch32(cpu, space2, address2)
                                  : access_fetch64(cpu, space2, address2);
        atomic_thread_fence(memory_order_seq_cst);
    }
    for (unsigned i = 0; i < 2; i++) {
        if (length == 4)
            gr32_set(cpu, insn->r3 + i, (uint32_t)value[1][i]);
        else
            gr64_set(cpu, insn->r3 + i, value[1][i]);
    }
    cc_set(cpu, value[0][0] == value[1][0] && value[0][1] == value[1][1] ? 0 : 3);
}

void insn_load_pair_disjoint_32(struct vcpu *cpu, const struct insn *insn)
{
    load_pair_disjoint(cpu, insn, 4);
}

void insn_load_pair_disjoint_64(struct vcpu *cpu, const struct insn *insn)
{
    load_pair_disjoint(cpu, insn, 8);
}

void insn_test_and_set(struct vcpu *cpu, const struct insn *insn)
{
    struct operand operand;

    prepare_aligned(cpu, &operand, insn->b1, operand_address1(cpu, insn), 1);
    cc_set(cpu, atomic_exchange((_Atomic uint8_t *)operand.host[0], 0xff) >> 7);
    operand_finish(cpu, &operand);
}
