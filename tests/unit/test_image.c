/*
 * What the user gives to be started: every form is recognised and loaded whole; every broken
 * or foreign one is refused with a sentence that names it.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "src/base/be.h"
#include "src/machine/image.h"
#include "src/machine/ipl.h"
#include "tests/harness.h"

#define ENTRY      0x10000u
#define FILE_BYTES 0x12000u

/* A file being made up. */
static struct {
    uint8_t bytes[FILE_BYTES];
    size_t size;
} made;

static struct error error;

static int parse_limited(struct image *image, size_t limit)
{
    const struct host_file_source source = {
        .role = "kernel",
        .path = "FILE",
        .limit = limit,
        .limit_remedy = "give a smaller one",
    };
    struct host_file file = {malloc(made.size), made.size};

    memcpy(file.bytes, made.bytes, made.size);
    error.text[0] = 0;
    return image_parse(image, &file, &source, &error);
}

static int parse(struct image *image)
{
    return parse_limited(image, IMAGE_FILE_MAX);
}

static bool refused(const char *sentence)
{
    struct image image;
    int code = parse(&image);

    if (code == 0)
        image_destroy(&image);
    if (code == 0 || !strstr(error.text, sentence) || !strstr(error.text, "kernel FILE"))
        printf("# %d, \"%s\", wanted \"%s\"\n", code, error.text, sentence);
    return code < 0 && strstr(error.text, sentence) && strstr(error.text, "kernel FILE");
}

static void make_flat(size_t size, uint64_t short_psw)
{
    memset(&made, 0, sizeof made);
    made.size = size;
    store_be64(made.bytes, short_psw);
}

static void make_linux(uint64_t command_line_room)
{
    make_flat(0x11000, UINT64_C(0x0008000080000200));
    memcpy(made.bytes + IMAGE_LINUX_MAGIC, "S390EP", 6);
    store_be64(made.bytes + IMAGE_LINUX_COMMAND_LINE_ROOM, command_line_room);
}

/* An image that names its version, and so has a mark at its end. */
static void make_versioned_linux(const char *version, const char *end)
{
    make_linux(4096);
    store_be64(made.bytes + IMAGE_LINUX_VERSION, 0x10800);
    memcpy(made.bytes + 0x10800, version, strlen(version));
    memcpy(made.bytes + made.size - strlen(end), end, strlen(end));
}

static Elf64_Ehdr *elf_header(void)
{
    return (Elf64_Ehdr *)(void *)made.bytes;
}

static Elf64_Phdr *elf_segment(unsigned i)
{
    return (Elf64_Phdr *)(void *)(made.bytes + sizeof(Elf64_Ehdr)) + i;
}

static void make_segment(unsigned i, uint64_t offset, uint64_t address, uint64_t size)
{
    Elf64_Phdr *segment = elf_segment(i);

    store_be32(&segment->p_type, PT_LOAD);
    store_be64(&segment->p_offset, offset);
    store_be64(&segment->p_vaddr, address);
    store_be64(&segment->p_paddr, address);
    store_be64(&segment->p_filesz, size);
    store_be64(&segment->p_memsz, size);
}

/* Two segments, the second at the entry with 0x100 zeros behind it. */
static void make_elf(void)
{
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2MSB, EV_CURRENT};
    Elf64_Ehdr *header = elf_header();

    memset(&made, 0, sizeof made);
    made.size = 0x2000;
    memcpy(header->e_ident, ident, sizeof ident);
    store_be16(&header->e_type, ET_EXEC);
    store_be16(&header->e_machine, EM_S390);
    store_be64(&header->e_entry, ENTRY);
    store_be64(&header->e_phoff, sizeof *header);
    store_be16(&header->e_phentsize, sizeof(Elf64_Phdr));
    store_be16(&header->e_phnum, 2);
    make_segment(0, 0x400, 0, 0x200);
    make_segment(1, 0x1000, ENTRY, 0x1000);
    store_be64(&elf_segment(1)->p_memsz, 0x1100);
    memset(made.bytes + 0x400, 0xaa, 0x200);
    memset(made.bytes + 0x1000, 0xbb, 0x1000);
}

static void gzip_made(void)
{
    static uint8_t packed[FILE_BYTES];
    z_stream stream = {
        .next_in = made.bytes,
        .avail_in = (uInt)made.size,
        .next_out = packed,
        .avail_out = sizeof packed,
    };

    CHECK_EQ(deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    CHECK_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    made.size = stream.total_out;
    memcpy(made.bytes, packed, made.size);
    deflateEnd(&stream);
}

static void test_linux_cut_off(void)
{
    static const struct {
        const char *version, *end;
        bool whole;
    } cases[] = {
        {"6.1.0-50-s390x (someone)", " zIPL", true},
        {"6.1.0-50-s390x (someone)", "~Module signature appended~\n", true},
        {"6.1.0-50-s390x (someone)", " zIP", false},
        {"5.10.0", "", false},
        {"5.9.16", "", true},
        {"4.18.0-553.el8.s390x", "", true},
        {"no version", "", true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct image image;

        make_versioned_linux(cases[i].version, cases[i].end);
        if (!cases[i].whole) {
            CHECK(refused("is cut off after 69632 bytes"));
            continue;
        }
        REQUIRE(parse(&image) == 0);
        image_destroy(&image);
    }
    make_versioned_linux("6.12.0", " zIPL");
    memset(made.bytes + made.size, 0, 0x800);
    made.size += 0x800; /* padding */
    CHECK(!refused("is cut off"));
}

static void test_linux(void)
{
    struct image image;

    make_linux(4096);
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.start.addr, ENTRY);
    CHECK_EQ(image.start.mask, UINT64_C(0x180000000));
    CHECK(image.linux_parameters);
    CHECK_EQ(image.command_line_room, 4096);
    CHECK_EQ(image_end(&image), 0x11000);
    image_destroy(&image);

    make_linux(0);
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.command_line_room, 896);
    image_destroy(&image);
}

static void test_flat(void)
{
    struct image image;

    make_flat(0x3000, UINT64_C(0x0008000080002000));
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.start.addr, 0x2000);
    CHECK_EQ(image.start.mask, UINT64_C(0x80000000));
    CHECK(!image.linux_parameters);
    image_destroy(&image);

    make_flat(0x3000, UINT64_C(0x0008000080003000)); /* behind the end */
    CHECK(refused("cut off after 12288 bytes"));
    make_flat(0x3000, UINT64_C(0x0000000080002000)); /* no short PSW */
    CHECK(refused("is no kernel that can be started"));
    make_flat(0x3000, UINT64_C(0x0008000080002001)); /* odd */
    CHECK(refused("cut off"));
    make_flat(7, 0);
    CHECK(refused("only 7 bytes"));
}

static void test_elf(void)
{
    struct image image;
    uint8_t bytes[4];

    make_elf();
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.part_count, 2);
    CHECK_EQ(image.start.addr, ENTRY);
    CHECK_EQ(image.start.mask, UINT64_C(0x180000000));
    CHECK_EQ(image_end(&image), ENTRY + 0x1100);
    CHECK(image_peek(&image, 0x1fc, bytes, 4));
    CHECK_EQ(load_be32(bytes), 0xaaaaaaaa);
    CHECK(!image_peek(&image, 0x1fd, bytes, 4));
    CHECK(image_peek(&image, ENTRY, bytes, 4));
    CHECK_EQ(load_be32(bytes), 0xbbbbbbbb);
    image_destroy(&image);

    /* Linked at a virtual address, loaded at another. */
    make_elf();
    store_be64(&elf_segment(1)->p_vaddr, UINT64_C(0x3ffe0000000));
    store_be64(&elf_header()->e_entry, UINT64_C(0x3ffe0000010));
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.start.addr, ENTRY + 0x10);
    image_destroy(&image);
}

static void test_elf_truncated(void)
{
    for (size_t size = 4; size < 0x2000; size += size < 0x100 ? 1 : 0x40) {
        make_elf();
        made.size = size;
        if (!CHECK(refused("is cut off")))
            return;
    }
}

static void test_elf_damaged(void)
{
    static const uint64_t wild[] = {0x2001, UINT64_MAX, UINT64_MAX - 0xfff};

    for (unsigned i = 0; i < 3; i++) {
        make_elf();
        store_be64(&elf_header()->e_phoff, wild[i]);
        CHECK(refused("program header table"));
        make_elf();
        store_be64(&elf_segment(1)->p_offset, wild[i]);
        CHECK(refused("loadable segment"));
        make_elf();
        store_be64(&elf_segment(1)->p_filesz, wild[i]);
        CHECK(refused("loadable segment"));
        make_elf();
        store_be64(&elf_header()->e_entry, wild[i]);
        CHECK(refused("entry point"));
    }
    make_elf();
    store_be64(&elf_segment(1)->p_memsz, 0xfff);
    CHECK(refused("larger in the file"));
    make_elf();
    store_be16(&elf_header()->e_phnum, 0xffff);
    CHECK(refused("program header table"));
    make_elf();
    store_be16(&elf_header()->e_phnum, 0);
    CHECK(refused("no program headers"));
    make_elf();
    store_be16(&elf_header()->e_phentsize, 32);
    CHECK(refused("32 bytes each"));
    make_elf();
    store_be16(&elf_header()->e_type, ET_REL);
    CHECK(refused("not a linked program"));
    make_elf();
    store_be64(&elf_header()->e_entry, ENTRY + 1);
    CHECK(refused("entry point"));
    make_elf();
    store_be16(&elf_header()->e_phnum, 70);
    for (unsigned i = 0; i < 70; i++)
        make_segment(i, 0x1000, ENTRY, 0x10);
    CHECK(refused("more than 64 parts"));
}

static void test_elf_sections(void)
{
    static const char names[] = "\0.vmlinux.info";
    Elf64_Shdr *section = (Elf64_Shdr *)(void *)(made.bytes + 0x800);

    make_elf();
    store_be64(&elf_header()->e_entry, ENTRY + 2);
    store_be64(&elf_header()->e_shoff, 0x800);
    store_be16(&elf_header()->e_shentsize, sizeof *section);
    store_be16(&elf_header()->e_shnum, 2);
    store_be16(&elf_header()->e_shstrndx, 0);
    store_be64(&section[0].sh_offset, 0x900);
    store_be64(&section[0].sh_size, sizeof names);
    memcpy(made.bytes + 0x900, names, sizeof names);
    store_be32(&section[1].sh_name, 1);
    CHECK(refused("kernel without its boot code"));

    /* A table that leads outside the file is no table. */
    for (unsigned damage = 0; damage < 3; damage++) {
        struct image image;

        if (damage == 0)
            store_be64(&elf_header()->e_shoff, UINT64_MAX - 3);
        if (damage == 1)
            store_be64(&section[0].sh_size, UINT64_MAX);
        if (damage == 2)
            store_be32(&section[1].sh_name, UINT32_MAX);
        CHECK_EQ(parse(&image), 0);
        image_destroy(&image);
        store_be64(&elf_header()->e_shoff, 0x800);
        store_be64(&section[0].sh_size, sizeof names);
    }
}

static void test_foreign(void)
{
    static const struct {
        uint8_t class, data;
        uint16_t machine;
        const char *sentence;
    } rows[] = {
        {ELFCLASS64, ELFDATA2LSB, EM_X86_64, "is for x86-64"},
        {ELFCLASS64, ELFDATA2LSB, EM_AARCH64, "is for AArch64"},
        {ELFCLASS64, ELFDATA2MSB, EM_PPC64, "is for 64-bit PowerPC"},
        {ELFCLASS32, ELFDATA2MSB, EM_S390, "is for 31-bit s390"},
        {ELFCLASS32, ELFDATA2LSB, EM_386, "is for 32-bit x86"},
        {ELFCLASS64, ELFDATA2MSB, 0x7777, "is for another architecture"},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *machine = (uint8_t *)&elf_header()->e_machine;

        make_elf();
        made.bytes[EI_CLASS] = rows[i].class;
        made.bytes[EI_DATA] = rows[i].data;
        store_be16(machine, rows[i].machine);
        if (rows[i].data == ELFDATA2LSB) {
            machine[0] = (uint8_t)rows[i].machine;
            machine[1] = (uint8_t)(rows[i].machine >> 8);
        }
        CHECK(refused(rows[i].sentence));
    }
    make_flat(0x1000, 0);
    memcpy(made.bytes + 0x202, "HdrS", 4);
    CHECK(refused("a Linux kernel for x86"));
    make_flat(0x1000, 0);
    memcpy(made.bytes + 0x38, "ARM\x64", 4);
    CHECK(refused("a Linux kernel for AArch64"));
}

static void test_gzip(void)
{
    struct image image;
    size_t whole;

    make_linux(4096);
    gzip_made();
    whole = made.size;
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.start.addr, ENTRY);
    CHECK_EQ(image_end(&image), 0x11000);
    image_destroy(&image);

    made.size = whole - 1;
    CHECK(refused("damaged gzip"));
    made.size = 30;
    CHECK(refused("damaged gzip"));
    made.size = whole;
    made.bytes[whole - 8] ^= 1; /* its checksum */
    CHECK(refused("damaged gzip"));

    make_elf();
    gzip_made();
    REQUIRE(parse(&image) == 0);
    CHECK_EQ(image.part_count, 2);
    image_destroy(&image);
}

static void test_gzip_bomb(void)
{
    struct image image;

    make_linux(4096);
    gzip_made();
    CHECK_EQ(parse_limited(&image, 0x10fff), -EFBIG);
    CHECK(strstr(error.text, "give a smaller one"));
    CHECK_EQ(parse_limited(&image, 0x11000), 0);
    image_destroy(&image);
}

/* Writes a file of the test's folder and returns its name there. */
static const char *put_file(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "w");

    if (file) {
        fwrite(bytes, 1, size, file);
        fclose(file);
    }
    return name;
}

static void put_text(const char *name, const char *text)
{
    put_file(name, text, strlen(text));
}

static int read_file(struct image *image, const char *path)
{
    const struct host_file_source source = {"kernel", path, IMAGE_FILE_MAX, "give a smaller one"};

    error.text[0] = 0;
    return image_read(image, &source, &error);
}

static void test_list(void)
{
    struct image image;
    uint8_t bytes[8];

    REQUIRE(mkdir("list", 0777) == 0);
    make_linux(4096);
    put_file("list/kernel", made.bytes, made.size);
    put_text("list/parmfile", "quiet");
    put_text("list/a.ins", "* a comment\nkernel 0x00000000\r\n\n  parmfile\t0x00010480\n");
    REQUIRE(read_file(&image, "list/a.ins") == 0);
    CHECK_EQ(image.part_count, 2);
    CHECK(image.own_command_line);
    CHECK_EQ(image.start.addr, ENTRY);
    CHECK(image_peek(&image, IMAGE_LINUX_COMMAND_LINE, bytes, 5));
    CHECK_MEM_EQ(bytes, "quiet", 5);
    image_destroy(&image);

    put_text("list/b.ins", "kernel 0x0\nmissing 0x100\n");
    CHECK_EQ(read_file(&image, "list/b.ins"), -ENOENT);
    CHECK(strstr(error.text, "file list/missing"));
    put_text("list/c.ins", "kernel 0x0\nparmfile\n");
    CHECK_EQ(read_file(&image, "list/c.ins"), -EINVAL);
    CHECK(strstr(error.text, "line 2"));
    put_text("list/d.ins", "kernel 0xffffffffffffffffff\n");
    CHECK_EQ(read_file(&image, "list/d.ins"), -EINVAL);
    put_text("list/e.ins", "kernel 0 1\n");
    CHECK_EQ(read_file(&image, "list/e.ins"), -EINVAL);
    put_text("list/f.ins", "parmfile 0x10480\n");
    CHECK_EQ(read_file(&image, "list/f.ins"), -ENOEXEC);
    CHECK(strstr(error.text, "nothing that can be started"));
    put_text("list/g.ins", "* nothing\n");
    CHECK_EQ(read_file(&image, "list/g.ins"), -ENOEXEC);
}

static void test_files(void)
{
    struct image image;
    int ends[2];
    char path[64];

    CHECK_EQ(read_file(&image, "not-there"), -ENOENT);
    CHECK(strstr(error.text, "cannot open kernel not-there"));
    CHECK_EQ(read_file(&image, "."), -EISDIR);
    CHECK_EQ(read_file(&image, put_file("empty", "", 0)), -ENODATA);
    CHECK(strstr(error.text, "kernel empty is empty"));

    /* A pipe has no size and cannot be sought in. */
    make_flat(0x3000, UINT64_C(0x0008000080002000));
    REQUIRE(pipe(ends) == 0);
    CHECK_EQ(write(ends[1], made.bytes, made.size), made.size);
    close(ends[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    CHECK_EQ(read_file(&image, path), 0);
    CHECK_EQ(image_end(&image), 0x3000);
    image_destroy(&image);
    close(ends[0]);
}

static int prepare(struct ipl *ipl, const char *initrd, const char *command_line, unsigned mib)
{
    const struct ipl_config config = {"linux", initrd, command_line, (uint64_t)mib << 20};

    error.text[0] = 0;
    return ipl_prepare(ipl, &config, &error);
}

static void test_ipl(void)
{
    struct storage storage;
    struct ipl ipl;
    struct psw start;

    make_linux(4096);
    put_file("linux", made.bytes, made.size);
    put_text("initrd", "the initrd");
    REQUIRE(prepare(&ipl, "initrd", "a=b", 16) == 0);
    REQUIRE(storage_create(&storage, 16u << 20, &error) == 0);
    for (unsigned time = 0; time < 2; time++) { /* loading again needs no file */
        storage_clear(&storage);
        start = ipl_load(&ipl, &storage);
        CHECK_EQ(start.addr, ENTRY);
        CHECK_STR_EQ((char *)storage.host + IMAGE_LINUX_COMMAND_LINE, "a=b");
        CHECK_EQ(load_be64(storage.host + IMAGE_LINUX_INITRD_ADDRESS), 8u << 20);
        CHECK_EQ(load_be64(storage.host + IMAGE_LINUX_INITRD_SIZE), 10);
        CHECK_MEM_EQ(storage.host + (8u << 20), "the initrd", 10);
        unlink("initrd");
    }
    ipl_destroy(&ipl);
    storage_destroy(&storage);
}

static void test_ipl_zeros(void)
{
    const struct ipl_config config = {.kernel = "elf", .memory_size = 1u << 20};
    struct storage storage;
    struct ipl ipl;

    make_elf();
    put_file("elf", made.bytes, made.size);
    REQUIRE(ipl_prepare(&ipl, &config, &error) == 0);
    REQUIRE(storage_create(&storage, 1u << 20, &error) == 0);
    memset(storage.host, 0xcc, 1u << 20); /* as a dump's IPL finds it: not cleared */
    ipl_load(&ipl, &storage);
    CHECK_EQ(storage.host[ENTRY + 0xfff], 0xbb);
    CHECK_EQ(load_be64(storage.host + ENTRY + 0x1000), 0);
    CHECK_EQ(load_be64(storage.host + ENTRY + 0x10f8), 0);
    CHECK_EQ(storage.host[ENTRY + 0x1100], 0xcc);
    ipl_destroy(&ipl);
    storage_destroy(&storage);
}

static void test_ipl_refusals(void)
{
    static char line[5000];
    struct ipl ipl;

    make_linux(4096);
    put_file("linux", made.bytes, made.size);
    memset(line, 'x', 4096);
    CHECK_EQ(prepare(&ipl, NULL, line, 16), -E2BIG);
    CHECK(strstr(error.text, "at most 4095"));
    line[4095] = 0;
    CHECK_EQ(prepare(&ipl, NULL, line, 16), 0);
    ipl_destroy(&ipl);

    CHECK_EQ(prepare(&ipl, "not-there", NULL, 16), -ENOENT);
    CHECK(strstr(error.text, "initrd not-there"));
    put_file("big", made.bytes, FILE_BYTES);
    CHECK_EQ(prepare(&ipl, "big", NULL, 8), -ENOSPC); /* the initrd starts at 8 MiB */
    CHECK(strstr(error.text, "initrd big") && strstr(error.text, "--memory"));
    REQUIRE(truncate("big", 9 << 20) == 0);
    CHECK_EQ(prepare(&ipl, "big", NULL, 8), -EFBIG);
    CHECK(strstr(error.text, "initrd big") && strstr(error.text, "--memory"));

    make_flat(0x3000, UINT64_C(0x0008000080002000));
    put_file("linux", made.bytes, made.size);
    CHECK_EQ(prepare(&ipl, NULL, "a", 16), -EINVAL);
    CHECK(strstr(error.text, "takes no command line"));
    CHECK_EQ(prepare(&ipl, "big", NULL, 16), -EINVAL);
    REQUIRE(truncate("linux", 3 << 20) == 0);
    CHECK_EQ(prepare(&ipl, NULL, NULL, 2), -ENOSPC);
    CHECK(strstr(error.text, "kernel linux") && strstr(error.text, "--memory"));
}

int main(void)
{
    static const struct test tests[] = {
        TEST(test_linux),        TEST(test_linux_cut_off), TEST(test_flat),
        TEST(test_elf),          TEST(test_elf_truncated), TEST(test_elf_damaged),
        TEST(test_elf_sections), TEST(test_foreign),       TEST(test_gzip),
        TEST(test_gzip_bomb),    TEST(test_list),          TEST(test_files),
        TEST(test_ipl),          TEST(test_ipl_zeros),     TEST(test_ipl_refusals),
    };
    char folder[] = "test_image.XXXXXX";
    int status;

    if (!mkdtemp(folder) || chdir(folder) < 0)
        return 1;
    status = RUN_TESTS(tests);
    if (chdir("..") < 0)
        return 1;
    snprintf(error.text, sizeof error.text, "rm -rf %s", folder);
    return system(error.text) == 0 ? status : 1;
}
