/* The motion of the Sun and four planets: double precision with square roots and divisions. */
#include "tests/perf/workloads/perf.h"

#include <math.h>

enum { BODIES = 5 };

struct body {
    double x, y, z, vx, vy, vz, mass;
};

/* Astronomical units, days and solar masses, rounded: the figures need not be exact here. */
static struct body bodies[BODIES] = {
    {.mass = 1},
    {4.8414, -1.1603, -0.1036, 0.001660, 0.007699, -0.0000690, 0.000954},
    {8.3434, 4.1248, -0.4035, -0.002767, 0.004998, 0.0000230, 0.000286},
    {12.8944, -15.1112, -0.2233, 0.002965, 0.002378, -0.0000297, 0.0000437},
    {15.3797, -25.9193, 0.1793, 0.002681, 0.001628, -0.0000952, 0.0000515},
};

static const double gravity = 0.000295912208;

static void attract(struct body *a, struct body *b, double step)
{
    double dx = a->x - b->x;
    double dy = a->y - b->y;
    double dz = a->z - b->z;
    double square = dx * dx + dy * dy + dz * dz;
    double scale = gravity * step / (square * sqrt(square));

    a->vx -= dx * b->mass * scale;
    a->vy -= dy * b->mass * scale;
    a->vz -= dz * b->mass * scale;
    b->vx += dx * a->mass * scale;
    b->vy += dy * a->mass * scale;
    b->vz += dz * a->mass * scale;
}

static void advance(double step)
{
    for (int i = 0; i < BODIES; i++) {
        for (int k = i + 1; k < BODIES; k++)
            attract(&bodies[i], &bodies[k], step);
    }
    for (int i = 0; i < BODIES; i++) {
        bodies[i].x += step * bodies[i].vx;
        bodies[i].y += step * bodies[i].vy;
        bodies[i].z += step * bodies[i].vz;
    }
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 1000000);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++)
        advance(0.01);
    for (int i = 0; i < BODIES; i++)
        result = result * 31 + perf_double_bits(bodies[i].x + bodies[i].vy);
    return perf_report("n-body", rounds, start, result);
}
