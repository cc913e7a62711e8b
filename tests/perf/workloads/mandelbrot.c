/* The Mandelbrot set: multiplications, additions, comparisons. One operation is one point. */
#include "tests/perf/workloads/perf.h"

enum { SIZE = 96, LIMIT = 500 };

static uint32_t escape(double cx, double cy)
{
    double x = 0;
    double y = 0;
    uint32_t count = 0;

    while (count < LIMIT && x * x + y * y <= 4) {
        double next = x * x - y * y + cx;

        y = 2 * x * y + cy;
        x = next;
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 100);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        double shift = 0.0001 * (double)i;

        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++)
                result += escape(shift - 2 + 3.0 * column / SIZE, 3.0 * row / SIZE - 1.5);
        }
    }
    return perf_report("mandelbrot", rounds * SIZE * SIZE, start, result);
}
