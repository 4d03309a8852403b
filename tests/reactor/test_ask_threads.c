/* SPDX-License-Identifier: MIT */
/**
 * @file test_ask_threads.c
 * Tests of reactor/async/ask.h with two reactors in threads of their own: each
 * question has one end, also where one of them is closed.
 */
#include <vreactor/reactor/async/ask.h>

#include <pthread.h>
#include <sched.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/reactor/results.h"
#include "tests/support/random.h"

enum { MOST = 3000, RECENT = 8 };

static struct vr_reactor *here, *there;
static struct vr_call asker;
static struct vr_pending *recent[RECENT];
static uint64_t dice = 9;
static atomic_int asked;
static int each, ends;

static struct vr_result count_end(void *arg, struct vr_result result)
{
    (void)arg;
    ends++;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

/* A deferred that fires in a later turn. */
struct later {
    struct vr_call call;
    struct vr_pending *pending;
};

static void cancel_later(void *arg, struct vr_pending *pending)
{
    struct later *later = arg;

    (void)pending;
    vr_call_cancel(&later->call);
    free(later);
}

static void fire_later(struct vr_call *call)
{
    struct later *later = vr_container_of(call, struct later, call);
    struct vr_pending *pending = later->pending;

    free(later);
    check_int(vr_pending_fire(pending, number(2)), 0);
}

static struct vr_result answer_later(struct vr_value value)
{
    struct later *later = calloc(1, sizeof(*later));

    check(later != NULL);
    vr_value_free(value);
    later->pending = vr_pending_new(vr_reactor_env(there), cancel_later, later);
    check(later->pending);
    vr_call_init(&later->call, there, fire_later);
    vr_call_after(&later->call, 0);
    return vr_wait_for(later->pending);
}

static struct vr_result answer_now(struct vr_value value)
{
    return vr_ok(value);
}

static void ask_more(struct vr_call *call)
{
    for (int i = 0; i < 4; i++) {
        struct vr_pending **place = &recent[test_random_below(&dice, RECENT)];
        vr_ask_fn *fn = test_random_below(&dice, 2) ? answer_later : answer_now;

        if (*place && test_random_below(&dice, 2))
            (void)vr_pending_cancel(*place);
        vr_pending_free(*place);
        *place = vr_ask(here, there, fn, number(1));
        check(*place);
        check_int(vr_pending_both(*place, count_end, NULL), 0);
        asked++;
    }
    if (asked < each)
        vr_call_after(call, 0);
    else
        vr_reactor_stop(here);
}

static void set_up(void)
{
    each = test_light() ? MOST / 10 : MOST;
    check_int(vr_reactor_new(NULL, &here), 0);
    check_int(vr_reactor_new(NULL, &there), 0);
    vr_call_init(&asker, here, ask_more);
    vr_call_after(&asker, 0);
    check_int(vr_reactor_start(there), 0);
    check_int(vr_reactor_start(here), 0);
}

static void end(struct vr_reactor *reactor)
{
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
}

static void free_recent(void)
{
    for (int i = 0; i < RECENT; i++)
        vr_pending_free(recent[i]);
}

TEST(ask_threads, hear_one_end_of_each_question)
{
    set_up();
    check_int(vr_reactor_join(here), 0);
    free_recent();
    check_int(ends, asked);
    end(there);
    check_int(vr_reactor_free(here), 0);
    check_int(vr_reactor_free(there), 0);
    check_int(values, 0);
}

/* Which may be freed once nobody asks it any more. */
TEST(ask_threads, hear_one_end_when_the_other_is_closed_meanwhile)
{
    set_up();
    while (asked < each / 2)
        sched_yield();
    end(there);
    check_int(vr_reactor_close(there), 0);
    check_int(vr_reactor_join(here), 0);
    free_recent();
    check_int(ends, asked);
    check_int(vr_reactor_free(there), 0);
    check_int(vr_reactor_free(here), 0);
    check_int(values, 0);
}
