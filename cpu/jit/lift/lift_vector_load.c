/* Vector registers and elements from and to storage and general registers (PoP chapter 21). */
#include "cpu/jit/lift/lift_vector.h"

#define T0 IR_VT(0)

enum { MULTIPLE_MOST = 16, LEFT_ALIGNED_WORD = 6 };

bool lift_vector_load(struct lift *lift)
{
    lift_address2(lift, lift_emit(lift, IR_VLD, 16, IR_DAB(V1, IR_NOTHING, IR_NOTHING)));
    return true;
}

bool lift_vector_store(struct lift *lift)
{
    struct ir_op *op = lift_emit(lift, IR_VST, 16, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));

    lift_address2(lift, op);
    op->c = V1;
    return true;
}

bool lift_vector_load_register(struct lift *lift)
{
    vector_one(lift, IR_VMOV, 8, IR_TO(V1, V2), 0);
    return true;
}

bool lift_vector_multiple(struct lift *lift)
{
    const struct insn *insn = lift->insn;
    enum ir_opcode opcode = insn->row == ROW_VLM ? IR_VLDM : IR_VSTM;
    struct ir_op *op;

    if (insn->v3 < insn->v1 || insn->v3 - insn->v1 >= MULTIPLE_MOST)
        return false;
    op = lift_emit(lift, opcode, 16, IR_DAB(V1, IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    op->c = V3;
    return true;
}

bool lift_vector_with_length(struct lift *lift)
{
    enum ir_opcode opcode = lift->insn->row == ROW_VLL ? IR_VLDL : IR_VSTL;
    struct ir_op *op = lift_emit(lift, opcode, 16, IR_DAB(V1, IR_NOTHING, IR_NOTHING));

    lift_address2(lift, op);
    op->c = IR_GR(lift->insn->r3);
    return true;
}

/* As many bytes as there are to the boundary: the complement of the address has the number of
   the last one in its rightmost bits. */
bool lift_vector_load_to_boundary(struct lift *lift)
{
    const int64_t block = INT64_C(64) << lift->insn->m3;
    ir_value address = ir_temp(lift->block), rest = ir_temp(lift->block);
    ir_value last = ir_temp(lift->block);
    struct ir_op *op;

    if (lift->insn->m3 > 6)
        return false;
    lift_address2(lift, lift_emit(lift, IR_LEA, 8, IR_DAB(address, IR_NOTHING, IR_NOTHING)));
    lift_emit(lift, IR_NOT, 8, IR_DAB(rest, address, IR_NOTHING));
    lift_emit(lift, IR_AND, 4, IR_DAB(last, rest, IR_CONST))->imm = block - 1;
    op = lift_emit(lift, IR_VLDL, 16, IR_DAB(V1, IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    op->c = last;
    return true;
}

/* The element in storage is reversed. */
static uint8_t order(uint16_t row)
{
    switch (row) {
    case ROW_VLEBRH:
    case ROW_VLEBRF:
    case ROW_VLEBRG:
    case ROW_VSTEBRH:
    case ROW_VSTEBRF:
    case ROW_VSTEBRG:
        return IR_RAW;
    default:
        return 0;
    }
}

/* D2(X2,B2) of WIDTH bytes, without sign. */
static ir_value load(struct lift *lift, unsigned width)
{
    ir_value value = ir_temp(lift->block);
    struct ir_op *op = lift_emit(lift, IR_LD, width, IR_DAB(value, IR_NOTHING, IR_NOTHING));

    lift_address2(lift, op);
    op->dst_width = width == 8 ? 8 : 4;
    op->flags |= order(lift->insn->row);
    return value;
}

bool lift_vector_load_replicated(struct lift *lift)
{
    const unsigned width = 1u << lift->insn->m3;

    if (lift->insn->m3 > 3)
        return false;
    vector_one(lift, IR_VDUP, width, IR_TO(V1, load(lift, width)), 0);
    return true;
}

bool lift_vector_count_to_boundary(struct lift *lift)
{
    struct ir_op *op;

    if (lift->insn->m3 > 6)
        return false;
    op = lift_emit(lift, IR_VCOUNT, 4, IR_DAB(IR_GR(lift->insn->r1), IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    op->imm = (INT64_C(64) << lift->insn->m3) - 1;
    op->cc = IR_CC_MEMORY;
    return true;
}

/* DST = FROM with the bytes of each element, or the elements themselves, in the reverse order.
   Elements stand reversed in each doubleword already, so that only their order counts. */
static bool reverse(struct lift *lift, ir_value dst, ir_value from, bool elements)
{
    const unsigned es = lift->insn->m3, width = 1u << (es & 7);
    uint64_t numbers = 0;
    struct ir_op *op;

    if (es < 1 || es > (elements ? 3u : 4u))
        return false;
    for (unsigned i = 0; i < 16; i++) {
        unsigned within = i & (width - 1), number;

        if (elements)
            number = 16 - width - (i - within) + within;
        else if (width == 16)
            number = ((i & 8) ^ 8) | (7 - (i & 7));
        else
            number = i - within + (width - 1 - within);
        numbers |= (uint64_t)number << 4 * i;
    }
    op = lift_emit(lift, IR_VSHUF, 1, IR_DAB(dst, from, IR_CONST));
    op->imm = (int64_t)numbers;
    op->imm2 = IR_VECTOR_NUMBERS;
    return true;
}

bool lift_vector_load_reversed(struct lift *lift)
{
    lift_address2(lift, lift_emit(lift, IR_VLD, 16, IR_DAB(T0, IR_NOTHING, IR_NOTHING)));
    return reverse(lift, V1, T0, lift->insn->row == ROW_VLER);
}

bool lift_vector_store_reversed(struct lift *lift)
{
    struct ir_op *op;

    if (!reverse(lift, T0, V1, lift->insn->row == ROW_VSTER))
        return false;
    op = lift_emit(lift, IR_VST, 16, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    op->c = T0;
    return true;
}

/* The size of the one element that the row is for. */
static unsigned element_width(uint16_t row)
{
    switch (row) {
    case ROW_VLEB:
    case ROW_VSTEB:
    case ROW_VLEIB:
        return 1;
    case ROW_VLEH:
    case ROW_VSTEH:
    case ROW_VLEIH:
    case ROW_VLEBRH:
    case ROW_VSTEBRH:
        return 2;
    case ROW_VLEF:
    case ROW_VSTEF:
    case ROW_VLEIF:
    case ROW_VLEBRF:
    case ROW_VSTEBRF:
        return 4;
    default:
        return 8;
    }
}

static void insert(struct lift *lift, unsigned width, unsigned index, ir_value value)
{
    lift_emit(lift, IR_VINS, width, IR_DAB(V1, V1, value))->imm = index;
}

static ir_value extract(struct lift *lift, unsigned width, ir_value from, unsigned index)
{
    ir_value value = ir_temp(lift->block);

    vector_one(lift, IR_VEXT, width, IR_TO(value, from), index);
    return value;
}

bool lift_vector_load_element(struct lift *lift)
{
    const unsigned width = element_width(lift->insn->row);

    if (lift->insn->m3 >= 16 / width)
        return false;
    insert(lift, width, lift->insn->m3, load(lift, width));
    return true;
}

bool lift_vector_store_element(struct lift *lift)
{
    const unsigned width = element_width(lift->insn->row);
    struct ir_op *op;
    ir_value value;

    if (lift->insn->m3 >= 16 / width)
        return false;
    value = extract(lift, width, V1, lift->insn->m3);
    op = lift_emit(lift, IR_ST, width, IR_DAB(IR_NOTHING, IR_NOTHING, IR_NOTHING));
    lift_address2(lift, op);
    op->c = value;
    op->flags |= order(lift->insn->row);
    return true;
}

bool lift_vector_element_immediate(struct lift *lift)
{
    const unsigned width = element_width(lift->insn->row);
    ir_value value = ir_temp(lift->block);

    if (lift->insn->m3 >= 16 / width)
        return false;
    lift_emit(lift, IR_MOV, 8, IR_DAB(value, IR_CONST, IR_NOTHING))->imm = lift->insn->i2;
    insert(lift, width, lift->insn->m3, value);
    return true;
}

bool lift_vector_load_and_zero(struct lift *lift)
{
    const bool left = lift->insn->m3 == LEFT_ALIGNED_WORD;
    const unsigned width = left ? 4 : 1u << (lift->insn->m3 & 3);
    ir_value value, shifted;

    if (left ? !(lift->mode & LIFT_VECTOR_ENHANCEMENTS_1) : lift->insn->m3 > 3)
        return false;
    value = load(lift, width);
    if (left) {
        shifted = ir_temp(lift->block);
        lift_emit(lift, IR_SHL, 8, IR_DAB(shifted, value, IR_CONST))->imm = 32;
        value = shifted;
    }
    vector_one(lift, IR_VPUT, 8, IR_TO(V1, value), 0);
    return true;
}

/* The element that the second-operand address numbers, where that is no sum. */
static bool known_index(const struct lift *lift, unsigned *index)
{
    if (lift->insn->m4 > 3 || lift->insn->b2)
        return false;
    *index = (unsigned)lift->insn->d2 & ((16u >> lift->insn->m4) - 1);
    return true;
}

bool lift_vector_from_gr(struct lift *lift)
{
    unsigned index;

    if (!known_index(lift, &index))
        return false;
    insert(lift, 1u << lift->insn->m4, index, IR_GR(lift->insn->r3));
    return true;
}

bool lift_vector_to_gr(struct lift *lift)
{
    unsigned index;

    if (!known_index(lift, &index))
        return false;
    vector_one(lift, IR_VEXT, 1u << lift->insn->m4, IR_TO(IR_GR(lift->insn->r1), V3), index);
    return true;
}

bool lift_vector_from_grs(struct lift *lift)
{
    lift_emit(lift, IR_VPAIR, 8, IR_DAB(V1, IR_GR(lift->insn->r2), IR_GR(lift->insn->r3)));
    return true;
}

bool lift_vector_byte_mask(struct lift *lift)
{
    struct ir_op *op = lift_emit(lift, IR_VCONST, 8, IR_DAB(V1, IR_NOTHING, IR_CONST));

    op->imm = lift->insn->u2 & 0xffff;
    op->imm2 = IR_VECTOR_BYTES;
    return true;
}

/* Ones from bit I2 to bit I3 of each element, round its end where I2 is the greater one. */
bool lift_vector_mask(struct lift *lift)
{
    const unsigned es = lift->insn->m4, last = (8u << (es & 3)) - 1;
    const unsigned first_bit = lift->insn->u2 & last, last_bit = (unsigned)lift->insn->i3 & last;
    const uint64_t all = UINT64_MAX >> (63 - last);
    const uint64_t from = all >> first_bit, to = all << (last - last_bit);

    if (es > 3)
        return false;
    vector_constant(
        lift, V1, vector_repeated((first_bit <= last_bit ? from & to : from | to) & all, 1u << es));
    return true;
}

bool lift_vector_replicate_immediate(struct lift *lift)
{
    if (lift->insn->m3 > 3)
        return false;
    vector_constant(lift, V1,
                    vector_repeated((uint64_t)(int64_t)lift->insn->i2, 1u << lift->insn->m3));
    return true;
}

/* A shuffle whose numbers are those of the element's bytes, again and again. */
bool lift_vector_replicate(struct lift *lift)
{
    const unsigned width = 1u << (lift->insn->m4 & 3), index = lift->insn->u2;
    struct ir_op *op;
    uint64_t numbers = 0;

    if (lift->insn->m4 > 3 || index >= 16 / width)
        return false;
    for (unsigned i = 0; i < 16; i++)
        numbers |= (uint64_t)((index ^ (8 / width - 1)) * width + i % width) << 4 * i;
    op = lift_emit(lift, IR_VSHUF, 1, IR_DAB(V1, V3, IR_CONST));
    op->imm = (int64_t)numbers;
    op->imm2 = IR_VECTOR_NUMBERS;
    return true;
}
