/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_limits.c
 * Little stack, little memory.
 */
#include "tests/pending/fixture.h"

#include <limits.h>
#include <pthread.h>

enum { MANY = 100000, SMALL_STACK = 64 * 1024 };

static struct vr_pending *line[MANY];

static void *on_small_stack(void *arg)
{
    void (*body)(void) = *(void (**)(void))arg;

    body();
    return NULL;
}

/* Checkers and systems may ask for more than 64 KiB. */
static void run_on_small_stack(void (*body)(void))
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t size = (size_t)PTHREAD_STACK_MIN + SMALL_STACK;

    check_int(pthread_attr_init(&attr), 0);
    check_int(pthread_attr_setstacksize(&attr, size), 0);
    check_int(pthread_create(&thread, &attr, on_small_stack, &body), 0);
    check_int(pthread_join(thread, NULL), 0);
    check_int(pthread_attr_destroy(&attr), 0);
}

/* Each will return the one behind it, and then add one. */
static void make_line(void)
{
    for (int i = 0; i < MANY; i++)
        line[i] = new_pending();
    for (int i = 0; i + 1 < MANY; i++) {
        then(line[i], wait_for_arg, NULL, line[i + 1]);
        then(line[i], add_one, NULL, NULL);
    }
}

static void fire_from_the_front(void)
{
    make_line();
    for (int i = 0; i < MANY; i++)
        check_int(vr_pending_fire(line[i], number(1)), 0);
    watch(line[0]);
    check_str(seen.trace, "v100000");
    vr_pending_free(line[0]);
    check_all_freed();
}

static void fire_from_the_back(void)
{
    make_line();
    for (int i = MANY - 1; i >= 0; i--)
        check_int(vr_pending_fire(line[i], number(1)), 0);
    watch(line[0]);
    check_str(seen.trace, "v100000");
    vr_pending_free(line[0]);
    check_all_freed();
}

/* All wait, each for the one behind it, the last for its source. */
static void make_waiting_line(void)
{
    make_line();
    for (int i = MANY - 2; i >= 0; i--)
        check_int(vr_pending_fire(line[i], number(1)), 0);
    watch(line[0]);
}

static void fire_the_last(void)
{
    make_waiting_line();
    check_str(seen.trace, "");
    check_int(vr_pending_fire(line[MANY - 1], number(1)), 0);
    check_str(seen.trace, "v100000");
    vr_pending_free(line[0]);
    check_all_freed();
}

static void cancel_the_first(void)
{
    make_waiting_line();
    check(vr_pending_cancel(line[0]));
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    vr_pending_free(line[0]);
    check_all_freed();
}

static void free_the_first(void)
{
    make_waiting_line();
    vr_pending_free(line[0]);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

static void free_with_all_paused(void)
{
    make_waiting_line();
    for (int i = 0; i < MANY; i++)
        vr_pending_pause(line[i]);
    check_int(vr_pending_fire(line[MANY - 1], number(1)), 0);
    vr_pending_free(line[0]);
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

static void run_a_long_chain(void)
{
    static struct vr_pending *fired[MANY];
    struct vr_pending *pending = new_pending();

    for (int i = 0; i < MANY; i++) {
        fired[i] = vr_pending_done(counting_env(), vr_ok(number(i)));
        check(fired[i]);
        then(pending, wait_for_arg, NULL, fired[i]);
    }
    watch(pending);
    check_int(vr_pending_fire(pending, number(1)), 0);
    check_str(seen.trace, "v99999");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-8 */
#define FLAT_TEST(name)                                                        \
    HEAVY_TEST(pending_flat, name)                                             \
    {                                                                          \
        run_on_small_stack(name);                                              \
    }

FLAT_TEST(fire_from_the_front)
FLAT_TEST(fire_from_the_back)
FLAT_TEST(fire_the_last)
FLAT_TEST(cancel_the_first)
FLAT_TEST(free_the_first)
FLAT_TEST(free_with_all_paused)
FLAT_TEST(run_a_long_chain)

/* Values that are constants: only the library's memory is short. */
static int one = 1;

static struct vr_value constant(void)
{
    return vr_value_of(&one, NULL);
}

/* Five steps, one of them waiting; either may be NULL.
 * @return an error of the library's */
static int use(struct vr_pending *outer, struct vr_pending *inner)
{
    int err = vr_pending_then(outer, note_value, note_failure, NULL);
    for (int i = 0; i < 4 && !err; i++)
        err = vr_pending_both(outer, note_both, NULL);
    if (!err)
        err = vr_pending_recover(outer, constant());
    if (!err && !inner)
        err = -ENOMEM;
    if (!err)
        err = vr_pending_settle(outer, vr_wait_for(inner));
    else
        vr_pending_free(inner);
    if (!err)
        err = vr_pending_fail(inner, failure_of(-EIO));
    return err;
}

static int scenario(void)
{
    struct vr_pending *outer = vr_pending_new(counting_env(), NULL, NULL);
    int err = vr_await(vr_pending_done(counting_env(), vr_ok(constant())), NULL,
                       NULL);

    if (!err)
        err = use(outer, vr_pending_new(counting_env(), NULL, NULL));
    vr_pending_free(outer);
    return err;
}

TEST(pending_memory, loses_nothing_whichever_allocation_fails)
{
    int n = 0;

    for (;; n++) {
        seen.trace[0] = '\0';
        seen.fail_after = n;
        int err = scenario();
        check_all_freed();
        check_int(seen.reports, 0);
        if (!err && strstr(seen.trace, "f-5 "))
            break;
        check(!err || err == -ENOMEM);
    }
    check_int(n, 6); /* three deferreds, steps, substitute, failure */
}

/* promise deferreds-15 */
TEST(pending_memory, leaves_a_chain_as_it_was_when_a_step_does_not_fit)
{
    struct vr_pending *pending = new_pending();

    for (int i = 0; i < 4; i++)
        watch(pending);
    seen.fail_after = 0;
    check_int(vr_pending_both(pending, note_both, NULL), -ENOMEM);
    check_int(vr_pending_recover(pending, constant()), -ENOMEM);
    seen.fail_after = 1; /* the constant finds room, its step does not */
    check_int(vr_pending_recover(pending, constant()), -ENOMEM);
    seen.fail_after = -1;
    watch(pending);
    check_int(vr_pending_fire(pending, constant()), 0);
    check_str(seen.trace, "v1 v1 v1 v1 v1");
    vr_pending_free(pending);
    check_all_freed();
}

/* promise deferreds-15 */
TEST(pending_memory, is_not_needed_to_cancel_and_free)
{
    struct vr_pending *pending = new_pending(), *other = new_pending();

    watch(pending);
    watch(other);
    seen.fail_after = 0;
    check(vr_pending_cancel(pending));
    vr_pending_free(pending);
    vr_pending_free(other);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}

static struct vr_result add_itself(void *arg, struct vr_result result)
{
    static int times = 1000;

    if (times-- > 0)
        check_int(vr_pending_both(arg, add_itself, arg), 0);
    return result;
}

TEST(pending_memory, does_not_grow_with_the_number_of_steps_that_have_run)
{
    struct vr_pending *pending = new_pending();

    check_int(vr_pending_both(pending, add_itself, pending), 0);
    check_int(vr_pending_both(pending, add_itself, pending), 0);
    seen.fail_after = 0;
    check_int(vr_pending_fire(pending, constant()), 0);
    vr_pending_free(pending);
    check_all_freed();
}
