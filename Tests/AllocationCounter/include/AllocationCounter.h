#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H
// Counts the heap allocations of a thread. Linking this target replaces malloc and its relatives in the test program by ones that
// count and pass on to the C library's.

/// Allocations of the calling thread so far.
long wh_thread_allocations(void);
#endif
