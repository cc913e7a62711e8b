/*
 * An interpreter of bytecode for a small stack machine, with one switch: the shape of many
 * language runtimes. One operation is one bytecode instruction.
 */
#include "tests/perf/workloads/perf.h"

enum opcode { PUSH, LOAD, STORE, ADD, SUB, MUL, AND, XOR, SHIFT, JUMP_IF, LOOP, HALT };

struct bytecode {
    uint8_t op;
    int8_t operand;
};

/*
 * Variables: 0 the counter, 1 a sum, 2 a product. While the counter is not zero: the sum takes
 * the counter, the product is mixed with it, and every other round the sum is shifted.
 */
static const struct bytecode program[] = {
    {LOAD, 1}, {LOAD, 0},  {ADD, 0},   {STORE, 1}, {LOAD, 2},  {PUSH, 31}, {MUL, 0},
    {LOAD, 1}, {XOR, 0},   {STORE, 2}, {LOAD, 0},  {PUSH, 1},  {AND, 0},   {JUMP_IF, 3},
    {LOAD, 1}, {SHIFT, 3}, {STORE, 1}, {LOAD, 2},  {STORE, 2}, {LOAD, 0},  {PUSH, 1},
    {SUB, 0},  {STORE, 0}, {LOAD, 0},  {LOOP, 24}, {HALT, 0},
};

struct machine {
    uint64_t stack[16];
    uint64_t variables[4];
    uint64_t executed;
};

static void run(struct machine *machine)
{
    uint64_t *top = machine->stack;
    const struct bytecode *next = program;
    uint64_t executed = 0;

    for (;;) {
        const struct bytecode *code = next++;

        executed++;
        switch (code->op) {
        case PUSH:
            *++top = (uint64_t)code->operand;
            break;
        case LOAD:
            *++top = machine->variables[code->operand];
            break;
        case STORE:
            machine->variables[code->operand] = *top--;
            break;
        case ADD:
            top--;
            top[0] += top[1];
            break;
        case SUB:
            top--;
            top[0] -= top[1];
            break;
        case MUL:
            top--;
            top[0] *= top[1];
            break;
        case AND:
            top--;
            top[0] &= top[1];
            break;
        case XOR:
            top--;
            top[0] ^= top[1];
            break;
        case SHIFT:
            *top = *top << code->operand | *top >> (64 - code->operand);
            break;
        case JUMP_IF:
            if (*top--)
                next += code->operand;
            break;
        case LOOP:
            if (*top--)
                next -= code->operand + 1;
            break;
        default:
            machine->executed += executed;
            return;
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 4000000);
    struct machine machine = {.variables = {rounds, 1, 1}};
    uint64_t start = perf_now();

    run(&machine);
    return perf_report("bytecode", machine.executed, start,
                       machine.variables[1] ^ machine.variables[2]);
}
