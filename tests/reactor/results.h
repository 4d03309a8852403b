/* SPDX-License-Identifier: MIT */
/**
 * @file results.h
 * Values that are counted, and what became of a deferred, for tests of results
 * that cross threads.
 */
#ifndef VR_TESTS_REACTOR_RESULTS_H
#define VR_TESTS_REACTOR_RESULTS_H

#include <stdatomic.h>
#include <stdlib.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>

#include "tests/support/test.h"

static atomic_int values; /* made, and not freed */

static inline void free_number(void *ptr)
{
    values--;
    free(ptr);
}

/* A value that holds a number; freeing it twice is caught by the heap, or by
 * the count. */
static inline struct vr_value number(int n)
{
    int *ptr = malloc(sizeof(*ptr));

    check(ptr != NULL);
    *ptr = n;
    values++;
    return vr_value_of(ptr, free_number);
}

/* What came out of a deferred. */
struct outcome {
    int times;
    int number;                           /* of its value */
    int code;                             /* of its failure */
    void (*act)(struct outcome *outcome); /* then; NULL: nothing */
    struct vr_pending *pending;
};

static inline void note_result(struct outcome *outcome, struct vr_result result)
{
    outcome->times++;
    outcome->code = result.failure ? result.failure->code : 0;
    outcome->number = result.value.ptr ? *(int *)result.value.ptr : 0;
    vr_result_free(result);
}

static inline struct vr_result note_outcome(void *arg, struct vr_result result)
{
    struct outcome *outcome = arg;

    note_result(outcome, result);
    if (outcome->act)
        outcome->act(outcome);
    return vr_ok(vr_value_none());
}

/* Note in @outcome, which is zeroed, what becomes of @pending. */
static inline void watch_outcome(struct outcome *outcome,
                                 struct vr_pending *pending)
{
    outcome->pending = pending;
    check_int(vr_pending_both(pending, note_outcome, outcome), 0);
}

static inline void check_value(const struct outcome *outcome, int n)
{
    check_int(outcome->times, 1);
    check_int(outcome->code, 0);
    check_int(outcome->number, n);
}

static inline void check_failure(const struct outcome *outcome, int code)
{
    check_int(outcome->times, 1);
    check_int(outcome->code, code);
}

#endif
