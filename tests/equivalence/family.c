#include "tests/equivalence/family.h"

#include <string.h>

#include "cpu/arch/facilities.h"

const struct family families[] = {
    {"single", "each row by itself", ROWS_GENERAL, FAMILY_SINGLE | FAMILY_MODES, 4},
    {"single-edges", "each row at the ends of pages", ROWS_GENERAL,
     FAMILY_SINGLE | FAMILY_EDGES | FAMILY_OVERFLOW, 4},
    {"single-control", "each privileged row", ROWS_CONTROL, FAMILY_SINGLE, 1},
    {"hot", "what compilers use", ROWS_HOT, 0, 6},
    {"composed", "rows that translate", ROWS_COMPOSED, FAMILY_OVERFLOW, 6},
    {"general", "everything in the problem state", ROWS_GENERAL, 0, 3},
    {"branches", "forward and backward", ROWS_BRANCH | ROWS_HOT, 0, 4},
    {"memory", "page ends, faults and protection", ROWS_STORE | ROWS_HOT, FAMILY_EDGES, 4},
    {"strings", "storage to storage", ROWS_STRING | ROWS_HOT, FAMILY_EDGES, 2},
    {"strings-inside", "the same within a page", ROWS_STRING | ROWS_HOT, FAMILY_LOOP, 2},
    {"storage", "moves, comparisons and updates of storage", ROWS_STORAGE, 0, 4},
    {"storage-edges", "the same at the ends of pages", ROWS_STORAGE, FAMILY_EDGES | FAMILY_MODES,
     2},
    {"storage-code", "the same into the block", ROWS_STORAGE, FAMILY_STORE_CODE, 1},
    {"overflow", "exceptions that complete", ROWS_OVERFLOW, FAMILY_OVERFLOW, 2},
    {"execute", "EXECUTE and its targets", ROWS_EXECUTE | ROWS_HOT, 0, 2},
    {"store-code", "stores into the block and near it", ROWS_STORE | ROWS_HOT, FAMILY_STORE_CODE,
     3},
    {"per", "program-event recording", ROWS_HOT | ROWS_STORE | ROWS_BRANCH, FAMILY_PER, 1},
    {"modes", "24, 31 and 64 bits, with and without DAT", ROWS_HOT | ROWS_COMPOSED,
     FAMILY_MODES | FAMILY_EDGES, 2},
    {"access-registers", "the access-register mode", ROWS_HOT | ROWS_STORE,
     FAMILY_ACCESS_REGISTERS | FAMILY_EDGES, 1},
    {"problem", "privileged instructions in the problem state", ROWS_CONTROL | ROWS_HOT,
     FAMILY_PROBLEM, 1},
    {"loop", "blocks that branch back to their beginning", ROWS_HOT, FAMILY_LOOP, 2},
    {"loop-composed", "the same with all rows that translate", ROWS_COMPOSED,
     FAMILY_LOOP | FAMILY_OVERFLOW, 2},
    {"halves", "words and doublewords in few registers", ROWS_HALVES, FAMILY_FEW, 4},
    {"halves-loop", "the same in loops", ROWS_HALVES, FAMILY_FEW | FAMILY_LOOP, 4},
    {"carry", "carries and borrows that go on, or not", ROWS_CARRY, FAMILY_EDGES, 4},
    {"carry-loop", "the same in loops", ROWS_CARRY, FAMILY_LOOP, 2},
    {"kernel", "PSWs, control registers, keys and tables that change", ROWS_HOT, FAMILY_KERNEL, 4},
    {"control", "what changes modes, spaces and masks", ROWS_CONTROL | ROWS_HOT, 0, 2},
    {"float", "floating point and vectors", ROWS_FLOAT | ROWS_HOT, FAMILY_OVERFLOW, 3},
    {"binary-float", "short and long numbers, mostly ordinary ones", ROWS_BINARY, 0, 3},
    {"float-loop", "the same in loops", ROWS_BINARY | ROWS_BRANCH, FAMILY_LOOP, 3},
    {"vector", "vector rows that meet in a few registers", ROWS_VECTOR | ROWS_HOT | ROWS_BINARY,
     FAMILY_VECTOR | FAMILY_EDGES, 4},
    {"vector-loop", "the same in loops", ROWS_VECTOR | ROWS_BINARY | ROWS_BRANCH,
     FAMILY_VECTOR | FAMILY_LOOP, 3},
    {"vector-single", "each vector row by itself", ROWS_VECTOR,
     FAMILY_VECTOR | FAMILY_EDGES | FAMILY_SINGLE, 4},
    {"vector-float", "short and long numbers in vector registers", ROWS_VECTOR_BINARY | ROWS_BINARY,
     FAMILY_VECTOR, 3},
    {"crossing", "blocks on two pages", ROWS_HOT | ROWS_BRANCH | ROWS_STORE, FAMILY_CROSSING, 3},
    {"crossing-all", "the same of all rows", ROWS_GENERAL | ROWS_COMPOSED | ROWS_BINARY,
     FAMILY_CROSSING | FAMILY_OVERFLOW, 2},
    {"crossing-loop", "the same again and again", ROWS_HOT | ROWS_BINARY,
     FAMILY_CROSSING | FAMILY_LOOP, 3},
    {"crossing-code", "the same with stores into them", ROWS_STORE | ROWS_HOT,
     FAMILY_CROSSING | FAMILY_STORE_CODE | FAMILY_LOOP, 4},
    {"crossing-execute", "EXECUTE on one of them, its target on the other",
     ROWS_EXECUTE | ROWS_STORAGE, FAMILY_CROSSING | FAMILY_LOOP, 2},
    {"crossing-remap", "the same while the second page becomes another one", ROWS_HOT | ROWS_BRANCH,
     FAMILY_CROSSING | FAMILY_KERNEL, 4},
    {"interrupt", "interruptions between two instructions", ROWS_HOT | ROWS_BRANCH,
     FAMILY_INTERRUPT, 2},
    {"interrupt-kernel", "interruptions that pend until a mask opens", ROWS_HOT,
     FAMILY_INTERRUPT | FAMILY_KERNEL, 4},
};
const unsigned family_count = sizeof families / sizeof families[0];

const struct family *family_find(const char *name)
{
    for (unsigned i = 0; i < family_count; i++)
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    return NULL;
}

static const bool composed[] = {
#define INSN(mnemonic, ...)     false,
#define COMPOSED(mnemonic, ...) true,
#define BRANCH(mnemonic, ...)   true,
#include "cpu/isa/insns/all.def"
#undef INSN
#undef COMPOSED
#undef BRANCH
};

/* What mostly ends the test. */
static const char *const unusable[] = {"DIAG", "SIGP", NULL};

static const char *const hot[] = {
    "L",      "LG",    "LGR",   "LR",    "LGF",    "LGH",   "LH",     "LLGC",   "LLGH",   "LLGF",
    "LLC",    "LLCR",  "LLGCR", "LLGFR", "LGFR",   "LB",    "LGB",    "LGHI",   "LHI",    "LLILL",
    "LGFI",   "LAY",   "LA",    "LARL",  "LTGR",   "LTR",   "LTG",    "LT",     "LGRL",   "LRL",
    "ST",     "STG",   "STC",   "STH",   "STY",    "STCY",  "STGRL",  "MVI",    "MVHI",   "MVGHI",
    "MVHHI",  "LMG",   "STMG",  "LM",    "STM",    "AGR",   "AR",     "AG",     "A",      "AGHI",
    "AHI",    "AGHIK", "AGRK",  "ALGR",  "ALR",    "ALCGR", "SLBGR",  "SGR",    "SR",     "SG",
    "SGRK",   "SLGR",  "SLR",   "MSGR",  "MSR",    "MLGR",  "DLGR",   "DSGR",   "NGR",    "NR",
    "NILL",   "NILF",  "NIHF",  "OGR",   "OILL",   "XGR",   "XR",     "XG",     "SLLG",   "SRLG",
    "SRAG",   "SLL",   "SRL",   "SRA",   "SLLK",   "RLLG",  "RLL",    "RISBG",  "RISBGN", "RNSBG",
    "ROSBG",  "FLOGR", "CGR",   "CR",    "CG",     "C",     "CGHI",   "CHI",    "CLGR",   "CLR",
    "CLG",    "CL",    "CLGFI", "CLFI",  "CLI",    "CLIY",  "CLHHSI", "CLGHSI", "TM",     "TMY",
    "TMLL",   "TMHH",  "IC",    "ICM",   "STCM",   "BRC",   "BRCL",   "BRCTG",  "BRCT",   "BCR",
    "BRASL",  "BRAS",  "BASR",  "CGRJ",  "CRJ",    "CGIJ",  "CIJ",    "CLGRJ",  "CLRJ",   "CLGIJ",
    "CLIJ",   "LOCGR", "LOCR",  "LOCG",  "STOCG",  "LCGR",  "LPGR",   "LNGR",   "LCR",    "MVC",
    "CLC",    "XC",    "NC",    "OC",    "EXRL",   "CS",    "CSG",    "LAA",    "LAAG",   "LAN",
    "NI",     "OI",    "XI",    "ASI",   "AGSI",   "ALGSI", "LRVG",   "LRV",    "STRV",   "STRVG",
    "LRVGR",  "IPM",   "SPM",   "EAR",   "SAR",    "BRXHG", "BRXLE",  "BXLEG",  "LGDR",   "LDGR",
    "LD",     "STD",   "LE",    "STE",   "POPCNT", "SRST",  "TR",     "STCKF",  "RXSBG",  "RISBHG",
    "RISBLG", "CLM",   "CLMY",  "STOC",  NULL,
};

static const char *const overflowing[] = {
    "A",    "AR",    "AG",     "AGR",  "AH",    "AY",    "AHI",  "AGHI", "AFI",    "AGFI",  "ARK",
    "S",    "SR",    "SG",     "SGR",  "SH",    "SRK",   "SGRK", "AGF",  "AGFR",   "LPR",   "LPGR",
    "LCR",  "LCGR",  "SLA",    "SLAG", "SLDA",  "SLAK",  "ASI",  "AGSI", "AHIK",   "AGHIK", "D",
    "DR",   "DSG",   "DSGR",   "DLR",  "DLGR",  "CVB",   "CVBG", "CGRT", "CRT",    "CGIT",  "CIT",
    "CLGT", "CLT",   "CLGRT",  "CLRT", "CLFIT", "CLGIT", "LAT",  "LGAT", "LLGTAT", "AP",    "SP",
    "MSC",  "MSRKC", "MSGRKC", "MSGC", "SRP",   "ZAP",   "DP",   "MC",   NULL,
};

static const char *const halves[] = {
    "LR",    "LGR",    "LLGFR", "LGFR",  "LLGCR",  "LLCR",   "LLGHR", "LGHR",  "LHR",   "LGBR",
    "LHI",   "LGHI",   "LLILL", "LLIHF", "IILF",   "IIHF",   "AR",    "AGR",   "ALR",   "ALGR",
    "AHI",   "AGHI",   "AHIK",  "AGHIK", "ARK",    "AGRK",   "SRK",   "SGRK",  "SR",    "SGR",
    "SLR",   "NR",     "NGR",   "OR",    "OGR",    "XR",     "XGR",   "NRK",   "XGRK",  "ALFI",
    "NILL",  "NILF",   "NIHF",  "OILL",  "OIHF",   "XILF",   "XIHF",  "MSR",   "MSGR",  "MHI",
    "SLL",   "SRL",    "SRA",   "SLLK",  "SLLG",   "SRLG",   "SRAG",  "RLL",   "RLLG",  "RISBG",
    "RNSBG", "RISBGN", "ROSBG", "RXSBG", "RISBHG", "RISBLG", "LOCR",  "LOCGR", "LOCHI", "LOCGHI",
    "CR",    "CGR",    "CLR",   "CLGR",  "CHI",    "CLFI",   "CGHI",  "CLGFI", "LTR",   "LTGR",
    "TMLL",  "TMLH",   "TMHH",  "LA",    "LAY",    "LARL",   "BRC",   "BRC",   "BRC",   "BRC",
    "CIJ",   "CGIJ",   "CRJ",   "CLGRJ", "LCR",    "LCGR",   "LPR",   "LNGR",  "LRVR",  "LRVGR",
    "FLOGR", "IC",     "LLC",   "LLGC",  "LH",     "L",      "ST",    "LLGF",  "LGF",   "STC",
    "ALCGR", "AGFR",   "LM",    "STM",   NULL,
};

static const char *const storage[] = {
    "MVC",   "CLC",  "XC",   "NC",   "OC",   "MVC",   "CLC",   "NI",    "OI",    "XI",
    "NIY",   "OIY",  "XIY",  "ASI",  "AGSI", "ALSI",  "ALGSI", "CS",    "CSY",   "CSG",
    "CDS",   "CDSY", "CDSG", "LAA",  "LAAG", "LAAL",  "LAALG", "LAN",   "LANG",  "LAO",
    "LAOG",  "LAX",  "LAXG", "ICM",  "ICMY", "ICMH",  "STCM",  "STCMY", "STCMH", "CLM",
    "CLMH",  "CLMY", "LOC",  "LOCG", "STOC", "STOCG", "LPQ",   "STPQ",  "MLG",   "DLG",
    "DSG",   "D",    "DL",   "EXRL", "LARL", "BRC",   "LG",    "STG",   "LGHI",  "IPM",
    "LMG",   "STMG", "LR",   "AR",   "MGRK", "MG",    "MLGR",  "DLGR",  "DLR",   "DSGR",
    "DSGFR", "DSGF", "PFD",  "ADBR", "LDR",  "LDEBR", "LD",    "STD",   NULL,
};

/* Sums and differences mostly, and what stands among them in the arithmetic of long numbers. */
static const char *const carry[] = {
    "ALGR",  "ALR",     "ALG",    "AL",    "ALGRK", "ALRK",  "ALGFR", "ALGF", "ALGFI",
    "ALFI",  "ALCGR",   "ALCR",   "ALCG",  "ALC",   "SLGR",  "SLR",   "SLG",  "SL",
    "SLGRK", "SLRK",    "SLGFR",  "SLBGR", "SLBR",  "SLBG",  "SLB",   "MLGR", "MLG",
    "MLR",   "ALGHSIK", "ALHSIK", "LG",    "STG",   "L",     "ST",    "LGR",  "LR",
    "LA",    "LGHI",    "LHI",    "LTGR",  "LTR",   "CLGR",  "CR",    "NGR",  "TMLL",
    "XR",    "IPM",     "SPM",    "BRC",   "BRCTG", "BRCT",  "LOCGR", "SLLG", "SRAG",
    "LMG",   "STMG",    "MGRK",   "DLGR",  "ALSI",  "ALGSI", NULL,
};

static bool named(const char *mnemonic, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(mnemonic, *names) == 0)
            return true;
    return false;
}

static bool is_binary(const struct insn_row *row)
{
    static const char *const moves[] = {"LD",    "LDY",   "LDR",   "LE",    "LEY",  "LER",  "STD",
                                        "STDY",  "STE",   "STEY",  "LZDR",  "LZER", "LGDR", "LDGR",
                                        "LCDFR", "LPDFR", "LNDFR", "CPSDR", NULL};
    const uint32_t extended = INSN_FP_PAIR_R1 | INSN_FP_PAIR_R2 | INSN_FP_PAIR_R3;

    return (row->flags & INSN_BFP && !(row->flags & extended)) || named(row->mnemonic, moves);
}

static bool is_string(const struct insn_row *row)
{
    static const char *const strings[] = {"SRST", "SRSTU", "CLST", "MVST", "CUSE", "CKSM",
                                          "TRE",  "TRTE",  "CFC",  "UPT",  NULL};

    return row->flags & INSN_INTERRUPTIBLE ||
           (row->format >= FORMAT_SS_a && row->format <= FORMAT_SS_f) ||
           named(row->mnemonic, strings);
}

static bool is_vector_binary(const struct insn_row *row)
{
    return row->flags & INSN_VECTOR && strstr(row->name, " FP ") && !strstr(row->name, " NNP");
}

unsigned family_sets_of(unsigned number)
{
    const struct insn_row *row = &insn_rows[number];
    const uint32_t privileged = INSN_PRIVILEGED | INSN_SEMIPRIVILEGED;
    const uint32_t floating = INSN_HFP | INSN_BFP | INSN_DFP | INSN_VECTOR;
    unsigned sets = 0;

    if (!row->body || named(row->mnemonic, unusable))
        return 0;
    sets |= row->flags & privileged ? ROWS_CONTROL : ROWS_GENERAL;
    sets |= composed[number] ? ROWS_COMPOSED : 0;
    sets |= row->flags & INSN_BRANCH ? ROWS_BRANCH : 0;
    sets |= row->flags & INSN_STORES && !(row->flags & privileged) ? ROWS_STORE : 0;
    sets |= row->flags & floating ? ROWS_FLOAT : 0;
    sets |= is_binary(row) ? ROWS_BINARY : 0;
    sets |= row->flags & INSN_VECTOR || row->facility == FACILITY_VECTOR ? ROWS_VECTOR : 0;
    sets |= is_vector_binary(row) ? ROWS_VECTOR_BINARY : 0;
    sets |= named(row->mnemonic, hot) ? ROWS_HOT : 0;
    sets |= named(row->mnemonic, overflowing) ? ROWS_OVERFLOW : 0;
    sets |= row->opcode == 0x4400 || row->opcode == 0xc600 ? ROWS_EXECUTE : 0;
    sets |= is_string(row) && !(row->flags & privileged) ? ROWS_STRING : 0;
    sets |= named(row->mnemonic, halves) ? ROWS_HALVES : 0;
    sets |= named(row->mnemonic, carry) ? ROWS_CARRY : 0;
    sets |= named(row->mnemonic, storage) ? ROWS_STORAGE : 0;
    return sets;
}
