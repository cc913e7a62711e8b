/* Fresh anonymous pages, each touched once and then given back. One operation is one page. */
#include "tests/perf/workloads/perf.h"

#include <sys/mman.h>

enum { PAGES = 2048, PAGE = 4096 };

static uint64_t touch_pages(void)
{
    uint64_t sum = 0;
    uint8_t *area = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    perf_need(area != MAP_FAILED, "mmap");
    madvise(area, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE); /* small pages, where there is a choice */
    for (size_t i = 0; i < PAGES; i++) {
        area[i * PAGE] = (uint8_t)i;
        sum += area[i * PAGE];
    }
    perf_need(munmap(area, (size_t)PAGES * PAGE) == 0, "munmap");
    return sum;
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 40);
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++)
        result += touch_pages();
    return perf_report("page-faults", rounds * PAGES, start, result);
}
