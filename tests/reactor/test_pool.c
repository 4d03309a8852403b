/* SPDX-License-Identifier: MIT */
/**
 * @file test_pool.c
 * Tests of reactor/async/pool.h: jobs, and what becomes of them.
 */
#include "tests/reactor/pools.h"

#include <signal.h>

/* ---- results ---- */

/* promise threads-6 */
TEST(pool, runs_a_job_and_fires_its_deferred_on_the_reactor)
{
    set_up(0);
    check_int(vr_pool_count(pool).threads, 0);
    submit(3, run_quickly);
    await_outcome(&outcomes[3]);
    check_value(&outcomes[3], 3);
    check_int(runs, 1);
    tear_down();
}

static struct vr_result fail(struct vr_job *job, struct vr_value value)
{
    (void)job;
    vr_value_free(value);
    return vr_fail(vr_failure_new(NULL, -EIO, "read", NULL, NULL));
}

TEST(pool, passes_the_failure_of_a_job_on)
{
    set_up(0);
    submit(0, fail);
    await_outcome(&outcomes[0]);
    check_failure(&outcomes[0], -EIO);
    tear_down();
}

static struct vr_result look_at_thread(struct vr_job *job,
                                       struct vr_value value)
{
    sigset_t blocked;

    (void)job;
    check(!pthread_sigmask(SIG_SETMASK, NULL, &blocked));
    check(sigismember(&blocked, SIGTERM));
#ifdef HAVE_PTHREAD_SETNAME_NP
    char name[64];
    check(!pthread_getname_np(pthread_self(), name, sizeof(name)));
    check_str(name, "hands");
#endif
    return vr_ok(value);
}

TEST(pool, has_threads_with_a_name_and_without_signals)
{
    set_up(0);
    submit(1, look_at_thread);
    await_outcome(&outcomes[1]);
    check_value(&outcomes[1], 1);
    tear_down();
}

/* promise threads-7 */
TEST(pool, begins_jobs_in_the_order_of_submitting)
{
    set_up(1);
    submit_held(0);
    for (int i = JOBS - 1; i > 0; i--)
        submit(i, run_quickly);
    give(&go);
    await_outcome(&outcomes[1]);
    for (int i = 1; i < JOBS; i++)
        check_int(order[i], JOBS - i);
    tear_down();
}

static int nested = 1;

static void free_pool_inside(void *ptr)
{
    (void)ptr;
    give(&go);
    nested = vr_pool_free(pool);
}

TEST(pool, is_not_freed_once_more_by_what_its_freeing_frees)
{
    struct vr_pending *pending;

    set_up(1);
    submit_held(0);
    pending =
        try_to_submit(run_quickly, NULL, vr_value_of(&test, free_pool_inside));
    watch_outcome(&outcomes[1], pending);
    tear_down();
    check_int(nested, -EBUSY);
}

/* ---- cancelling ---- */

/* promise threads-8 */
TEST(pool, takes_back_a_job_that_has_not_begun)
{
    set_up(1);
    submit_held(0);
    submit(1, run_quickly);
    submit(2, run_quickly);
    check_int(vr_pool_count(pool).queued, 2);
    check(vr_pending_cancel(outcomes[1].pending));
    check_failure(&outcomes[1], -VR_ECANCELLED);
    check_int(values, 2);
    free_outcome(&outcomes[2]);
    check_failure(&outcomes[2], -VR_ECANCELLED);
    check_int(values, 1);
    check_int(vr_pool_count(pool).queued, 0);
    check_int(vr_pool_count(pool).cancelled, 2);
    give(&go);
    await_outcome(&outcomes[0]);
    check_int(runs, 1);
    tear_down();
}

/* promise threads-9 */
TEST(pool, lets_a_job_that_has_begun_run_to_its_end)
{
    set_up(1);
    submit_held(0);
    check(vr_pending_cancel(outcomes[0].pending));
    check_failure(&outcomes[0], -VR_ECANCELLED);
    give(&go);
    while (vr_pool_count(pool).done < 1)
        sched_yield();
    check_int(unwanted, 1);
    check_int(values, 0); /* freed by its thread */
    tear_down();
    check_int(outcomes[0].times, 1);
}

TEST(pool, drops_a_job_whose_reactor_is_closed_and_goes_on_for_others)
{
    set_up(1);
    struct vr_reactor *first = reactor;
    submit_held(0);
    submit(1, run_quickly);
    check_int(vr_reactor_close(first), 0);
    check_failure(&outcomes[0], -VR_ECLOSED);
    check_failure(&outcomes[1], -VR_ECLOSED);
    check_int(values, 1);
    free_outcome(&outcomes[0]);
    free_outcome(&outcomes[1]);
    check_int(vr_reactor_free(first), 0);

    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    submit(2, run_quickly);
    give(&go);
    await_outcome(&outcomes[2]);
    check_int(unwanted, 1);
    check_int(runs, 2);
    tear_down();
}

TEST(pool, refuses_more_waiting_jobs_than_the_options_allow)
{
    set_up(1);
    check_int(vr_pool_free(pool), 0);
    make_pool(1, 2, 0);
    submit_held(0);
    submit(1, run_quickly);
    submit(2, run_quickly);
    check_int(values, 3);
    check_int(vr_await(try_to_submit(run_quickly, NULL, number(7)), NULL, NULL),
              -VR_ELIMIT);
    check_int(values, 3);
    give(&go);
    await_outcome(&outcomes[2]);
    submit(3, run_quickly);
    await_outcome(&outcomes[3]);
    tear_down();
}

/* ---- going ---- */

/* promise threads-10 */
TEST(pool, closed_fails_what_has_not_begun_and_ends_what_has)
{
    set_up(1);
    submit_held(0);
    submit(1, run_quickly);
    vr_pool_close(pool);
    check_int(values, 1);
    check_int(outcomes[1].times, 0); /* in a turn */
    await_outcome(&outcomes[1]);
    check_failure(&outcomes[1], -VR_ECANCELLED);
    check_int(vr_await(try_to_submit(run_quickly, NULL, number(7)), NULL, NULL),
              -VR_ECLOSED);
    check_int(values, 1);

    give(&go);
    await_outcome(&outcomes[0]);
    check_value(&outcomes[0], 0);
    check_int(unwanted, 0);
    await_threads(0);
    check_int(runs, 1);
    vr_pool_close(pool);
    tear_down();
}

/* promise threads-11 */
TEST(pool, freed_waits_for_a_job_that_has_begun)
{
    set_up(1);
    submit_held(0);
    submit(1, run_quickly);
    give(&go);
    check_int(vr_pool_free(pool), 0);
    check(runs >= 1);
    await_outcome(&outcomes[0]);
    await_outcome(&outcomes[1]);
    check_value(&outcomes[0], 0);
    pool = NULL;
    tear_down();
}

static struct vr_result free_its_pool(struct vr_job *job, struct vr_value value)
{
    (void)job;
    check_int(vr_pool_free(pool), -EDEADLK);
    return vr_ok(value);
}

/* promise threads-11 */
TEST(pool, is_not_freed_by_a_job_of_its_own)
{
    set_up(1);
    submit(1, free_its_pool);
    await_outcome(&outcomes[1]);
    submit(2, run_quickly);
    await_outcome(&outcomes[2]);
    tear_down();
}

TEST(pool, may_be_freed_before_the_deferreds_of_its_jobs)
{
    set_up(1);
    submit(1, run_quickly);
    check_int(vr_pool_free(pool), 0);
    pool = NULL;
    check_int(outcomes[1].times, 0);
    free_outcome(&outcomes[1]);
    check_failure(&outcomes[1], -VR_ECANCELLED);
    check_int(vr_reactor_turn(reactor, 0), 0);
    tear_down();
}

TEST(pool, refuses_options_that_make_no_sense)
{
    struct vr_pool_options options = {.size = sizeof(options), .threads = -1};
    struct vr_pool *none = NULL;

    check_int(vr_pool_new(&options, &none), -EINVAL);
    check(!none);
    check_int(vr_pool_free(NULL), 0);
    check_int(vr_pool_new(NULL, &none), 0);
    check_int(vr_pool_free(none), 0);
}
