/*
 * ELF files: 64-bit, big-endian, for s390x. Every offset and size is checked against the file;
 * parts go where the program headers' physical addresses say.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/be.h"
#include "src/base/bits.h"
#include "src/machine/image_kinds.h"

/* An <elf.h> of the host's age may lack these. */
enum { MACHINE_RISCV = 243, MACHINE_LOONGARCH = 258, MACHINE_ALPHA = 0x9026 };

static const struct {
    uint16_t machine;
    const char *name;
} machine_names[] = {
    {EM_SPARC, "SPARC"},
    {EM_386, "32-bit x86"},
    {EM_68K, "m68k"},
    {EM_MIPS, "MIPS"},
    {EM_PARISC, "PA-RISC"},
    {EM_PPC, "32-bit PowerPC"},
    {EM_PPC64, "64-bit PowerPC"},
    {EM_ARM, "32-bit ARM"},
    {EM_SH, "SuperH"},
    {EM_SPARCV9, "SPARC V9"},
    {EM_IA_64, "IA-64"},
    {EM_X86_64, "x86-64"},
    {EM_AARCH64, "AArch64"},
    {MACHINE_RISCV, "RISC-V"},
    {MACHINE_LOONGARCH, "LoongArch"},
    {MACHINE_ALPHA, "Alpha"},
};

/* The file's integers: big-endian whatever the host is. */
#define GET16(structure, member) load_be16(&(structure)->member)
#define GET32(structure, member) load_be32(&(structure)->member)
#define GET64(structure, member) load_be64(&(structure)->member)

static bool inside(const struct host_file *file, uint64_t offset, uint64_t length)
{
    return offset <= file->size && length <= file->size - offset;
}

static int cut_off(const struct host_file *file, const char *what,
                   const struct host_file_source *source, struct error *error)
{
    return error_set(error, -ENOEXEC,
                     "%s %s is cut off or damaged: its %s lies beyond its %zu bytes; get it again",
                     source->role, source->path, what, file->size);
}

bool image_is_elf(const struct host_file *file)
{
    return file->size >= SELFMAG && !memcmp(file->bytes, ELFMAG, SELFMAG);
}

static const char *machine_name(const struct host_file *file)
{
    const uint8_t *bytes = file->bytes + offsetof(Elf64_Ehdr, e_machine);
    bool little = file->bytes[EI_DATA] == ELFDATA2LSB;
    uint16_t machine = load_be16(bytes);

    machine = little ? (uint16_t)(machine << 8 | machine >> 8) : machine;
    for (size_t i = 0; i < sizeof machine_names / sizeof machine_names[0]; i++)
        if (machine_names[i].machine == machine)
            return machine_names[i].name;
    return machine == EM_S390 ? "31-bit s390" : "another architecture";
}

static int check_header(const struct host_file *file, const struct host_file_source *source,
                        struct error *error)
{
    Elf64_Ehdr header;

    if (file->size < sizeof(Elf32_Ehdr))
        return cut_off(file, "ELF header", source, error);
    if (file->bytes[EI_CLASS] != ELFCLASS64 || file->bytes[EI_DATA] != ELFDATA2MSB ||
        load_be16(file->bytes + offsetof(Elf64_Ehdr, e_machine)) != EM_S390)
        return error_set(error, -ENOEXEC, "%s %s is for %s; give a kernel for s390x", source->role,
                         source->path, machine_name(file));
    if (file->size < sizeof header)
        return cut_off(file, "ELF header", source, error);
    memcpy(&header, file->bytes, sizeof header);
    if (GET16(&header, e_type) != ET_EXEC && GET16(&header, e_type) != ET_DYN)
        return error_set(error, -ENOEXEC,
                         "%s %s is an ELF file of type %u, not a linked program; %s", source->role,
                         source->path, GET16(&header, e_type), "give vmlinux or bzImage");
    if (GET16(&header, e_phnum) == 0)
        return error_set(error, -ENOEXEC,
                         "%s %s has no program headers, so nothing to load; give a linked kernel",
                         source->role, source->path);
    if (GET16(&header, e_phentsize) != sizeof(Elf64_Phdr))
        return error_set(error, -ENOEXEC,
                         "%s %s is damaged: its program headers have %u bytes each, not %zu; "
                         "get it again",
                         source->role, source->path, GET16(&header, e_phentsize),
                         sizeof(Elf64_Phdr));
    if (!inside(file, GET64(&header, e_phoff),
                (uint64_t)GET16(&header, e_phnum) * sizeof(Elf64_Phdr)))
        return cut_off(file, "program header table", source, error);
    return 0;
}

/* Linux links its kernel proper into a file of the same name as the bootable one; it carries
   this section for the boot code that it lacks itself. */
static bool is_kernel_proper(const struct host_file *file, const Elf64_Ehdr *header)
{
    static const char name[] = ".vmlinux.info";
    uint64_t table = GET64(header, e_shoff);
    unsigned count = GET16(header, e_shnum);
    uint64_t names, names_size;
    Elf64_Shdr section;

    if (GET16(header, e_shentsize) != sizeof section || GET16(header, e_shstrndx) >= count ||
        !inside(file, table, (uint64_t)count * sizeof section))
        return false;
    memcpy(&section, file->bytes + table + GET16(header, e_shstrndx) * sizeof section,
           sizeof section);
    names = GET64(&section, sh_offset);
    names_size = GET64(&section, sh_size);
    if (!inside(file, names, names_size))
        return false;
    for (unsigned i = 0; i < count; i++) {
        uint32_t at;

        memcpy(&section, file->bytes + table + i * sizeof section, sizeof section);
        at = GET32(&section, sh_name);
        if (at <= names_size && sizeof name <= names_size - at &&
            !memcmp(file->bytes + names + at, name, sizeof name))
            return true;
    }
    return false;
}

/* Adds one PT_LOAD; where it holds the entry point, *ENTRY becomes a physical address. */
static int add_segment(struct image *image, const struct host_file *file, const Elf64_Phdr *segment,
                       const struct host_file_source *source, struct error *error)
{
    const uint64_t offset = GET64(segment, p_offset);
    const uint64_t file_size = GET64(segment, p_filesz);
    const uint64_t memory_size = GET64(segment, p_memsz);
    const struct image_part part = {
        .address = GET64(segment, p_paddr),
        .bytes = file->bytes + (offset <= file->size ? offset : 0),
        .size = file_size,
        .zeros = memory_size - file_size,
    };

    if (!inside(file, offset, file_size))
        return cut_off(file, "loadable segment", source, error);
    if (memory_size < file_size)
        return error_set(error, -ENOEXEC,
                         "%s %s is damaged: a segment is larger in the file than in storage; "
                         "get it again",
                         source->role, source->path);
    return memory_size ? image_add_part(image, &part, source, error) : 0;
}

static int add_segments(struct image *image, const struct host_file *file, const Elf64_Ehdr *header,
                        const struct host_file_source *source, struct error *error)
{
    const uint64_t entry = GET64(header, e_entry);
    bool found = false;

    for (unsigned i = 0; i < GET16(header, e_phnum); i++) {
        Elf64_Phdr segment;
        uint64_t virtual;
        int code;

        memcpy(&segment, file->bytes + GET64(header, e_phoff) + i * sizeof segment, sizeof segment);
        if (GET32(&segment, p_type) != PT_LOAD)
            continue;
        code = add_segment(image, file, &segment, source, error);
        if (code < 0)
            return code;
        virtual = GET64(&segment, p_vaddr);
        if (entry >= virtual && entry - virtual < GET64(&segment, p_memsz)) {
            image->start.addr = entry - virtual + GET64(&segment, p_paddr);
            found = true;
        }
    }
    if (!found || image->start.addr & 1)
        return error_set(error, -ENOEXEC,
                         "%s %s cannot be started: its entry point 0x%llx is not in what it loads; "
                         "give a bootable kernel",
                         source->role, source->path, (unsigned long long)entry);
    return 0;
}

int image_parse_elf(struct image *image, const struct host_file *file,
                    const struct host_file_source *source, struct error *error)
{
    Elf64_Ehdr header;
    int code = check_header(file, source, error);

    if (code < 0)
        return code;
    memcpy(&header, file->bytes, sizeof header);
    if (GET64(&header, e_entry) != IMAGE_LINUX_ENTRY && is_kernel_proper(file, &header))
        return error_set(error, -ENOEXEC,
                         "%s %s is the kernel without its boot code; give the build's "
                         "arch/s390/boot/bzImage or arch/s390/boot/vmlinux",
                         source->role, source->path);
    image->start.mask = PSW_EXTENDED_ADDRESSING | PSW_BASIC_ADDRESSING;
    return add_segments(image, file, &header, source, error);
}
