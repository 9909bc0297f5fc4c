#ifndef CINSTRUCTIONS_H
#define CINSTRUCTIONS_H
// Instructions that Swift has no operator for, for the kernels that are compiled for processors that have them.
#if defined(__AVX512BF16__)
#include <immintrin.h>

/// sum + the products of 16 pairs of bfloat16; denormal operands and results count as zero.
static inline __attribute__((always_inline)) __m512 wh_dot_pairs(__m512 sum, __m512 a, __m512 b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

/// 16 values of bfloat16 as floats.
static inline __attribute__((always_inline)) __m512 wh_widen_bfloat16(__m256i x) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
}

/// 16 floats rounded to the nearest bfloat16, ties to even; denormals become zero.
static inline __attribute__((always_inline)) __m256i wh_round_to_bfloat16(__m512 x) {
    return (__m256i)_mm512_cvtneps_pbh(x);
}

/// x − ⌊x⌋.
static inline __attribute__((always_inline)) __m512 wh_fraction(__m512 x) {
    return _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

/// x · 2^⌊exponent⌋, rounded once; out of range it becomes zero or infinite.
static inline __attribute__((always_inline)) __m512 wh_scale(__m512 x, __m512 exponent) {
    return _mm512_scalef_ps(x, exponent);
}
#endif
#endif
