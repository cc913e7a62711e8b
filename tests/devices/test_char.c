/* Host character streams: what is typed and printed through pipes and a pseudo-terminal, the escape
   keys, and the terminal's modes before and after. */
#include "devices/hostio/char_file.h"
#include "devices/hostio/char_stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/harness.h"

struct char_rig {
    struct event_loop *loop;
    struct char_stdio *stdio;
    int in[2];
    int out[2];
    sem_t arrived; /* once for every 'Z' that arrives, and for every escape */
    char typed[256];
    size_t typed_length;
    char escapes[8];
    size_t escape_count;
};

static void take(void *owner, const uint8_t *bytes, size_t length)
{
    struct char_rig *rig = owner;

    for (size_t i = 0; i < length; i++) {
        if (rig->typed_length < sizeof rig->typed - 1)
            rig->typed[rig->typed_length++] = (char)bytes[i];
        if (bytes[i] == 'Z')
            sem_post(&rig->arrived);
    }
}

static void escape(void *owner, enum char_escape command)
{
    struct char_rig *rig = owner;

    if (rig->escape_count < sizeof rig->escapes - 1)
        rig->escapes[rig->escape_count++] = command == CHAR_ESCAPE_QUIT ? 'q' : 'h';
    sem_post(&rig->arrived);
}

static bool set_up(struct char_rig *rig, int input_fd, bool timestamps)
{
    struct char_stdio_config config = {
        .input_fd = input_fd, .timestamps = timestamps, .owner = rig, .escape = escape};
    struct error error = {0};

    memset(rig, 0, sizeof *rig);
    sem_init(&rig->arrived, 0, 0);
    if (!CHECK(pipe(rig->in) == 0 && pipe(rig->out) == 0) ||
        !CHECK_EQ(event_loop_create(&rig->loop, &error), 0) ||
        !CHECK_EQ(event_loop_start(rig->loop, &error), 0))
        return false;
    config.loop = rig->loop;
    config.output_fd = rig->out[1];
    if (input_fd == 0)
        config.input_fd = rig->in[0];
    return CHECK_EQ(char_stdio_create(&rig->stdio, &config, &error), 0) &&
           CHECK_EQ(char_stdio_connect(rig->stdio, (struct char_sink){rig, take}, &error), 0);
}

static void tear_down(struct char_rig *rig)
{
    char_stdio_destroy(rig->stdio);
    event_loop_destroy(rig->loop);
    for (int i = 0; i < 2; i++) {
        close(rig->in[i]);
        close(rig->out[i]);
    }
}

static void print(struct char_backend backend, const char *text)
{
    backend.write(backend.owner, (const uint8_t *)text, strlen(text));
}

static void typed_text_passes_and_escapes_act(void)
{
    static const char keys[] = "ls\r\001\001\001b\001q\001h\001xZ";
    struct char_rig rig;

    REQUIRE(set_up(&rig, 0, false));
    CHECK_EQ(write(rig.in[1], keys, sizeof keys - 1), sizeof keys - 1);
    for (int i = 0; i < 3; i++)
        sem_wait(&rig.arrived);
    /* An escape key that comes alone waits for its command. */
    CHECK_EQ(write(rig.in[1], "\001", 1), 1);
    CHECK_EQ(write(rig.in[1], "?", 1), 1);
    sem_wait(&rig.arrived);
    CHECK_STR_EQ(rig.typed, "ls\r\001\017Z");
    CHECK_STR_EQ(rig.escapes, "hqh");
    tear_down(&rig);
}

static void shared_descriptors_stay_blocking(void)
{
    struct char_rig rig;

    REQUIRE(set_up(&rig, 0, false));
    CHECK_EQ(fcntl(rig.in[0], F_GETFL) & O_NONBLOCK, 0);
    CHECK_EQ(fcntl(rig.out[1], F_GETFL) & O_NONBLOCK, 0);
    tear_down(&rig);
}

static void output_passes_unchanged(void)
{
    struct char_rig rig;
    char seen[32] = {0};

    REQUIRE(set_up(&rig, 0, false));
    print(char_stdio_backend(rig.stdio), "one\r\ntwo");
    CHECK_EQ(read(rig.out[0], seen, sizeof seen - 1), 8);
    CHECK_STR_EQ(seen, "one\r\ntwo");
    tear_down(&rig);
}

/* Replaces the digits, which differ from run to run, by zeros. */
static void blank_digits(char *text)
{
    for (; *text; text++)
        if (*text >= '1' && *text <= '9')
            *text = '0';
}

static void timestamps_begin_each_line(void)
{
    struct char_rig rig;
    char seen[128] = {0};

    REQUIRE(set_up(&rig, 0, true));
    print(char_stdio_backend(rig.stdio), "a\nb");
    print(char_stdio_backend(rig.stdio), "c\n");
    CHECK_EQ(write(rig.in[1], "\001tZ", 3), 3);
    sem_wait(&rig.arrived);
    print(char_stdio_backend(rig.stdio), "d\n");
    CHECK(read(rig.out[0], seen, sizeof seen - 1) > 0);
    blank_digits(seen);
    CHECK_STR_EQ(seen, "[    0.000000] a\n[    0.000000] bc\nd\n");
    tear_down(&rig);
}

static void full_pipe_loses_nothing(void)
{
    struct char_rig rig;
    size_t seen = 0;
    static char text[200001], part[65536];
    pid_t child;

    memset(text, 'x', sizeof text - 1);
    REQUIRE(set_up(&rig, 0, false));
    /* Somebody else made the shared descriptor non-blocking. */
    fcntl(rig.out[1], F_SETFL, O_NONBLOCK);
    child = fork();
    if (child == 0) {
        close(rig.out[1]);
        for (ssize_t count; (count = read(rig.out[0], part, sizeof part)) > 0;)
            seen += (size_t)count;
        _exit(seen == sizeof text - 1 ? 0 : 1);
    }
    print(char_stdio_backend(rig.stdio), text);
    tear_down(&rig);
    {
        int status = -1;

        CHECK_EQ(waitpid(child, &status, 0), child);
        CHECK_EQ(status, 0);
    }
}

static void end_of_input_is_no_end(void)
{
    struct char_rig rig;

    REQUIRE(set_up(&rig, 0, false));
    CHECK_EQ(write(rig.in[1], "Z", 1), 1);
    close(rig.in[1]);
    rig.in[1] = dup(rig.out[1]);
    sem_wait(&rig.arrived);
    print(char_stdio_backend(rig.stdio), "on\n");
    CHECK_STR_EQ(rig.typed, "Z");
    tear_down(&rig);
}

static void regular_file_is_read_to_its_end(void)
{
    struct char_rig rig;
    char name[] = "char_test_XXXXXX";
    int fd = mkstemp(name);

    REQUIRE(fd > 0);
    unlink(name);
    CHECK_EQ(write(fd, "uname\nZ", 7), 7);
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    REQUIRE(set_up(&rig, fd, false));
    sem_wait(&rig.arrived);
    CHECK_STR_EQ(rig.typed, "uname\nZ");
    tear_down(&rig);
    close(fd);
}

static void terminal_is_raw_only_meanwhile(void)
{
    struct char_rig rig;
    int master = posix_openpt(O_RDWR | O_NOCTTY), terminal;
    struct termios before, meanwhile, after;

    REQUIRE(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0 && tcgetattr(terminal, &before) == 0);
    CHECK(before.c_lflag & ICANON);
    REQUIRE(set_up(&rig, terminal, false));
    CHECK_EQ(tcgetattr(terminal, &meanwhile), 0);
    CHECK_EQ(meanwhile.c_lflag & (ICANON | ECHO | ISIG), 0);
    CHECK_EQ(meanwhile.c_oflag, before.c_oflag);
    CHECK_EQ(write(master, "\003Z", 2), 2);
    sem_wait(&rig.arrived);
    CHECK_STR_EQ(rig.typed, "\003Z");
    char_stdio_restore_terminal(rig.stdio);
    CHECK_EQ(tcgetattr(terminal, &after), 0);
    CHECK_EQ(after.c_lflag, before.c_lflag);
    CHECK_EQ(after.c_iflag, before.c_iflag);
    /* Repeating it does not undo what the owner did since. */
    CHECK_EQ(tcsetattr(terminal, TCSANOW, &meanwhile), 0);
    char_stdio_restore_terminal(rig.stdio);
    CHECK_EQ(tcgetattr(terminal, &after), 0);
    CHECK_EQ(after.c_lflag, meanwhile.c_lflag);
    tear_down(&rig);
    close(terminal);
    close(master);
}

static void count_loss(void *owner, int code)
{
    int *losses = owner;

    CHECK_EQ(code, (uint64_t)-ENOSPC);
    ++*losses;
}

static void lost_output_is_told_once(void)
{
    int losses = 0;
    const struct char_file_config full = {
        .path = "/dev/full", .owner = &losses, .lost = count_loss};
    struct char_file *file = NULL;
    struct error error = {0};

    REQUIRE(char_file_create(&file, &full, &error) == 0);
    CHECK_EQ(losses, 0);
    for (unsigned i = 0; i < 3; i++)
        print(char_file_backend(file), "gone");
    CHECK_EQ(losses, 1);
    char_file_destroy(file);
}

static int create_file(struct char_file **file, const char *path, struct error *error)
{
    return char_file_create(file, &(struct char_file_config){.path = path}, error);
}

static void files_take_output(void)
{
    struct char_file *file = NULL, *named = NULL;
    struct error error = {0};
    char path[] = "char_test_XXXXXX", by_number[32], seen[32] = {0};
    int fd = mkstemp(path);

    REQUIRE(fd > 0 && write(fd, "old contents", 12) == 12);
    REQUIRE(create_file(&file, path, &error) == 0);
    print(char_file_backend(file), "new\n");
    /* A descriptor's path appends where the descriptor stands. */
    CHECK_EQ(lseek(fd, 0, SEEK_END), 4);
    snprintf(by_number, sizeof by_number, "/proc/self/fd/%d", fd);
    REQUIRE(create_file(&named, by_number, &error) == 0);
    print(char_file_backend(named), "more\n");
    CHECK_EQ(pread(fd, seen, sizeof seen, 0), 9);
    CHECK_STR_EQ(seen, "new\nmore\n");
    char_file_destroy(file);
    char_file_destroy(named);
    unlink(path);
    close(fd);
    CHECK_EQ(create_file(&file, "no/such/folder/file", &error), (uint64_t)-ENOENT);
    CHECK(strstr(error.text, "no/such/folder/file") != NULL);
    print(char_null_backend(), "gone");
}

static const struct test tests[] = {
    TEST(lost_output_is_told_once),         TEST(typed_text_passes_and_escapes_act),
    TEST(shared_descriptors_stay_blocking), TEST(output_passes_unchanged),
    TEST(timestamps_begin_each_line),       TEST(full_pipe_loses_nothing),
    TEST(end_of_input_is_no_end),           TEST(regular_file_is_read_to_its_end),
    TEST(terminal_is_raw_only_meanwhile),   TEST(files_take_output),
};

int main(void)
{
    return RUN_TESTS(tests);
}
