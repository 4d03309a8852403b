/* SPDX-License-Identifier: MIT */
/**
 * @file counter.h
 * Counting what happens, and knowing which time it is to fail.  Internal.
 *
 * Relaxed atomics: a lock would put the threads of a program in an order they
 * do not have themselves, and hide its races from checkers.
 *
 * Threads: any.
 */
#ifndef VR_TESTING_COUNTER_H
#define VR_TESTING_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include <vreactor/testing/env.h>

static inline int64_t vr_test_get(const int64_t *number)
{
    return __atomic_load_n(number, __ATOMIC_RELAXED);
}

static inline void vr_test_set(int64_t *number, int64_t value)
{
    __atomic_store_n(number, value, __ATOMIC_RELAXED);
}

/** @return what @p number is then */
static inline int64_t vr_test_add(int64_t *number, int64_t more)
{
    return __atomic_add_fetch(number, more, __ATOMIC_RELAXED);
}

/** Count it once more.  @return true if this time is to fail */
static inline bool vr_test_count(struct vr_test_counter *counter)
{
    int64_t count = vr_test_add(&counter->count, 1);

    return count >= vr_test_get(&counter->first) &&
           count <= vr_test_get(&counter->last);
}

/** Let it fail @p times times, from the @p nth one on; 0: never. */
static inline void vr_test_count_fail(struct vr_test_counter *counter, int nth,
                                      int times)
{
    int64_t first = vr_test_get(&counter->count) + nth;

    vr_test_set(&counter->last, 0); /* never, while first changes */
    vr_test_set(&counter->first, first);
    vr_test_set(&counter->last, nth > 0 ? first + times - 1 : 0);
}

#endif
