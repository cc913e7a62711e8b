/* `zither run`. */
#ifndef ZITHER_CLI_RUN_COMMAND_H
#define ZITHER_CLI_RUN_COMMAND_H

/* The program's exit status, as docs/man/zither.1 has them. */
enum exit_status {
    STATUS_GUEST_ENDED = 0,
    STATUS_ERROR = 1,
    STATUS_GUEST_FAILED = 3,
    STATUS_WEDGED = 4,
    STATUS_DIFFERS = 5,
    STATUS_TIMEOUT = 124,
};

/* ARGUMENTS are those behind `run`, ended by a null. The exit status. */
int run_command(char **arguments);

#endif
