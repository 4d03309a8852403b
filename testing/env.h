/* SPDX-License-Identifier: MIT */
/**
 * @file env.h
 * An environment under a test's command: time passes when the test says so,
 * memory runs out at the allocation it names.
 *
 *     struct vr_test_env test;
 *
 *     vr_test_env_init(&test, 0);
 *     options.env = &test.env;
 *     ...
 *     vr_test_advance(&test, 30 * VR_SEC);
 *     vr_test_fail_allocation(&test, 1, 1);     the next one fails
 *     ...
 *     assert(vr_test_blocks(&test) == 0);       all was given back
 *
 * Ownership: the caller's, who keeps it in place while it is used, and longer
 * than what was made with it.  Threads: any, but for vr_test_env_init().
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

/** How often something happened, and from when to when it fails.  Private to
 *  testing/, and atomic. */
struct vr_test_counter {
    int64_t count;
    int64_t first, last;
};

/** Initialise with vr_test_env_init(). */
struct vr_test_env {
    /** For the options of what is tested; its sys is vr_test_sys of
     *  testing/sys.h.  Members may be replaced before anything is made with
     *  it, but for ctx, resize, now and wall. */
    struct vr_env env;

    /* How time passes while a reactor waits: testing/clock.h.  To be set while
     * it does not run. */
    const struct vr_selector_ops *selector; /**< the real one; NULL: as usual */
    void *selector_arg;                     /**< what its open() is given */
    vr_time most_jump; /**< passes in one wait at most; 0: any */

    /* Private to testing/, and atomic. */
    int64_t held;
    vr_time now, wall;
    int64_t clock_reads;
    struct vr_test_counter allocations;
    int64_t blocks, bytes;
};

/** Make @p test an environment in which it is @p now on both clocks and
 *  nothing fails. */
void vr_test_env_init(struct vr_test_env *test, vr_time now);

/* ---- time ---- */

/** What the monotonic clock says. */
vr_time vr_test_now(const struct vr_test_env *test);

/** What the clock on the wall says. */
vr_time vr_test_wall(const struct vr_test_env *test);

/** Let @p span, 0 or more, pass on both clocks, until VR_TIME_MAX at most. */
void vr_test_advance(struct vr_test_env *test, vr_time span);

/** Set the clock on the wall, forth or back, as people do. */
void vr_test_set_wall(struct vr_test_env *test, vr_time wall);

/** How often the monotonic clock was read. */
int64_t vr_test_clock_reads(const struct vr_test_env *test);

/* ---- memory ---- */

/**
 * Let the @p nth allocation from here on fail, and the following ones until
 * @p times have failed.  Growing a block is an allocation too.  Replaces what
 * was said before.
 * @param nth    1 is the next one; 0: none fails any more
 * @param times  INT_MAX: all that follow
 */
void vr_test_fail_allocation(struct vr_test_env *test, int nth, int times);

/** How often memory was asked for, also in vain. */
int64_t vr_test_allocations(const struct vr_test_env *test);

/** How many blocks were not given back yet. */
int64_t vr_test_blocks(const struct vr_test_env *test);

/** How many bytes these have. */
int64_t vr_test_bytes(const struct vr_test_env *test);

VR_END_DECLS

#endif
