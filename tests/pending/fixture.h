/* SPDX-License-Identifier: MIT */
/**
 * @file fixture.h
 * An environment that counts and fails, values that count, handlers that
 * leave a trace.
 */
#ifndef VR_TESTS_PENDING_FIXTURE_H
#define VR_TESTS_PENDING_FIXTURE_H

#include "tests/support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>

/* What came to pass in this test, which is a process of its own. */
static struct {
    int blocks;     /* of memory, not given back */
    int fail_after; /* so many allocations succeed; negative: all */
    int values;     /* not freed */
    int cancels;    /* calls of a canceller */
    int reports;
    int tries;
    int level;
    char report[512];
    char trace[256]; /* what handlers wrote */
} seen = {.fail_after = -1};

static inline void *counting_resize(void *ctx, void *old, size_t size)
{
    (void)ctx;
    if (!size) {
        seen.blocks -= old != NULL;
        free(old);
        return NULL;
    }
    if (seen.fail_after == 0)
        return NULL;
    if (seen.fail_after > 0)
        seen.fail_after--;
    seen.blocks += old == NULL;
    return realloc(old, size);
}

static inline void keep_report(void *ctx, int level, const char *text)
{
    (void)ctx;
    seen.reports++;
    seen.level = level;
    (void)snprintf(seen.report, sizeof(seen.report), "%s", text);
}

static inline const struct vr_env *counting_env(void)
{
    static struct vr_env env;

    env = (struct vr_env)VR_ENV_INIT;
    env.resize = counting_resize;
    env.report = keep_report;
    return &env;
}

/* Nothing may be left. */
static inline void check_all_freed(void)
{
    check_int(seen.blocks, 0);
    check_int(seen.values, 0);
}

static inline void trace(const char *what, int number)
{
    size_t len = strlen(seen.trace);

    (void)snprintf(seen.trace + len, sizeof(seen.trace) - len, "%s%s%d",
                   len ? " " : "", what, number);
}

/* A value that holds a number; freeing it twice is caught by the heap, or by
 * the count. */
static inline void free_number(void *ptr)
{
    seen.values--;
    free(ptr);
}

static inline struct vr_value number(int n)
{
    int *ptr = malloc(sizeof(*ptr));

    check(ptr);
    *ptr = n;
    seen.values++;
    return vr_value_of(ptr, free_number);
}

static inline int read_number(struct vr_value value)
{
    return value.ptr ? *(int *)value.ptr : 0;
}

static inline struct vr_failure *failure_of(int code)
{
    return vr_failure_new(counting_env(), code, "try", NULL, NULL);
}

/* Handlers; arg is an int of their own, or NULL. */

static inline int arg_number(void *arg)
{
    return arg ? *(int *)arg : 0;
}

/* Notes the value and passes it on. */
static inline struct vr_result note_value(void *arg, struct vr_value value)
{
    (void)arg;
    trace("v", read_number(value));
    return vr_ok(value);
}

/* Notes the failure and passes it on. */
static inline struct vr_result note_failure(void *arg,
                                            struct vr_failure *failure)
{
    (void)arg;
    trace("f", failure->code);
    return vr_fail(failure);
}

/* Notes either and passes it on. */
static inline struct vr_result note_both(void *arg, struct vr_result result)
{
    return result.failure ? note_failure(arg, result.failure)
                          : note_value(arg, result.value);
}

/* Returns one more. */
static inline struct vr_result add_one(void *arg, struct vr_value value)
{
    int n = read_number(value);

    (void)arg;
    vr_value_free(value);
    return vr_ok(number(n + 1));
}

/* Fails with the code of arg. */
static inline struct vr_result fail_with(void *arg, struct vr_value value)
{
    vr_value_free(value);
    return vr_fail(failure_of(arg_number(arg)));
}

/* Recovers with the number of arg. */
static inline struct vr_result recover_with(void *arg,
                                            struct vr_failure *failure)
{
    vr_failure_unref(failure);
    return vr_ok(number(arg_number(arg)));
}

/* Waits for the deferred that arg is. */
static inline struct vr_result wait_for_arg(void *arg, struct vr_value value)
{
    vr_value_free(value);
    return vr_wait_for(arg);
}

static inline void count_cancel(void *arg, struct vr_pending *pending)
{
    (void)arg;
    (void)pending;
    seen.cancels++;
}

/* A deferred in the counting environment. */
#define new_pending() new_pending_at(__LINE__)
static inline struct vr_pending *new_pending_at(int line)
{
    struct vr_pending *pending = vr_pending_place(
        "test.c", line, (vr_pending_new)(counting_env(), count_cancel, NULL));

    check(pending);
    return pending;
}

#define then(pending, callback, failback, arg)                                 \
    check_int(vr_pending_then(pending, callback, failback, arg), 0)

/* Trace whatever comes out of @pending. */
#define watch(pending) check_int(vr_pending_both(pending, note_both, NULL), 0)

/** An outer deferred that waits for @p inner. */
static inline struct vr_pending *waiting_for(struct vr_pending *inner)
{
    struct vr_pending *outer = new_pending();

    then(outer, wait_for_arg, NULL, inner);
    check_int(vr_pending_fire(outer, number(1)), 0);
    return outer;
}

#endif
