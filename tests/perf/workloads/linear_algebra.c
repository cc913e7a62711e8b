/*
 * Dense linear algebra: a system of equations solved by elimination with pivoting, as LINPACK
 * does. One operation is one system of 100 equations.
 */
#include "tests/perf/workloads/perf.h"

#include <math.h>

enum { SIZE = 100 };

static double matrix[SIZE][SIZE];
static double right[SIZE];

static void fill(uint64_t *state)
{
    for (int i = 0; i < SIZE; i++) {
        right[i] = 0;
        for (int k = 0; k < SIZE; k++) {
            matrix[i][k] = (double)(int32_t)perf_random(state) / 2147483648.0;
            right[i] += matrix[i][k];
        }
    }
}

static void swap_rows(int a, int b)
{
    double value = right[a];

    right[a] = right[b];
    right[b] = value;
    for (int k = 0; k < SIZE; k++) {
        value = matrix[a][k];
        matrix[a][k] = matrix[b][k];
        matrix[b][k] = value;
    }
}

static void eliminate(int column)
{
    int pivot = column;

    for (int i = column + 1; i < SIZE; i++) {
        if (fabs(matrix[i][column]) > fabs(matrix[pivot][column]))
            pivot = i;
    }
    swap_rows(column, pivot);
    for (int i = column + 1; i < SIZE; i++) {
        double factor = matrix[i][column] / matrix[column][column];

        for (int k = column; k < SIZE; k++)
            matrix[i][k] -= factor * matrix[column][k];
        right[i] -= factor * right[column];
    }
}

/* The solution is 1 for each unknown, as far as the rounding goes; returns their sum. */
static double solve(void)
{
    double sum = 0;

    for (int column = 0; column < SIZE; column++)
        eliminate(column);
    for (int i = SIZE - 1; i >= 0; i--) {
        for (int k = i + 1; k < SIZE; k++)
            right[i] -= matrix[i][k] * right[k];
        right[i] /= matrix[i][i];
        sum += right[i];
    }
    return sum;
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 400);
    uint64_t state = 1;
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        fill(&state);
        result = result * 31 + perf_double_bits(solve());
    }
    return perf_report("linear-algebra", rounds, start, result);
}
