/* SPDX-License-Identifier: MIT */
/**
 * @file test_pool_threads.c
 * Tests of reactor/async/pool.h: how many threads there are.
 */
#include "tests/reactor/pools.h"

TEST(pool_threads, are_made_when_there_is_a_job_for_them)
{
    set_up(2);
    check_int(vr_pool_count(pool).threads, 0);
    submit_held(0);
    check_int(vr_pool_count(pool).threads, 1);
    check_int(vr_pool_count(pool).idle, 0);
    submit_held(1);
    check_int(vr_pool_count(pool).threads, 2);
    submit(2, run_quickly);
    check_int(vr_pool_count(pool).threads, 2);
    check_int(vr_pool_count(pool).queued, 1);
    give(&go);
    give(&go);
    await_outcome(&outcomes[2]);
    tear_down();
}

TEST(pool_threads, are_not_made_while_one_has_nothing_to_do)
{
    set_up(2);
    for (int i = 0; i < JOBS; i++) {
        submit(i, run_quickly);
        await_outcome(&outcomes[i]);
        while (vr_pool_count(pool).idle < 1)
            sched_yield();
    }
    check_int(vr_test_sys_count(VR_TEST_SYS_THREAD_CREATE), 1);
    struct vr_pool_counts counts = vr_pool_count(pool);
    check_int(counts.threads, 1);
    check_int(counts.idle, 1);
    check_int(counts.queued, 0);
    check_int(counts.done, JOBS);
    check_int(counts.cancelled, 0);
    tear_down();
}

TEST(pool_threads, leave_when_they_had_no_job_for_a_while)
{
    set_up(2);
    submit_held(0);
    submit_held(1);
    give(&go);
    give(&go);
    await_outcome(&outcomes[0]);
    await_outcome(&outcomes[1]);
    while (vr_pool_count(pool).threads) { /* each may begin its while late */
        vr_test_advance(&test, 10 * VR_SEC);
        sched_yield();
    }
    check_int(vr_pool_count(pool).idle, 0);
    submit(2, run_quickly);
    await_outcome(&outcomes[2]);
    tear_down();
}

TEST(pool_threads, stay_for_ever_if_so_wished)
{
    set_up(1);
    check_int(vr_pool_free(pool), 0);
    make_pool(1, 0, -1);
    submit(0, run_quickly);
    await_outcome(&outcomes[0]);
    vr_test_advance(&test, 1000 * 3600 * VR_SEC);
    submit(1, run_quickly);
    await_outcome(&outcomes[1]);
    check_int(vr_test_sys_count(VR_TEST_SYS_THREAD_CREATE), 1);
    tear_down();
}

/* ---- more and fewer ---- */

TEST(pool_threads, may_become_more_while_jobs_wait)
{
    set_up(1);
    submit_held(0);
    submit(1, run_held);
    submit(2, run_held);
    check_int(vr_pool_resize(pool, 3), 0);
    take(&begun);
    take(&begun);
    check_int(vr_pool_count(pool).threads, 3);
    for (int i = 0; i < 3; i++)
        give(&go);
    for (int i = 0; i < 3; i++)
        await_outcome(&outcomes[i]);
    tear_down();
}

TEST(pool_threads, leave_when_there_may_be_fewer_at_once_or_after_their_job)
{
    set_up(3);
    for (int i = 0; i < 3; i++)
        submit_held(i);
    give(&go);
    while (vr_pool_count(pool).idle < 1)
        sched_yield();
    check_int(vr_pool_resize(pool, 1), 0);
    await_threads(2); /* the idle one left, the others work */
    submit(3, run_quickly);
    check_int(vr_pool_count(pool).threads, 2);
    give(&go);
    await_threads(1); /* though a job waits */
    give(&go);
    await_outcome(&outcomes[3]);
    check_int(vr_pool_count(pool).threads, 1);
    tear_down();
}

TEST(pool_threads, are_one_at_least)
{
    set_up(1);
    check_int(vr_pool_resize(pool, 0), -EINVAL);
    check_int(vr_pool_resize(pool, -1), -EINVAL);
    submit(0, run_quickly);
    await_outcome(&outcomes[0]);
    tear_down();
}

/* ---- a system that has none left ---- */

TEST(pool_threads, that_cannot_be_made_are_an_error_if_there_is_none)
{
    set_up(2);
    int64_t blocks = vr_test_blocks(&test);
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, 1, 0);
    check_int(vr_await(try_to_submit(run_quickly, NULL, number(7)), NULL, NULL),
              -EAGAIN);
    check_int(values, 0);
    check_int(vr_test_blocks(&test), blocks);
    check_int(vr_pool_count(pool).queued, 0);
    submit(0, run_quickly);
    await_outcome(&outcomes[0]);
    tear_down();
}

TEST(pool_threads, that_cannot_be_made_are_waited_for_if_there_is_one)
{
    set_up(2);
    submit_held(0);
    vr_test_sys_fail(VR_TEST_SYS_THREAD_CREATE, 1, INT_MAX, 0);
    submit(1, run_quickly);
    check_int(vr_pool_resize(pool, 3), 0);
    check_int(vr_pool_count(pool).threads, 1);
    give(&go);
    await_outcome(&outcomes[1]);
    check_value(&outcomes[1], 1);
    tear_down();
}
