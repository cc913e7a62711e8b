/* CRC-32 by a table: dependent byte loads and table look-ups. One operation is one KiB. */
#include "tests/perf/workloads/perf.h"

enum { KIB = 16 };

static uint32_t table[256];
static uint8_t data[KIB * 1024];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;

        for (int bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ (value & 1 ? 0xedb88320u : 0);
        table[i] = value;
    }
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 16000);
    uint64_t state = 1;
    uint64_t start;
    uint32_t crc = ~0u;

    make_table();
    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)perf_random(&state);
    start = perf_now();
    for (uint64_t i = 0; i < rounds; i++) {
        for (size_t k = 0; k < sizeof(data); k++)
            crc = (crc >> 8) ^ table[(crc ^ data[k]) & 255];
    }
    return perf_report("table-crc", rounds * KIB, start, crc);
}
