#ifndef CINSTRUCTIONS_H
#define CINSTRUCTIONS_H
// Instructions that Swift has no operator for. What not every processor has comes in a second form with the same results.
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define WH_INLINE static inline __attribute__((always_inline))

typedef float wh_floats __attribute__((ext_vector_type(16)));
typedef int32_t wh_integers __attribute__((ext_vector_type(16)));
typedef uint8_t wh_bytes __attribute__((ext_vector_type(16)));

/// 16 bytes as integers.
WH_INLINE wh_integers wh_widen_bytes(const void *bytes) {
    wh_bytes x;
    memcpy(&x, bytes, sizeof x);
    return __builtin_convertvector(x, wh_integers);
}

/// The low bytes of 16 integers.
WH_INLINE void wh_store_low_bytes(wh_integers x, void *bytes) {
    wh_bytes low = __builtin_convertvector(x, wh_bytes);
    memcpy(bytes, &low, sizeof low);
}

/// 16 integers as floats, rounded to the nearest.
WH_INLINE wh_floats wh_floats_of(wh_integers x) { return __builtin_convertvector(x, wh_floats); }

/// sum + the products of 16 times four unsigned bytes of `x` and signed bytes of `w`, exact.
WH_INLINE wh_integers wh_dot_bytes(wh_integers sum, wh_integers x, wh_integers w) {
#if defined(__AVX512VNNI__)
    return (wh_integers)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x, (__m512i)w);
#elif defined(__AVX512BW__)
    __m512i mask = _mm512_set1_epi16(0x00FF);
    __m512i even = _mm512_and_si512((__m512i)x, mask), odd = _mm512_srli_epi16((__m512i)x, 8);
    __m512i even_w = _mm512_srai_epi16(_mm512_slli_epi16((__m512i)w, 8), 8), odd_w = _mm512_srai_epi16((__m512i)w, 8);
    return sum + (wh_integers)_mm512_madd_epi16(even, even_w) + (wh_integers)_mm512_madd_epi16(odd, odd_w);
#else
    for (int byte = 0; byte < 4; byte++) {
        sum += ((x >> (8 * byte)) & 255) * ((wh_integers)((uint32_t __attribute__((ext_vector_type(16))))w << (24 - 8 * byte)) >> 24);
    }
    return sum;
#endif
}

#if defined(__AVX512VBMI__)
/// 64 bytes, four pixels of 16 channels, as 16 times the four values of a channel.
WH_INLINE wh_integers wh_gather_channels(const void *pixels) {
    __m512i order = _mm512_add_epi8(
        _mm512_set1_epi32(0x30201000),
        _mm512_set_epi32(0x0F0F0F0F, 0x0E0E0E0E, 0x0D0D0D0D, 0x0C0C0C0C, 0x0B0B0B0B, 0x0A0A0A0A, 0x09090909, 0x08080808,
                         0x07070707, 0x06060606, 0x05050505, 0x04040404, 0x03030303, 0x02020202, 0x01010101, 0));
    return (wh_integers)_mm512_permutexvar_epi8(order, _mm512_loadu_si512(pixels));
}
#endif

#if defined(__AVX512BF16__)
/// sum + the products of 16 pairs of bfloat16; denormal operands and results count as zero.
WH_INLINE __m512 wh_dot_pairs(__m512 sum, __m512 a, __m512 b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

/// 16 values of bfloat16 as floats.
WH_INLINE __m512 wh_widen_bfloat16(__m256i x) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
}

/// 16 floats rounded to the nearest bfloat16, ties to even; denormals become zero.
WH_INLINE __m256i wh_round_to_bfloat16(__m512 x) {
    return (__m256i)_mm512_cvtneps_pbh(x);
}

/// x − ⌊x⌋.
WH_INLINE __m512 wh_fraction(__m512 x) {
    return _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

/// x · 2^⌊exponent⌋, rounded once; out of range it becomes zero or infinite.
WH_INLINE __m512 wh_scale(__m512 x, __m512 exponent) {
    return _mm512_scalef_ps(x, exponent);
}
#endif
#endif
