/* SPDX-License-Identifier: MIT */
/**
 * @file coroutine_fixture.h
 * Coroutines that leave a trace, in an environment that counts their stacks.
 */
#ifndef VR_TESTS_PENDING_COROUTINE_FIXTURE_H
#define VR_TESTS_PENDING_COROUTINE_FIXTURE_H

#include <vreactor/pending/coroutine.h>
#include <vreactor/testing/sys.h>

#include "tests/pending/fixture.h"

/* The counting environment, with counted system calls. */
static inline const struct vr_env *coroutine_env(void)
{
    static struct vr_env env;

    env = *counting_env();
    env.sys = vr_test_sys();
    return &env;
}

/* How many stacks there are. */
static inline int stacks_mapped(void)
{
    return (int)(vr_test_sys_count(VR_TEST_SYS_MMAP) -
                 vr_test_sys_count(VR_TEST_SYS_MUNMAP));
}

/* No coroutine, no memory may be left. */
static inline void check_all_ended(void)
{
    check_int(stacks_mapped(), 0);
    check_all_freed();
}

#define spawn(fn, arg) spawn_at(__LINE__, fn, arg)
static inline struct vr_pending *spawn_at(int line, vr_coroutine_fn *fn,
                                          void *arg)
{
    struct vr_pending *pending = vr_pending_place(
        "test.c", line, (vr_spawn)(coroutine_env(), NULL, fn, arg));

    check(pending);
    return pending;
}

/* Await @pending and note what it came to, as "v7" or "f-5".
 * @return the number, or the code */
static inline int await_number(struct vr_pending *pending)
{
    struct vr_value value;
    int err = vr_await(pending, &value, NULL);

    if (err < 0) {
        trace("f", err);
        return err;
    }
    int n = read_number(value);
    trace("v", n);
    vr_value_free(value);
    return n;
}

static inline struct vr_result number_or_failure(int n)
{
    return n < 0 ? vr_fail(failure_of(n)) : vr_ok(number(n));
}

/* Coroutines. */

static inline struct vr_result fail_here(void *arg)
{
    (void)arg;
    return vr_fail(vr_failure_new(counting_env(), -EIO, "try", NULL, NULL));
}

/* ... of which arg is a deferred. */

/* Awaits it, and returns what it came to. */
static inline struct vr_result await_one(void *arg)
{
    return number_or_failure(await_number(arg));
}

/* Likewise; not noted. */
static inline struct vr_result pass_on(void *arg)
{
    struct vr_value value;
    struct vr_failure *why;

    return vr_await(arg, &value, &why) < 0 ? vr_fail(why) : vr_ok(value);
}

/* ... a NULL-terminated array of them: awaits each, returns the last. */
static inline struct vr_result await_each(void *arg)
{
    struct vr_pending **next = arg;
    int n = 0;

    while (*next)
        n = await_number(*next++);
    return number_or_failure(n);
}

#endif
