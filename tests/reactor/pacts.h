/* SPDX-License-Identifier: MIT */
/**
 * @file pacts.h
 * Promises and their deferreds on a reactor over a script, and what becomes of
 * both.
 */
#ifndef VR_TESTS_REACTOR_PACTS_H
#define VR_TESTS_REACTOR_PACTS_H

#include <vreactor/reactor/async/promise.h>

#include "tests/reactor/results.h"
#include "tests/support/script.h"

enum { MANY = 5 };

/* A promise, its deferred, and what becomes of both. */
struct pact {
    struct vr_promise *promise;
    struct outcome outcome;
    int cancels;
    void (*when_cancelled)(struct pact *pact); /* NULL: nothing */
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct pact pacts[MANY];
static int freed_args;

static inline void note_cancelled(void *arg)
{
    struct pact *pact = arg;

    pact->cancels++;
    if (pact->when_cancelled)
        pact->when_cancelled(pact);
}

static inline void note_freed(void *arg)
{
    (void)arg;
    freed_args++;
}

static inline void make(struct pact *pact)
{
    struct vr_pending *pending = vr_promise_new(
        reactor, note_cancelled, vr_value_of(pact, note_freed), &pact->promise);

    check(pending);
    watch_outcome(&pact->outcome, pending);
}

/* One promise. */
static inline void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    make(&pacts[0]);
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

/* The owner frees, the source gives back: no memory is left. */
static inline void tear_down(void)
{
    for (int i = 0; i < MANY; i++) {
        vr_pending_free(pacts[i].outcome.pending);
        vr_promise_unref(pacts[i].promise);
    }
    script_free(&script, reactor);
    check_int(values, 0);
}

static inline void free_pending(struct pact *pact)
{
    vr_pending_free(pact->outcome.pending);
    pact->outcome.pending = NULL;
}

static inline void unref(struct pact *pact)
{
    vr_promise_unref(pact->promise);
    pact->promise = NULL;
}

static inline int settle(struct pact *pact, int n)
{
    return vr_promise_fire(pact->promise, number(n));
}

#endif
