/* SPDX-License-Identifier: MIT */
/**
 * @file test_sleep_coroutine.c
 * Coroutines that sleep, yield, and wait for so long.
 */
#include <vreactor/reactor/async/sleep.h>

#include <errno.h>

#include <vreactor/reactor/async/timeout.h>
#include <vreactor/reactor/async/wait.h>

#include "tests/pending/coroutine_fixture.h"
#include "tests/reactor/calls.h"

static void pass(vr_time span)
{
    pass_until(now() + span);
}

static struct vr_pending *asleep;

/* One that is of the reactor. */
static struct vr_pending *begin(vr_coroutine_fn *fn, void *arg)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .reactor = reactor};
    struct vr_pending *pending = vr_spawn(coroutine_env(), &options, fn, arg);

    check(pending);
    return pending;
}

static void end(struct vr_pending *pending)
{
    vr_pending_free(pending);
    check_all_ended();
    tear_down();
}

static struct vr_result sleep_thrice(void *arg)
{
    (void)arg;
    for (int i = 1; i <= 3; i++) {
        trace("s", vr_sleep(i * VR_SEC));
        trace("t", (int)((now() - 3600 * VR_SEC) / VR_SEC));
    }
    return vr_ok(number(1));
}

TEST(sleep, lets_time_pass_in_a_coroutine)
{
    set_up();
    struct vr_pending *a = begin(sleep_thrice, NULL);

    pass(10 * VR_SEC);
    check_str(seen.trace, "s0 t1 s0 t3 s0 t6");
    end(a);
}

static struct vr_result yield_thrice(void *arg)
{
    for (int i = 1; i <= 3; i++) {
        trace(arg, i);
        check_int(vr_yield(), 0);
    }
    return vr_ok(number(1));
}

/* promise coroutines-17 */
TEST(yield, gives_others_their_turn)
{
    set_up();
    struct vr_pending *a = begin(yield_thrice, "a");
    struct vr_pending *b = begin(yield_thrice, "b");

    pass(VR_SEC);
    check_str(seen.trace, "a1 b1 a2 b2 a3 b3");
    check_int(now() - 3600 * VR_SEC, VR_SEC);
    vr_pending_free(b);
    end(a);
}

TEST(sleep, ends_when_the_coroutine_is_cancelled)
{
    set_up();
    struct vr_pending *a = begin(sleep_thrice, NULL);

    check(vr_pending_cancel(a));
    check_str(seen.trace, "s-5001 t0");
    turn();
    check_str(seen.trace, "s-5001 t0 s-5001 t0");
    turn();
    check_str(seen.trace, "s-5001 t0 s-5001 t0 s-5001 t0");
    end(a);
}

TEST(sleep, lets_coroutines_end_when_the_reactor_closes)
{
    set_up();
    struct vr_pending *a = begin(sleep_thrice, NULL);

    check_int(vr_reactor_close(reactor), 0);
    check_str(seen.trace, "s-5000 t0 s-5000 t0 s-5000 t0");
    end(a);
}

static void sleep_here(struct probe *probe)
{
    (void)probe;
    trace("s", vr_sleep(VR_SEC));
    trace("y", vr_yield());
}

static struct vr_result turn_inside(void *arg)
{
    struct probe probe;

    (void)arg;
    probe_init(&probe, 1);
    probe.act = sleep_here;
    vr_call_after(&probe.call, 0);
    trace("i", vr_coroutine_is_running());
    turn();
    trace("i", vr_coroutine_is_running());
    trace("s", vr_sleep(VR_SEC));
    return vr_ok(vr_value_none());
}

/* promise coroutines-16 */
/* A turn is in no coroutine, even where one makes it. */
TEST(sleep, is_for_coroutines_that_have_a_reactor)
{
    set_up();
    check_int(vr_sleep(VR_SEC), -EPERM);
    check_int(vr_yield(), -EPERM);

    vr_pending_free(spawn(turn_inside, NULL));
    check_str(seen.trace, "i1 s-1 y-1 i1 s-1");
    check_all_ended();
    tear_down();
}

/* ---- waiting for so long ---- */

static struct vr_result await_within(void *arg)
{
    await_number(vr_within(arg, NULL, 2 * VR_SEC));
    trace("s", vr_sleep(VR_SEC));
    return vr_ok(number(1));
}

TEST(within, ends_an_await)
{
    set_up();
    struct vr_pending *silent = new_pending(), *quick = new_pending();
    struct vr_pending *a = begin(await_within, silent);
    struct vr_pending *b = begin(await_within, quick);

    pass(VR_SEC);
    check_int(vr_pending_fire(quick, number(5)), 0);
    check_str(seen.trace, "v5");
    pass(VR_SEC);
    check_str(seen.trace, "v5 f-110 s0");
    pass(VR_SEC);
    check_str(seen.trace, "v5 f-110 s0 s0");
    vr_pending_free(b);
    end(a);
}

static void spawn_in_turn(struct probe *probe)
{
    asleep = spawn(sleep_thrice, probe);
}

/* promise coroutines-16 */
/* Also where it is resumed outside a turn. */
TEST(sleep, is_of_the_reactor_in_whose_turn_the_coroutine_was_spawned)
{
    struct probe probe;
    set_up();
    probe_init(&probe, 1);
    probe.act = spawn_in_turn;
    vr_call_after(&probe.call, 0);

    turn();
    check(vr_pending_cancel(asleep));
    turn();
    turn();
    check_str(seen.trace, "s-5001 t0 s-5001 t0 s-5001 t0");
    end(asleep);
}

static struct vr_result await_all(void *arg)
{
    trace("e", vr_await(arg, NULL, NULL));
    vr_shield_begin();
    trace("s", vr_sleep(VR_SEC));
    vr_shield_end();
    return vr_ok(vr_value_none());
}

/* It takes its time for that. */
TEST(timeout, that_is_a_coroutine_cleans_up)
{
    set_up();
    struct vr_pending *a = begin(await_all, new_pending());

    check_int(vr_pending_timeout(a, reactor, VR_SEC), 0);
    pass(VR_SEC);
    check_str(seen.trace, "e-5001");
    pass(VR_SEC);
    check_str(seen.trace, "e-5001 s0");
    end(a);
}

/* Tries again when its own time, of 50 ms, is out. */
static struct vr_result try_again(void *arg)
{
    int err;

    do {
        err =
            vr_await(vr_within(new_pending(), NULL, 50 * VR_MSEC), NULL, NULL);
        trace("e", err);
    } while (err == -ETIMEDOUT);
    (void)arg;
    return vr_fail(vr_failure_new(NULL, err, "try", NULL, NULL));
}

static struct vr_result try_for_a_while(void *arg)
{
    (void)arg;
    trace("w", vr_await(vr_within(begin(try_again, NULL), NULL, 120 * VR_MSEC),
                        NULL, NULL));
    return vr_ok(vr_value_none());
}

/* promise coroutines-4 */
TEST(timeout, of_a_coroutine_is_known_from_those_it_asked_for_itself)
{
    set_up();
    struct vr_pending *a = begin(try_for_a_while, NULL);

    pass(VR_SEC);
    check_str(seen.trace, "e-110 e-110 e-5001 w-110");
    end(a);
}

/* Takes every failure for a reason to try again. */
static struct vr_result try_for_ever(void *arg)
{
    while (!*(bool *)arg) {
        trace("e", vr_sleep(VR_SEC));
        seen.tries++;
    }
    return vr_ok(vr_value_none());
}

/* promise coroutines-20 */
TEST(sleep, that_is_tried_again_after_a_cancel_starves_nobody)
{
    bool enough = false;
    set_up();
    struct vr_pending *a = begin(try_for_ever, &enough);

    check(vr_pending_cancel(a));
    for (int i = 1; i < 300; i++) {
        check_int(seen.tries, i); /* one in a turn */
        seen.trace[0] = '\0';
        turn();
    }
    check_int(seen.reports, 1);
    enough = true;
    end(a);
}

static struct vr_result sleep_once(void *arg)
{
    check_int(vr_sleep(VR_SEC), 0);
    *(bool *)arg = true;
    return vr_ok(vr_value_none());
}

/* promise coroutines-20 */
TEST(sleep, that_is_tried_again_after_a_cancel_lets_others_sleep)
{
    bool enough = false, slept = false;
    set_up();
    struct vr_pending *a = begin(try_for_ever, &enough);
    struct vr_pending *b = begin(sleep_once, &slept);

    check(vr_pending_cancel(a));
    for (int i = 0; i < 10; i++) {
        check(!slept);
        vr_test_advance(&test, VR_SEC / 10);
        turn();
    }
    check(slept);
    enough = true;
    vr_pending_free(b);
    end(a);
}

/* ---- the turn that one waits for which was cancelled ---- */

/* @return three to be awaited; the first cancel fails the first at once */
static struct vr_pending *cancelled_one(struct vr_pending *sources[4])
{
    for (int i = 0; i < 3; i++)
        sources[i] = new_pending();
    sources[3] = NULL;
    return begin(await_each, sources);
}

TEST(sleep, is_told_of_as_the_next_turn_in_a_dump)
{
    struct vr_pending *sources[4];
    char text[200];
    set_up();
    struct vr_pending *a = cancelled_one(sources);

    check(vr_pending_cancel(a));
    check(vr_pending_dump(a, text, sizeof(text)) < sizeof(text));
    check(strstr(text, "\nthe next turn: not fired, 0 steps\n"));
    end(a);
}

TEST(sleep, that_waits_for_its_turn_after_a_cancel_goes_on_in_a_close)
{
    struct vr_pending *sources[4];
    set_up();
    struct vr_pending *a = cancelled_one(sources);

    check(vr_pending_cancel(a));
    check_str(seen.trace, "f-5001");
    check_int(vr_reactor_close(reactor), 0);
    check_str(seen.trace, "f-5001 f-5001 f-5001");
    end(a);
}

/* It fails at once then. */
TEST(sleep, needs_no_memory_to_fail_after_a_cancel)
{
    struct vr_pending *sources[4];
    bool failed = true;

    for (int nth = 1; failed; nth++) {
        set_up();
        struct vr_pending *a = cancelled_one(sources);
        int64_t before = vr_test_allocations(&test);
        vr_test_fail_allocation(&test, nth, 1);
        check(vr_pending_cancel(a));
        failed = vr_test_allocations(&test) - before >= nth;
        vr_test_fail_allocation(&test, 0, 0);
        check_str(seen.trace, failed ? "f-5001 f-5001" : "f-5001");
        turn();
        check_str(seen.trace,
                  failed ? "f-5001 f-5001 f-5001" : "f-5001 f-5001");
        check(failed || nth > 2);
        end(a);
        seen.trace[0] = '\0';
    }
}

static struct vr_result start_nothing(void *arg)
{
    trace(arg, 1);
    return vr_ok(vr_value_none());
}

/* It has vr_await() for that. */
static struct vr_result wait_as_threads_do(void *arg)
{
    struct vr_result result;

    check_int(vr_sleep(VR_SEC), 0);
    check_int(vr_start_and_wait(reactor, start_nothing, arg, -1, &result),
              -EDEADLK);
    return vr_ok(vr_value_none());
}

TEST(wait, is_refused_in_a_coroutine)
{
    set_up();
    struct vr_pending *a = begin(wait_as_threads_do, "started");

    pass(VR_SEC);
    check_str(seen.trace, "");
    end(a);
}
