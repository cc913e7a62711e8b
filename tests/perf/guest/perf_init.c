/*
 * The first process of the guests of tests/perf/compare. It runs the workloads that /perf/list
 * names, one after the other, and reports on the console in lines that begin with "@":
 *
 *   @init                                  the kernel has started the first process
 *   @begin NAME                            and what follows belongs to this workload
 *   @result NAME OPERATIONS NANOSECONDS RESULT
 *   @error TEXT                            what a workload that failed said
 *   @end NAME STATUS NANOSECONDS           exit status, or 128 and the signal; time with start
 *   @done                                  power-off follows
 *
 * A line of /perf/list is "KIND NAME OPERATIONS COMMAND". Of kind "line", the command prints a
 * line as in perf.h, which is passed on; of kind "time", the command is timed here, from fork to
 * its end, and RESULT is a hash of its standard output. "run" only runs it, for preparation.
 */
#include "tests/perf/workloads/perf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define OUTPUT "/tmp/output"
#define ERRORS "/tmp/errors"

static void mount_all(void)
{
    static const struct {
        const char *type, *target;
    } mounts[] = {
        {"devtmpfs", "/dev"}, {"proc", "/proc"}, {"sysfs", "/sys"},
        {"tmpfs", "/tmp"},    {"tmpfs", "/run"},
    };

    for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
        mkdir(mounts[i].target, 0755);
        if (mount(mounts[i].type, mounts[i].target, mounts[i].type, 0, NULL) && errno != EBUSY)
            printf("@error mount %s: %s\n", mounts[i].target, strerror(errno));
    }
}

static void redirect(const char *path, int flags, int target)
{
    int file = open(path, flags, 0600);

    if (file >= 0) {
        dup2(file, target);
        close(file);
    }
}

/* Runs COMMAND by /bin/sh where it has any need of a shell, and returns as a shell would. */
static int run_command(char *command, uint64_t *nanoseconds)
{
    uint64_t start = perf_now();
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        char *words[16] = {NULL};
        size_t count = 0;

        redirect("/dev/null", O_RDONLY, 0);
        redirect(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 1);
        redirect(ERRORS, O_WRONLY | O_CREAT | O_TRUNC, 2);
        if (strpbrk(command, "'\"|&;<>$*"))
            execl("/bin/sh", "sh", "-c", command, NULL);
        for (char *word = strtok(command, " "); word && count < 15; word = strtok(NULL, " "))
            words[count++] = word;
        execvp(words[0], words);
        fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 126;
    *nanoseconds = perf_now() - start;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The last line of what was written to PATH, without its end. */
static void last_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "r");

    line[0] = 0;
    if (!file)
        return;
    while (fgets(line, (int)size, file))
        continue;
    line[strcspn(line, "\n")] = 0;
    fclose(file);
}

/* FNV-1a of the standard output. */
static uint64_t hash_output(void)
{
    static uint8_t buffer[65536];
    uint64_t hash = 14695981039346656037u;
    int file = open(OUTPUT, O_RDONLY);
    ssize_t size;

    while ((size = read(file, buffer, sizeof(buffer))) > 0) {
        for (ssize_t i = 0; i < size; i++)
            hash = (hash ^ buffer[i]) * 1099511628211u;
    }
    close(file);
    return hash;
}

static void run_workload(const char *kind, const char *name, const char *operations, char *command)
{
    char line[512];
    uint64_t nanoseconds = 0;
    int status;

    printf("@begin %s\n", name);
    status = run_command(command, &nanoseconds);
    if (status != 0) {
        last_line(ERRORS, line, sizeof(line));
        printf("@error %s\n", line);
    } else if (strcmp(kind, "line") == 0) {
        last_line(OUTPUT, line, sizeof(line));
        printf("@result %s\n", line);
    } else if (strcmp(kind, "time") == 0) {
        printf("@result %s %s %" PRIu64 " %016" PRIx64 "\n", name, operations, nanoseconds,
               hash_output());
    }
    printf("@end %s %d %" PRIu64 "\n", name, status, nanoseconds);
}

static void run_list(void)
{
    FILE *list = fopen("/perf/list", "r");
    char line[4096];

    if (!list) {
        printf("@error /perf/list: %s\n", strerror(errno));
        return;
    }
    while (fgets(line, sizeof(line), list)) {
        char *command = line;
        char *kind = strsep(&command, " ");
        char *name = strsep(&command, " ");
        char *operations = strsep(&command, " ");

        if (!command)
            continue;
        command[strcspn(command, "\n")] = 0;
        run_workload(kind, name, operations, command);
    }
    fclose(list);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("@init");
    setenv("PATH", "/perf:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("HOME", "/tmp", 1);
    setenv("LC_ALL", "C", 1);
    mount_all();
    run_list();
    puts("@done");
    tcdrain(1);
    reboot(RB_POWER_OFF);
    return 1;
}
