/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_wait.c
 * Tests of reactor/async/wait.h when memory or the system fails.
 */
#include <vreactor/reactor/async/wait.h>

#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include <vreactor/reactor/post.h>
#include <vreactor/testing/sys.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct {
    pthread_t thread;
    int nth_allocation; /* that fails in the reactor's environment */
    enum vr_test_sys_call call;
    int err; /* of that system call; 0: it does not fail */

    int answer;
    struct outcome outcome;
} waiter;

static struct vr_result start(void *arg)
{
    struct vr_pending *pending =
        vr_pending_done(vr_reactor_env(survive_reactor), vr_ok(number(4)));

    (void)arg;
    return pending ? vr_wait_for(pending) : vr_ok(number(3));
}

static void *start_and_wait(void *arg)
{
    struct vr_result result;

    if (waiter.nth_allocation)
        vr_test_fail_allocation(&survive_env, waiter.nth_allocation, 1);
    if (waiter.err)
        vr_test_sys_fail(waiter.call, 1, 1, waiter.err);
    waiter.answer =
        vr_start_and_wait(survive_reactor, start, NULL, VR_SEC, &result);
    if (!waiter.answer)
        note_result(&waiter.outcome, result);
    vr_reactor_stop(survive_reactor);
    return arg;
}

static void begin(struct vr_post *post)
{
    (void)post;
    check(!pthread_create(&waiter.thread, NULL, start_and_wait, NULL));
}

/* @return did anything fail? */
static int wait_under_failures(void)
{
    struct vr_post post = {.run = begin};

    survive_begin();
    waiter.outcome = (struct outcome){0};
    survive_with_threads = true;
    vr_reactor_post(survive_reactor, &post);
    int result = vr_reactor_run(survive_reactor);
    check(!pthread_join(waiter.thread, NULL));
    vr_test_fail_allocation(&survive_env, 0, 0);
    survive_end();
    check_int(values, 0);
    return result;
}

TEST(survives_wait, waiting_without_memory)
{
    int starts_failed = 0, steps_failed = 0;

    for (waiter.nth_allocation = 1; waiter.nth_allocation <= 4;
         waiter.nth_allocation++) {
        check_int(wait_under_failures(), 0);
        if (waiter.nth_allocation == 1) {
            check_int(waiter.answer, -ENOMEM);
            continue;
        }
        check_int(waiter.answer, 0);
        starts_failed += waiter.outcome.number == 3;
        steps_failed += waiter.outcome.code == -ENOMEM;
    }
    check_int(starts_failed, 1);
    check_int(waiter.outcome.number + steps_failed, 4);
}

static void check_under(enum vr_test_sys_call call, int err)
{
    waiter.call = call;
    waiter.err = err;
    int result = wait_under_failures();
    check(result == 0 || result == -err);
    check(waiter.answer == 0 || result);
}

TEST(survives_wait, waiting_while_the_system_fails)
{
    check_under(VR_TEST_SYS_WRITE, EIO);
    check_under(VR_TEST_SYS_WRITE, EINTR);
    check_under(VR_TEST_SYS_READ, EIO);
    check_under(VR_TEST_SYS_COND_WAIT, EINVAL);
}

static struct vr_pending *unasked;

static void make_unasked(void)
{
    unasked = vr_pending_new(&survive_env.env, NULL, NULL);
}

static int wait_in_vain(void)
{
    struct vr_result result;
    int err = vr_pending_wait(unasked, survive_reactor, -1, &result);

    return err == -EAGAIN ? 0 : err;
}

/* It is still the caller's. */
static void free_unasked(int err)
{
    (void)err;
    vr_pending_free(unasked);
}

TEST(survives_wait, waiting_on_one_that_does_not_run)
{
    check_int(survive(make_unasked, wait_in_vain, free_unasked), 1);
}
