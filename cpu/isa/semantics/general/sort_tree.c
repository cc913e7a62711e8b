/*
 * COMPARE AND FORM CODEWORD and UPDATE TREE (PoP chapter 7): the two instructions for sorting
 * with a tree of codewords.
 */
#include <string.h>

#include "cpu/arch/interruption.h"
#include "cpu/isa/insn_bodies.h"
#include "cpu/isa/semantics/general/storage_operand.h"

/* In the 64-bit mode registers and nodes are 64 bits wide and CFC compares 6 bytes at a time;
   else they have 32 bits and it compares 2 bytes. */
struct sort_mode {
    unsigned unit;    /* bytes compared at a time */
    unsigned node;    /* bytes of a word of a tree node */
    uint64_t highest; /* the leftmost bit of a register */
};

static struct sort_mode sort_mode(const struct vcpu *cpu)
{
    if (cpu->address_mask == UINT64_MAX)
        return (struct sort_mode){6, 8, BIT64(0)};
    return (struct sort_mode){2, 4, BIT64(32)};
}

/* UNIT bytes at general register R plus INDEX; both operands are in the space of AR 1. */
static uint64_t fetch_key(struct vcpu *cpu, unsigned r, uint64_t index, unsigned unit)
{
    uint64_t address = address_wrap(cpu, gr_address(cpu, r) + index);
    struct operand operand;
    uint64_t value = 0;

    operand_prepare(cpu, &operand, operand_space(cpu, 1), address, unit, ACCESS_FETCH);
    for (unsigned i = 0; i < unit; i++)
        value = value << 8 | operand_get8(&operand, i);
    return value;
}

/* The codeword tells where and how the keys differ, so that comparing codewords sorts. */
static void form_codeword(struct vcpu *cpu, uint64_t key1, uint64_t key3, bool descending)
{
    struct sort_mode mode = sort_mode(cpu);
    uint64_t bits = (UINT64_C(1) << 8 * mode.unit) - 1;
    bool in_sequence = (key1 < key3) != descending;
    uint64_t higher = key1 < key3 ? key3 : key1, lower = key1 < key3 ? key1 : key3;
    uint64_t word = descending ? lower : ~higher & bits;

    gr_length_set(cpu, 2, gr_length(cpu, 2) << 8 * mode.unit | word);
    if (!in_sequence) {
        uint64_t first = gr_length(cpu, 1);

        gr_length_set(cpu, 1, gr_length(cpu, 3));
        gr_length_set(cpu, 3, first);
    }
    cc_set(cpu, in_sequence ? 1 : 2);
}

void insn_compare_and_form_codeword(struct vcpu *cpu, const struct insn *insn)
{
    struct sort_mode mode = sort_mode(cpu);
    uint64_t control = operand_address2(cpu, insn);
    uint64_t limit = control & 0x7ffe, index, key1, key3;

    if ((gr32(cpu, 1) | gr32(cpu, 2) | gr32(cpu, 3)) & 1)
        specification_exception(cpu);
    do {
        index = gr_length(cpu, 2) & 0xffff;
        if (index > limit) {
            gr_length_set(cpu, 2, gr_length(cpu, 3) | mode.highest);
            cc_set(cpu, 0);
            return;
        }
        key1 = fetch_key(cpu, 1, index, mode.unit);
        key3 = fetch_key(cpu, 3, index, mode.unit);
        gr_length_set(cpu, 2, gr_length(cpu, 2) + mode.unit);
    } while (key1 == key3);
    form_codeword(cpu, key1, key3, control & 1);
}

static uint64_t node_word(const struct operand *node, unsigned i, unsigned size)
{
    uint64_t value = 0;

    for (unsigned j = 0; j < size; j++)
        value = value << 8 | operand_get8(node, i * size + j);
    return value;
}

static void node_word_put(const struct operand *node, unsigned i, unsigned size, uint64_t value)
{
    for (unsigned j = 0; j < size; j++)
        operand_put8(node, i * size + j, (uint8_t)(value >> 8 * (size - 1 - j)));
}

/* One node of the way to the root; true where the walk ends there. */
static bool update_node(struct vcpu *cpu, const struct sort_mode *mode, uint64_t index)
{
    uint64_t address = address_wrap(cpu, gr_address(cpu, 4) + index);
    struct address_space *space = operand_space(cpu, 4);
    uint64_t codeword = gr_length(cpu, 0), other, data;
    struct operand node;

    operand_prepare(cpu, &node, space, address, 2 * mode->node, ACCESS_FETCH);
    other = node_word(&node, 0, mode->node);
    data = node_word(&node, 1, mode->node);
    if (other > codeword) {
        operand_prepare(cpu, &node, space, address, 2 * mode->node, ACCESS_STORE);
        node_word_put(&node, 0, mode->node, codeword);
        node_word_put(&node, 1, mode->node, gr_length(cpu, 1));
        operand_finish(cpu, &node);
        gr_length_set(cpu, 0, other);
        gr_length_set(cpu, 1, data);
    }
    gr_length_set(cpu, 5, index);
    if (other != codeword)
        return false;
    gr_length_set(cpu, 2, other);
    gr_length_set(cpu, 3, data);
    cc_set(cpu, 0);
    return true;
}

/* The index is halved at each node, so the walk is short and needs no interruption points. */
void insn_update_tree(struct vcpu *cpu, const struct insn *insn)
{
    struct sort_mode mode = sort_mode(cpu);
    uint64_t alignment = 2 * mode.node - 1, index;

    (void)insn;
    if ((gr_length(cpu, 4) | gr_length(cpu, 5)) & alignment)
        specification_exception(cpu);
    do {
        index = gr_length(cpu, 5) >> 1 & ~alignment;
        if (!index || gr_length(cpu, 0) & mode.highest) {
            gr_length_set(cpu, 5, index);
            cc_set(cpu, index ? 3 : 1);
            return;
        }
    } while (!update_node(cpu, &mode, index));
}
