/*
 * Whole vector registers and single elements from and to storage (PoP chapter 21). The alignment
 * hints of VECTOR LOAD, STORE and their multiples are hints only.
 */
#include "cpu/arch/configuration.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/vector/vector_storage.h"

void insn_vector_load(struct vcpu *cpu, const struct insn *insn)
{
    uint128_t value =
        access_fetch128(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn));

    vector_set(cpu, insn->v1, vector_from_128(value));
}

void insn_vector_store(struct vcpu *cpu, const struct insn *insn)
{
    access_store128(cpu, operand_space(cpu, insn->b2), operand_address2x(cpu, insn),
                    vector_to_128(vector_get(cpu, insn->v1)));
}

void insn_vector_load_register(struct vcpu *cpu, const struct insn *insn)
{
    vector_set(cpu, insn->v1, vector_get(cpu, insn->v2));
}

enum { MULTIPLE_MOST = 16 };

/* The number of registers from V1 to V3, which do not go on from 31 to 0. */
static unsigned multiple_count(struct vcpu *cpu, const struct insn *insn)
{
    if (insn->v3 < insn->v1 || insn->v3 - insn->v1 >= MULTIPLE_MOST)
        specification_exception(cpu);
    return insn->v3 - insn->v1 + 1u;
}

void insn_vector_load_multiple(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned count = multiple_count(cpu, insn);
    struct address_space *space = operand_space(cpu, insn->b2);
    const uint64_t address = operand_address2(cpu, insn);
    const uint8_t *from = tlb_lookup(space->fetch, address, count * 16);
    uint8_t bytes[MULTIPLE_MOST * 16];
    struct operand operand;

    if (unlikely(!from)) {
        access_prepare(cpu, &operand, space, address, count * 16, ACCESS_FETCH);
        operand_read(&operand, 0, bytes, count * 16);
        from = bytes;
    }
    for (unsigned i = 0; i < 2 * count; i++)
        cpu->state.vr[2 * insn->v1 + i] = load_be64(from + 8 * (size_t)i);
}

void insn_vector_store_multiple(struct vcpu *cpu, const struct insn *insn)
{
    const unsigned count = multiple_count(cpu, insn);
    struct address_space *space = operand_space(cpu, insn->b2);
    const uint64_t address = operand_address2(cpu, insn);
    uint8_t *host = tlb_lookup(space->store, address, count * 16), *to = host;
    uint8_t bytes[MULTIPLE_MOST * 16];
    struct operand operand;

    if (unlikely(!host)) {
        access_prepare(cpu, &operand, space, address, count * 16, ACCESS_STORE);
        to = bytes;
    }
    for (unsigned i = 0; i < 2 * count; i++)
        store_be64(to + 8 * (size_t)i, cpu->state.vr[2 * insn->v1 + i]);
    if (unlikely(!host))
        operand_write(cpu, &operand, 0, bytes, count * 16);
}

void insn_vector_load_and_replicate(struct vcpu *cpu, const struct insn *insn)
{
    element_size_check(cpu, insn->m3, ES_DOUBLEWORD);
    vector_set(cpu, insn->v1, vector_replicate(insn->m3, element_fetch2x(cpu, insn, insn->m3)));
}

static ALWAYS_INLINE void load_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    vector_element_set(cpu, insn->v1, es, insn->m3, element_fetch2x(cpu, insn, es));
}

static ALWAYS_INLINE void store_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    element_store2x(cpu, insn, es, vector_element_get(cpu, insn->v1, es, insn->m3));
}

static ALWAYS_INLINE void load_element_immediate(struct vcpu *cpu, const struct insn *insn,
                                                 unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    vector_element_set(cpu, insn->v1, es, insn->m3, (uint64_t)(int64_t)insn->i2);
}

/* The address of an element that element M3 of V2 indexes, without sign. */
static ALWAYS_INLINE uint64_t indexed_address(struct vcpu *cpu, const struct insn *insn,
                                              unsigned es)
{
    element_index_check(cpu, es, insn->m3);
    return address_wrap(cpu, operand_address2(cpu, insn) +
                                 vector_element_get(cpu, insn->v2, es, insn->m3));
}

static ALWAYS_INLINE void gather_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    uint64_t address = indexed_address(cpu, insn, es);

    vector_element_set(cpu, insn->v1, es, insn->m3,
                       element_fetch(cpu, operand_space(cpu, insn->b2), address, es));
}

static ALWAYS_INLINE void scatter_element(struct vcpu *cpu, const struct insn *insn, unsigned es)
{
    uint64_t address = indexed_address(cpu, insn, es);

    element_store(cpu, operand_space(cpu, insn->b2), address, es,
                  vector_element_get(cpu, insn->v1, es, insn->m3));
}

#define BODY(operation, size, es)                                                                  \
    void insn_vector_##operation##_##size(struct vcpu *cpu, const struct insn *insn)               \
    {                                                                                              \
        operation(cpu, insn, es);                                                                  \
    }
#define BODY_OF_EACH_SIZE(operation)                                                               \
    BODY(operation, 8, ES_BYTE)                                                                    \
    BODY(operation, 16, ES_HALFWORD)                                                               \
    BODY(operation, 32, ES_WORD)                                                                   \
    BODY(operation, 64, ES_DOUBLEWORD)

BODY_OF_EACH_SIZE(load_element)
BODY_OF_EACH_SIZE(store_element)
BODY_OF_EACH_SIZE(load_element_immediate)
BODY(gather_element, 32, ES_WORD)
BODY(gather_element, 64, ES_DOUBLEWORD)
BODY(scatter_element, 32, ES_WORD)
BODY(scatter_element, 64, ES_DOUBLEWORD)

void insn_vector_load_logical_element_and_zero(struct vcpu *cpu, const struct insn *insn)
{
    bool left =
        insn->m3 == ES_LEFT_ALIGNED_WORD && facility_installed(cpu, FACILITY_VECTOR_ENHANCEMENTS_1);
    unsigned es = left ? ES_WORD : insn->m3;
    uint64_t value;

    element_size_check(cpu, es, ES_DOUBLEWORD);
    value = element_fetch2x(cpu, insn, es);
    vector_set(cpu, insn->v1, (union vector){.u64 = {left ? value << 32 : value, 0}});
}
