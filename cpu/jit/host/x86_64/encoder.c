/* Prefixes, opcode, ModR/M, SIB, displacement and immediate of one row: see encoder.h. */
#include "cpu/jit/host/x86_64/encoder.h"

#include "cpu/jit/host/x86_64/emitter.h"

enum { M0, M0F, M38, M3A };
enum { NP, P66, PF3, PF2 };
enum { R = 0xff };
enum { L = HOST_32, Q = HOST_64, LQ = L | Q, WLQ = HOST_16 | LQ, BWLQ = HOST_8 | WLQ };
enum { V = HOST_V128 | HOST_V256 };

enum {
    VEX = 1 << 0,
    W1 = 1 << 1,
    PLUS = 1 << 2,
    WIDE = 1 << 3,
    CONDITION = 1 << 4,
    SHORT = 1 << 5,
    MEM = 1 << 6,
    REG = 1 << 7,
    GENERAL = 1 << 8,
    HAS_TAIL = 1 << 9,
    /* What follows from the form. */
    HAS_RM = 1 << 10,
    VECTOR_RM = 1 << 11,
    BYTE_REG = 1 << 12, /* reg is a general register of the operand size */
};

#define TAIL(byte) (HAS_TAIL | (byte) << 16)

/* The forms: is there an m, is it a vector, is reg general. */
enum {
    FORM_zo = 0,
    FORM_o = BYTE_REG,
    FORM_oi = BYTE_REG,
    FORM_m = HAS_RM,
    FORM_mcl = HAS_RM,
    FORM_m1 = HAS_RM,
    FORM_mi = HAS_RM,
    FORM_mi8 = HAS_RM,
    FORM_cm = HAS_RM,
    FORM_vm = HAS_RM,
    FORM_rm = HAS_RM | BYTE_REG,
    FORM_mr = HAS_RM | BYTE_REG,
    FORM_mrcl = HAS_RM | BYTE_REG,
    FORM_mri8 = HAS_RM | BYTE_REG,
    FORM_rmi = HAS_RM | BYTE_REG,
    FORM_rmi8 = HAS_RM | BYTE_REG,
    FORM_rvm = HAS_RM,
    FORM_rmv = HAS_RM,
    FORM_crm = HAS_RM | BYTE_REG,
    FORM_xg = HAS_RM,
    FORM_gx = HAS_RM,
    FORM_xvg = HAS_RM,
    FORM_rg = HAS_RM | VECTOR_RM,
    FORM_xm = HAS_RM | VECTOR_RM,
    FORM_mx = HAS_RM | VECTOR_RM,
    FORM_xmi = HAS_RM | VECTOR_RM,
    FORM_mxi = HAS_RM | VECTOR_RM,
    FORM_xi = HAS_RM | VECTOR_RM,
    FORM_xvm = HAS_RM | VECTOR_RM,
    FORM_xvmi = HAS_RM | VECTOR_RM,
    FORM_xvmx = HAS_RM | VECTOR_RM,
    FORM_pxm = HAS_RM | VECTOR_RM,
    FORM_pmx = HAS_RM | VECTOR_RM,
    FORM_pxvm = HAS_RM | VECTOR_RM,
    FORM_pxmi = HAS_RM | VECTOR_RM,
    FORM_pvxi = HAS_RM | VECTOR_RM,
};

struct encoding {
    uint8_t map;
    uint8_t prefix;
    uint8_t opcode;
    uint8_t digit;
    uint8_t sizes;
    uint8_t width;
    uint32_t flags;
};

static const struct encoding encodings[ENCODING_COUNT] = {
#define ROW(name, form, mnemonic, map, prefix, opcode, digit, sizes, width, flags)                 \
    {map, prefix, opcode, digit, sizes, width, (flags) | FORM_##form},
#include "cpu/jit/host/x86_64/encodings.def"
};

static const uint8_t prefix_bytes[] = {0, 0x66, 0xf3, 0xf2};

/* One instruction as it grows; 15 bytes are the architectural limit. NEXT is where its next byte
   goes; whole words are stored there, so that a few bytes behind it are lost. */
struct instruction {
    uint8_t *bytes, *next;
    unsigned disp; /* offset of a displacement that a label fills in, 0 where there is none */
};

#define INSTRUCTION_ROOM 24

static void put(struct instruction *insn, unsigned byte)
{
    *insn->next++ = (uint8_t)byte;
}

/* SIZE is 8 at most. Written out, the stores become one. */
static void put_little_endian(struct instruction *insn, int64_t value, unsigned size)
{
    uint64_t bits = (uint64_t)value;
    uint8_t *to = insn->next;

    to[0] = (uint8_t)bits;
    to[1] = (uint8_t)(bits >> 8);
    to[2] = (uint8_t)(bits >> 16);
    to[3] = (uint8_t)(bits >> 24);
    to[4] = (uint8_t)(bits >> 32);
    to[5] = (uint8_t)(bits >> 40);
    to[6] = (uint8_t)(bits >> 48);
    to[7] = (uint8_t)(bits >> 56);
    insn->next += size;
}

/* IMM as signed where it is an unsigned value of SIZE bytes, so that both spellings do. */
static int64_t sign_extended(int64_t imm, unsigned size)
{
    unsigned bits = 8 * size;

    if (bits >= 64 || (uint64_t)imm >> bits)
        return imm;
    return (int64_t)((uint64_t)imm << (64 - bits)) >> (64 - bits);
}

/* Whether the sign extension of SIZE bytes can give VALUE. */
static bool fits(int64_t value, unsigned size)
{
    int64_t rest = value >> (8 * size - 1);

    return rest == 0 || rest == -1;
}

static bool memory_is_good(struct host_rm rm)
{
    if (rm.base > HOST_R15 && rm.base != HOST_NO_REG)
        return false;
    if (rm.index == HOST_NO_REG)
        return true;
    return rm.index <= HOST_R15 && rm.index != HOST_RSP &&
           (rm.scale == 1 || rm.scale == 2 || rm.scale == 4 || rm.scale == 8);
}

static bool rm_is_good(const struct encoding *row, struct host_rm rm)
{
    bool vector = (row->flags & VECTOR_RM) && !(row->flags & GENERAL);

    switch (rm.kind) {
    case HOST_RM_REG:
        return !(row->flags & MEM) && !vector && rm.base <= HOST_R15;
    case HOST_RM_XMM:
        return !(row->flags & MEM) && vector && rm.base <= HOST_XMM15;
    case HOST_RM_MEMORY:
        return !(row->flags & REG) && memory_is_good(rm);
    case HOST_RM_RIP:
    case HOST_RM_LABEL:
        return !(row->flags & REG);
    default:
        return false;
    }
}

static bool operands_are_good(const struct encoding *row, const struct emit_operands *o)
{
    bool one_size = o->size == 0 || (o->size & (o->size - 1)) == 0;

    if (!one_size || (row->sizes ? !(o->size & row->sizes) : o->size != 0))
        return false;
    if (o->reg > 15 || o->source > 15 || o->condition > 15)
        return false;
    if (o->imm_kind >= EMIT_IMM_SIZE && (o->size == 0 || o->size > HOST_64))
        return false;
    return !(row->flags & HAS_RM) || rm_is_good(row, o->rm);
}

static bool is_memory(struct host_rm rm)
{
    return rm.kind != HOST_RM_REG && rm.kind != HOST_RM_XMM;
}

/* The fourth bit of each register, and the operand size, as REX and VEX have them. */
struct extensions {
    unsigned w, r, x, b;
};

static struct extensions extensions_of(const struct encoding *row, const struct emit_operands *o)
{
    struct extensions bits = {0};

    bits.w = (row->flags & W1) || (o->size == HOST_64 && !(row->flags & WIDE));
    if (row->flags & PLUS) {
        bits.b = o->reg >> 3;
        return bits;
    }
    bits.r = row->digit == R ? o->reg >> 3 : 0;
    if (!(row->flags & HAS_RM))
        return bits;
    if (!is_memory(o->rm)) {
        bits.b = o->rm.base >> 3;
    } else if (o->rm.kind == HOST_RM_MEMORY) {
        bits.b = o->rm.base == HOST_NO_REG ? 0 : o->rm.base >> 3;
        bits.x = o->rm.index == HOST_NO_REG ? 0 : o->rm.index >> 3;
    }
    return bits;
}

/* SPL, BPL, SIL and DIL are AH, CH, DH and BH unless there is a REX prefix. */
static bool needs_rex(const struct encoding *row, const struct emit_operands *o)
{
    unsigned width = row->width ? row->width : o->size;

    if ((row->flags & BYTE_REG) && row->digit == R && o->size == HOST_8 && o->reg >= HOST_RSP)
        return true;
    return (row->flags & HAS_RM) && !(row->flags & VECTOR_RM) && width == HOST_8 &&
           o->rm.kind == HOST_RM_REG && o->rm.base >= HOST_RSP;
}

static void put_legacy_prefixes(struct instruction *insn, const struct encoding *row,
                                const struct emit_operands *o)
{
    struct extensions bits = extensions_of(row, o);
    unsigned rex = bits.w << 3 | bits.r << 2 | bits.x << 1 | bits.b;

    if (o->size == HOST_16)
        put(insn, 0x66);
    if (row->prefix != NP)
        put(insn, prefix_bytes[row->prefix]);
    if (rex || needs_rex(row, o))
        put(insn, 0x40 | rex);
    if (row->map != M0)
        put(insn, 0x0f);
    if (row->map == M38 || row->map == M3A)
        put(insn, row->map == M38 ? 0x38 : 0x3a);
}

static void put_vex(struct instruction *insn, const struct encoding *row,
                    const struct emit_operands *o)
{
    struct extensions bits = extensions_of(row, o);
    unsigned rest = (~o->source & 15u) << 3 | (o->size == HOST_V256) << 2 | row->prefix;

    if (row->map == M0F && !bits.w && !bits.x && !bits.b) {
        put(insn, 0xc5);
        put(insn, (bits.r ^ 1) << 7 | rest);
        return;
    }
    put(insn, 0xc4);
    put(insn, (bits.r ^ 1) << 7 | (bits.x ^ 1) << 6 | (bits.b ^ 1) << 5 | row->map);
    put(insn, bits.w << 7 | rest);
}

static unsigned scale_log2(unsigned scale)
{
    return scale == 8 ? 3 : scale == 4 ? 2 : scale == 2 ? 1 : 0;
}

/* R/m field 4 means a SIB byte, and mod 0 with base 5 means no base: so RSP and R12 always
   have a SIB byte, RBP and R13 always a displacement. */
static void put_memory(struct instruction *insn, unsigned reg, struct host_rm rm)
{
    bool no_base = rm.base == HOST_NO_REG, no_index = rm.index == HOST_NO_REG;
    bool sib = no_base || !no_index || (rm.base & 7) == HOST_RSP;
    unsigned base = no_base ? HOST_RBP : rm.base & 7u;
    unsigned disp_size, mod;

    if (no_base)
        disp_size = 4, mod = 0;
    else if (rm.disp == 0 && base != HOST_RBP)
        disp_size = 0, mod = 0;
    else if (rm.disp == (int8_t)rm.disp)
        disp_size = 1, mod = 1;
    else
        disp_size = 4, mod = 2;
    put(insn, mod << 6 | (reg & 7) << 3 | (sib ? HOST_RSP : base));
    if (sib) {
        unsigned index = no_index ? HOST_RSP : rm.index & 7u;

        put(insn, scale_log2(no_index ? 1 : rm.scale) << 6 | index << 3 | base);
    }
    put_little_endian(insn, rm.disp, disp_size);
}

static void put_rm(struct instruction *insn, unsigned reg, struct host_rm rm)
{
    switch (rm.kind) {
    case HOST_RM_REG:
    case HOST_RM_XMM:
        put(insn, 0xc0 | (reg & 7) << 3 | (rm.base & 7u));
        break;
    case HOST_RM_MEMORY:
        put_memory(insn, reg, rm);
        break;
    default:
        put(insn, (reg & 7) << 3 | HOST_RBP);
        insn->disp = (unsigned)(insn->next - insn->bytes);
        put_little_endian(insn, rm.kind == HOST_RM_RIP ? rm.disp : 0, 4);
        break;
    }
}

/* The bytes of the immediate, 0 for none; sets *FORM to 2 for the one-byte form of a row that
   has both. -1: it does not fit. */
static int immediate_size(const struct encoding *row, const struct emit_operands *o, int64_t imm,
                          unsigned *form)
{
    unsigned size = o->size;

    switch (o->imm_kind) {
    case EMIT_IMM_NONE:
        return 0;
    case EMIT_IMM_8:
        return imm >= -128 && imm <= 255 ? 1 : -1;
    case EMIT_IMM_SIZE:
        if ((row->flags & SHORT) && size != HOST_8 && imm == (int8_t)imm) {
            *form = 2;
            return 1;
        }
        /* A 64-bit operand takes the sign of the 32 bits: no large unsigned value does. */
        size = size == HOST_64 ? 4 : size;
        return fits(imm, size) ? (int)size : -1;
    default:
        return fits(imm, size) ? (int)size : -1;
    }
}

void emit_encoded(struct emitter *e, enum encoding_id id, const struct emit_operands *o)
{
    const struct encoding *row = &encodings[id];
    uint8_t local[INSTRUCTION_ROOM];
    uint8_t *room = emitter_room(e, sizeof local);
    struct instruction insn = {.bytes = room ? room : local, .next = room ? room : local};
    unsigned form = 0, opcode;
    int64_t imm = o->imm;
    int imm_size;

    if (!operands_are_good(row, o)) {
        emitter_fail(e, EMIT_BAD_OPERAND);
        return;
    }
    if (o->imm_kind >= EMIT_IMM_SIZE)
        imm = sign_extended(imm, o->size);
    imm_size = immediate_size(row, o, imm, &form);
    if (imm_size < 0) {
        emitter_fail(e, EMIT_BAD_OPERAND);
        return;
    }
    if (row->flags & VEX)
        put_vex(&insn, row, o);
    else
        put_legacy_prefixes(&insn, row, o);
    opcode = row->opcode + form - (o->size == HOST_8);
    if (row->flags & PLUS)
        opcode += o->reg & 7u;
    if (row->flags & CONDITION)
        opcode += o->condition;
    put(&insn, opcode);
    if (row->flags & HAS_TAIL)
        put(&insn, row->flags >> 16 & 0xff);
    if (row->flags & HAS_RM)
        put_rm(&insn, row->digit == R ? o->reg : row->digit, o->rm);
    put_little_endian(&insn, imm, (unsigned)imm_size);
    if ((row->flags & HAS_RM) && o->rm.kind == HOST_RM_LABEL)
        emitter_put_reference(e, insn.bytes, (unsigned)(insn.next - insn.bytes), insn.disp,
                              (unsigned)o->rm.disp);
    else
        emitter_put(e, insn.bytes, (unsigned)(insn.next - insn.bytes));
}
