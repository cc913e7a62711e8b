/*
 * The compiler extensions that Zither uses, all of them, each behind a name.
 * Nothing outside this file spells an extension of its own, so a port to another
 * compiler starts and ends here.
 */
#ifndef ZITHER_BASE_COMPILER_H
#define ZITHER_BASE_COMPILER_H

#include <stdint.h>

__extension__ typedef unsigned __int128 uint128_t;
__extension__ typedef __int128 int128_t;

/* Two words that are computed with at once; vector_words[i] is one of them. */
typedef uint64_t vector_words __attribute__((vector_size(16)));

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define ALWAYS_INLINE              inline __attribute__((always_inline))
#define NEVER_INLINE               __attribute__((noinline))
#define COLD                       __attribute__((cold, noinline))
#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))
#define UNUSED                     __attribute__((unused))
#define VECTOR_OF_BYTES(n)         __attribute__((vector_size(n))) /* behind the name of a typedef */
#define vector_convert(v, type)    __builtin_convertvector(v, type) /* lane by lane */

/* Functions that use instructions beyond the host's baseline, and whether it has them. */
#define TARGET_AVX2       __attribute__((target("avx2,bmi,bmi2")))
#define TARGET_VBMI       __attribute__((target("avx512f,avx512bw,avx512vbmi")))
#define TARGET_PCLMUL     __attribute__((target("pclmul")))
#define host_has(feature) __builtin_cpu_supports(feature)

/* Before a loop of at most four rounds, whose count is a constant once it is inlined. */
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 4")
#endif

/* True when the operation overflowed; *RESULT holds the wrapped value either way. */
#define add_overflows(a, b, result) __builtin_add_overflow((a), (b), (result))
#define sub_overflows(a, b, result) __builtin_sub_overflow((a), (b), (result))
#define mul_overflows(a, b, result) __builtin_mul_overflow((a), (b), (result))

/* Tells the processor that the program waits for another one's store. */
static inline void spin_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Statically reached only by a bug; never by anything a guest can do. */
#define UNREACHABLE() __builtin_unreachable()

#endif
