/*
 * Sorting: heap sort with comparisons in line, and the C library's qsort with a function. One
 * operation is one element sorted.
 */
#include "tests/perf/workloads/perf.h"

enum { SIZE = 10000 };

static uint32_t numbers[SIZE];

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static void sift(uint32_t *heap, size_t root, size_t count)
{
    uint32_t value = heap[root];

    for (;;) {
        size_t child = 2 * root + 1;

        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= value)
            break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = value;
}

static void heap_sort(uint32_t *heap, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(heap, i, count);
    for (size_t last = count - 1; last > 0; last--) {
        uint32_t largest = heap[0];

        heap[0] = heap[last];
        heap[last] = largest;
        sift(heap, 0, last);
    }
}

static void fill(uint64_t *state)
{
    for (size_t i = 0; i < SIZE; i++)
        numbers[i] = (uint32_t)(perf_random(state) >> 20);
}

int main(int argc, char **argv)
{
    uint64_t rounds = perf_rounds(argc, argv, 200);
    uint64_t state = 1;
    uint64_t start = perf_now();
    uint64_t result = 0;

    for (uint64_t i = 0; i < rounds; i++) {
        fill(&state);
        heap_sort(numbers, SIZE);
        result = result * 31 + numbers[SIZE / 2];
        fill(&state);
        qsort(numbers, SIZE, sizeof(numbers[0]), compare);
        result = result * 31 + numbers[SIZE / 2];
    }
    return perf_report("sorting", 2 * rounds * SIZE, start, result);
}
