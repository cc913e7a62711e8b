/*
 * LOAD and STORE MULTIPLE and their relatives (PoP chapter 7): registers R1 to R3, register 0
 * following register 15. The whole operand is checked before any of it moves, and each word
 * or doubleword that lies on its boundary moves as one access.
 */
#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* How one register moves from or to storage, and the bytes it takes there. */
struct element {
    void (*move)(struct vcpu *cpu, unsigned r, uint8_t *at);
    uint32_t size;
};

static ALWAYS_INLINE void load64(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    gr64_set(cpu, r, load_be64(at));
}

static ALWAYS_INLINE void load32(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    gr32_set(cpu, r, load_be32(at));
}

static ALWAYS_INLINE void load_high(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    gr_high_set(cpu, r, load_be32(at));
}

static ALWAYS_INLINE void load_access(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    cpu->state.ar[r] = load_be32(at);
}

static ALWAYS_INLINE void store64(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    store_be64(at, gr64(cpu, r));
}

static ALWAYS_INLINE void store32(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    store_be32(at, gr32(cpu, r));
}

static ALWAYS_INLINE void store_high(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    store_be32(at, gr_high(cpu, r));
}

static ALWAYS_INLINE void store_access(struct vcpu *cpu, unsigned r, uint8_t *at)
{
    store_be32(at, cpu->state.ar[r]);
}

static ALWAYS_INLINE uint32_t register_count(const struct insn *insn)
{
    return ((unsigned)(insn->r3 - insn->r1) & 15) + 1;
}

/* COUNT registers from R on, their elements standing together at AT. */
static ALWAYS_INLINE void move_run(struct vcpu *cpu, struct element element, unsigned r,
                                   uint8_t *at, uint32_t count)
{
    for (; count; count--, at += element.size)
        element.move(cpu, r++ & 15, at);
}

/* All elements of an operand on two pages, none of which crosses from one to the other. */
static ALWAYS_INLINE void move_two_runs(struct vcpu *cpu, struct element element,
                                        const struct insn *insn, const struct operand *operand)
{
    uint32_t first = operand->first / element.size;

    move_run(cpu, element, insn->r1, operand->host[0], first);
    move_run(cpu, element, insn->r1 + first, operand->host[1], register_count(insn) - first);
}

static ALWAYS_INLINE void load_registers(struct vcpu *cpu, struct element element,
                                         const struct insn *insn, const struct operand *operand)
{
    uint8_t bytes[16 * 8];

    if (likely(operand->first >= operand->length)) {
        move_run(cpu, element, insn->r1, operand->host[0], register_count(insn));
    } else if (operand->first % element.size == 0) {
        move_two_runs(cpu, element, insn, operand);
    } else {
        operand_read(operand, 0, bytes, operand->length);
        move_run(cpu, element, insn->r1, bytes, register_count(insn));
    }
}

static ALWAYS_INLINE void store_registers(struct vcpu *cpu, struct element element,
                                          const struct insn *insn, const struct operand *operand)
{
    uint8_t bytes[16 * 8];

    if (likely(operand->first >= operand->length)) {
        move_run(cpu, element, insn->r1, operand->host[0], register_count(insn));
    } else if (operand->first % element.size == 0) {
        move_two_runs(cpu, element, insn, operand);
    } else {
        move_run(cpu, element, insn->r1, bytes, register_count(insn));
        operand_write(cpu, operand, 0, bytes, operand->length);
        return;
    }
    operand_finish(cpu, operand);
}

static ALWAYS_INLINE void load(struct vcpu *cpu, const struct insn *insn, struct element element)
{
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    register_count(insn) * element.size, ACCESS_FETCH);
    load_registers(cpu, element, insn, &operand);
}

static ALWAYS_INLINE void store(struct vcpu *cpu, const struct insn *insn, struct element element)
{
    struct operand operand;

    operand_prepare(cpu, &operand, operand_space(cpu, insn->b2), operand_address2(cpu, insn),
                    register_count(insn) * element.size, ACCESS_STORE);
    store_registers(cpu, element, insn, &operand);
}

void insn_load_multiple(struct vcpu *cpu, const struct insn *insn)
{
    load(cpu, insn, (struct element){load32, 4});
}

void insn_load_multiple_64(struct vcpu *cpu, const struct insn *insn)
{
    load(cpu, insn, (struct element){load64, 8});
}

void insn_load_multiple_high(struct vcpu *cpu, const struct insn *insn)
{
    load(cpu, insn, (struct element){load_high, 4});
}

/* Bits 0-31 of the registers from the second operand, bits 32-63 from the fourth. */
void insn_load_multiple_disjoint(struct vcpu *cpu, const struct insn *insn)
{
    uint32_t length = register_count(insn) * 4;
    struct operand high, low;

    operand_prepare(cpu, &high, operand_space(cpu, insn->b2), operand_address2(cpu, insn), length,
                    ACCESS_FETCH);
    operand_prepare(cpu, &low, operand_space(cpu, insn->b4),
                    operand_address(cpu, insn->d4, insn->b4, 0), length, ACCESS_FETCH);
    load_registers(cpu, (struct element){load_high, 4}, insn, &high);
    load_registers(cpu, (struct element){load32, 4}, insn, &low);
}

void insn_store_multiple(struct vcpu *cpu, const struct insn *insn)
{
    store(cpu, insn, (struct element){store32, 4});
}

void insn_store_multiple_64(struct vcpu *cpu, const struct insn *insn)
{
    store(cpu, insn, (struct element){store64, 8});
}

void insn_store_multiple_high(struct vcpu *cpu, const struct insn *insn)
{
    store(cpu, insn, (struct element){store_high, 4});
}

/* Access registers want their operand on a word boundary. */
void insn_load_access_multiple(struct vcpu *cpu, const struct insn *insn)
{
    if (operand_address2(cpu, insn) & 3)
        specification_exception(cpu);
    load(cpu, insn, (struct element){load_access, 4});
}

void insn_store_access_multiple(struct vcpu *cpu, const struct insn *insn)
{
    if (operand_address2(cpu, insn) & 3)
        specification_exception(cpu);
    store(cpu, insn, (struct element){store_access, 4});
}
