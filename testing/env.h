/* SPDX-License-Identifier: MIT */
/**
 * @file env.h
 * An environment for tests: the test advances the clock, and chooses the
 * allocation that fails.
 *
 *     struct vr_test_env test;
 *
 *     vr_test_env_init(&test, 0);
 *     options.env = &test.env;
 *     ...
 *     vr_test_advance(&test, 30 * VR_SEC);
 *     vr_test_fail_allocation(&test, 1, 1); // the next one fails
 *     ...
 *     assert(vr_test_blocks(&test) == 0); // all was given back
 *
 * Ownership: the test's, which keeps it in place until all that was made with
 * it is freed.  Threads: any, except for vr_test_env_init().
 */
#ifndef VR_TESTING_ENV_H
#define VR_TESTING_ENV_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>
#include <vreactor/base/time.h>

VR_BEGIN_DECLS

struct vr_selector_ops;

/** How often something happened, and which occurrences fail.  Private to
 *  testing/, and atomic. */
struct vr_test_counter {
    int64_t count;
    int64_t first, last;
};

/** Initialise with vr_test_env_init(). */
struct vr_test_env {
    /** The environment, for the options of a reactor; its sys is vr_test_sys()
     *  of testing/sys.h.  Members other than ctx, resize, now, wall and boot
     *  may be replaced before anything is made with it. */
    struct vr_env env;

    /* For testing/clock.h; to be set while the reactor does not run. */
    const struct vr_selector_ops *selector; /**< the real one; NULL: default */
    void *selector_arg;                     /**< the argument of its open() */
    vr_time most_advance; /**< how far one wait moves the clock; 0: any span */

    /* Private to testing/, and atomic. */
    int64_t held;
    vr_time now, wall;
    vr_time suspended; /* in all */
    int64_t clock_reads;
    struct vr_test_counter allocations;
    int64_t blocks, bytes;
};

/** Initialise @p test: both clocks say @p now, and nothing fails. */
void vr_test_env_init(struct vr_test_env *test, vr_time now);

/* ---- time ---- */

/** The time of the monotonic clock. */
vr_time vr_test_now(const struct vr_test_env *test);

/** The time of the wall clock. */
vr_time vr_test_wall(const struct vr_test_env *test);

/** Advance both clocks by @p span, 0 or more, to VR_TIME_MAX at most. */
void vr_test_advance(struct vr_test_env *test, vr_time span);

/** Set the wall clock, forward or back.  What follows that clock hears of it
 *  (reactor/clock_call.h), by the calls of testing/sys.h. */
void vr_test_set_wall(struct vr_test_env *test, vr_time wall);

/** Let the machine sleep for @p span, 0 or more: the wall clock and the clock
 *  that counts suspended time go on, the monotonic one does not.  It is heard
 *  of like a step of the wall clock. */
void vr_test_suspend(struct vr_test_env *test, vr_time span);

/** How often the monotonic clock was read. */
int64_t vr_test_clock_reads(const struct vr_test_env *test);

/* ---- memory ---- */

/**
 * Let the @p nth allocation from now on fail, and the following ones until
 * @p times have failed.  Growing a block is an allocation too.  Replaces what
 * an earlier call has set.
 * @param nth    1 is the next one; 0: none fails any more
 * @param times  INT_MAX: all that follow
 */
void vr_test_fail_allocation(struct vr_test_env *test, int nth, int times);

/** How many allocations there were, failed ones included. */
int64_t vr_test_allocations(const struct vr_test_env *test);

/** How many blocks are not freed yet. */
int64_t vr_test_blocks(const struct vr_test_env *test);

/** How many bytes these blocks have. */
int64_t vr_test_bytes(const struct vr_test_env *test);

VR_END_DECLS

#endif
