/* SPDX-License-Identifier: MIT */
/**
 * @file clock.h
 * An environment set by hand: time passes when a test says so, and memory runs
 * out at the allocation it names.
 *
 *     struct test_clock clock;
 *
 *     test_clock_init(&clock, 5 * VR_SEC);
 *     options.env = &clock.env;
 *     clock.now += VR_MSEC;
 *
 * env.sys may be set to a table of the test's own.  Threads: any.
 */
#ifndef VR_TESTS_SUPPORT_CLOCK_H
#define VR_TESTS_SUPPORT_CLOCK_H

#include <stdatomic.h>

#include <vreactor/base/env.h>

struct test_clock {
    struct vr_env env;
    _Atomic vr_time now;
    _Atomic vr_time wall;
    atomic_int reads;       /* of now */
    atomic_int allocations; /* asked for, also in vain */
    atomic_int live;        /* not given back */
    atomic_int fail_at;     /* this allocation fails; 0: none does */
};

/** Let it be @p now on both clocks.  Stays in place while it is used. */
void test_clock_init(struct test_clock *clock, vr_time now);

/** Let the @p nth allocation from here on fail, and no other. */
void test_clock_fail_allocation(struct test_clock *clock, int nth);

#endif
