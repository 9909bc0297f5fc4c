#ifndef CPLATFORM_H
#define CPLATFORM_H
// What Swift cannot import or call safely: variadic calls, ioctl, CPU identification. Scalars in, scalars out.
#include <stdint.h>

/// 1 where the processor has AVX2, FMA and F16C and the system saves their registers.
int wh_cpu_has_avx2(void);
/// 1 where the processor has AVX-512 F, BW, VL and DQ and the system saves their registers.
int wh_cpu_has_avx512(void);
/// 1 where the processor has these and AVX-512 BF16, VNNI and VBMI, too.
int wh_cpu_has_avx512_bf16(void);
/// Processors this process may run on (its affinity mask), at least 1.
int wh_available_processors(void);
/// Peak resident memory of this process, KiB.
int64_t wh_peak_resident_kibibytes(void);
/// CPU time used by this process (0) or by its finished children (1), nanoseconds.
int64_t wh_cpu_nanoseconds(int of_children);
/// CPU time used by the calling thread, nanoseconds.
int64_t wh_thread_cpu_nanoseconds(void);
/// Columns of the terminal behind `descriptor`, or 0 where it is no terminal.
int wh_terminal_columns(int descriptor);
/// Ignores `signal` in this process (so that a dispatch source or a write error sees it instead).
void wh_ignore_signal(int signal);
/// Gives `signal` back its default action.
void wh_default_signal(int signal);
/// Ends the process at once, without exit handlers.
_Noreturn void wh_exit_now(int status);
/// From now on neither this process nor what it might start gains rights by executing a program.
void wh_forbid_new_privileges(void);
/// Has all threads allocate from one arena: memory that one has freed serves the others. Nothing where the C library has no arenas.
void wh_share_allocation_arena(void);
/// Process id of the parent.
int wh_parent_process(void);

/// Tells the processor that the caller spins.
static inline void wh_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}
#endif
