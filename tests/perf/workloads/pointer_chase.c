/*
 * Pointer chasing beyond the TLB: a random cycle through 16,384 pages of 4 KiB, one line of
 * each, so that the lines stay in the host's caches and the translations do not.
 */
#include "tests/perf/workloads/perf.h"

#include <sys/mman.h>

enum { PAGES = 16384, PAGE = 4096, LINE = 64 };

struct node {
    struct node *next;
};

static uint32_t order[PAGES];

static struct node *node_of(uint8_t *area, uint32_t page)
{
    return (struct node *)(area + (size_t)page * PAGE + page * 7 % (PAGE / LINE) * LINE);
}

static struct node *make_cycle(void)
{
    uint64_t state = 1;
    uint8_t *area = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    perf_need(area != MAP_FAILED, "mmap");
    madvise(area, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE); /* small pages, where there is a choice */
    for (uint32_t i = 0; i < PAGES; i++)
        order[i] = i;
    for (uint32_t i = PAGES - 1; i > 0; i--) {
        uint32_t other = (uint32_t)(perf_random(&state) % (i + 1));
        uint32_t page = order[i];

        order[i] = order[other];
        order[other] = page;
    }
    for (uint32_t i = 0; i < PAGES; i++)
        node_of(area, order[i])->next = node_of(area, order[(i + 1) % PAGES]);
    return node_of(area, order[0]);
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 10000000);
    struct node *first = make_cycle();
    struct node *node = first;
    uint64_t start = perf_now();

    for (uint64_t i = 0; i < rounds; i++)
        node = node->next;
    return perf_report("pointer-chase", rounds, start, (uint64_t)((char *)node - (char *)first));
}
