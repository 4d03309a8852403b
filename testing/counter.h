/* SPDX-License-Identifier: MIT */
/**
 * @file counter.h
 * Counters that also say which occurrence is to fail.  Internal.
 *
 * They are relaxed atomics: a lock would order the threads of the program, and
 * so hide its races from race detectors.
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

/** @return the new value of @p number */
static inline int64_t vr_test_add(int64_t *number, int64_t more)
{
    return __atomic_add_fetch(number, more, __ATOMIC_RELAXED);
}

/** Count one occurrence.  @return true if it is to fail */
static inline bool vr_test_count(struct vr_test_counter *counter)
{
    int64_t count = vr_test_add(&counter->count, 1);

    return count >= vr_test_get(&counter->first) &&
           count <= vr_test_get(&counter->last);
}

/** Let @p times occurrences fail, from the @p nth from now on; 0: none. */
static inline void vr_test_count_fail(struct vr_test_counter *counter, int nth,
                                      int times)
{
    int64_t first = vr_test_get(&counter->count) + nth;

    vr_test_set(&counter->last, 0); /* never, while first changes */
    vr_test_set(&counter->first, first);
    vr_test_set(&counter->last, nth > 0 ? first + times - 1 : 0);
}

#endif
