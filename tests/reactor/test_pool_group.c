/* SPDX-License-Identifier: MIT */
/**
 * @file test_pool_group.c
 * Tests of reactor/async/pool.h: groups of jobs, and waiting for the last job.
 */
#include "tests/reactor/pools.h"

#include "tests/support/child.h"

static struct vr_pool_group *group;
static struct outcome drained;

static void set_up_group(int threads)
{
    set_up(threads);
    check_int(vr_pool_group_new(pool, &group), 0);
}

static void tear_down_group(void)
{
    vr_pool_group_free(group);
    free_outcome(&drained);
    tear_down();
}

static void drain_group(void)
{
    struct vr_pending *pending;

    drained = (struct outcome){0};
    pending = vr_pool_group_drain(group, reactor);
    check(pending);
    watch_outcome(&drained, pending);
}

static void drain_pool(void)
{
    struct vr_pending *pending;

    drained = (struct outcome){0};
    pending = vr_pool_drain(pool, reactor);
    check(pending);
    watch_outcome(&drained, pending);
}

/* ---- cancelling together ---- */

TEST(pool_group, cancels_all_of_its_jobs_and_no_others)
{
    set_up_group(2);
    submit_in(group, 0, run_held);
    take(&begun);
    submit_held(1);
    submit_in(group, 2, run_quickly);
    submit(3, run_quickly);
    submit_in(group, 4, run_quickly);

    check_int(vr_pool_group_cancel(group), 2);
    check_int(values, 3);
    await_outcome(&outcomes[4]);
    for (int i = 0; i <= 4; i += 2)
        check_failure(&outcomes[i], -VR_ECANCELLED);
    give(&go);
    give(&go);
    await_outcome(&outcomes[1]);
    await_outcome(&outcomes[3]);
    check_value(&outcomes[1], 1);
    check_value(&outcomes[3], 3);
    drain_pool();
    await_outcome(&drained);
    check_int(unwanted, 1);
    check_int(runs, 3);
    check_int(values, 0);
    tear_down_group();
}

TEST(pool_group, takes_jobs_after_it_was_cancelled)
{
    set_up_group(1);
    check_int(vr_pool_group_cancel(group), 0);
    submit_in(group, 1, run_quickly);
    await_outcome(&outcomes[1]);
    check_value(&outcomes[1], 1);
    check_int(vr_pool_group_cancel(group), 0);
    tear_down_group();
}

/* Cancel has one outcome. */
TEST(pool_group, cancelled_leaves_what_its_owner_cancelled_before)
{
    set_up_group(1);
    submit_held(0);
    submit_in(group, 1, run_quickly);
    check(vr_pending_cancel(outcomes[1].pending));
    check_int(vr_pool_group_cancel(group), 0);
    check_int(vr_pool_count(pool).cancelled, 1);
    give(&go);
    await_outcome(&outcomes[0]);
    tear_down_group();
    check_int(outcomes[1].times, 1);
}

TEST(pool_group, may_be_freed_before_its_jobs_and_after_its_pool)
{
    struct vr_pool_group *other;

    set_up_group(1);
    check_int(vr_pool_group_new(pool, &other), 0);
    submit_in(group, 0, run_held);
    take(&begun);
    submit_in(group, 1, run_quickly);
    vr_pool_group_free(group);
    group = NULL;
    give(&go);
    await_outcome(&outcomes[1]);
    check_int(vr_pool_free(pool), 0);
    pool = NULL;
    check_int(vr_pool_group_cancel(other), 0);
    vr_pool_group_free(other);
    tear_down_group();
}

/* ---- waiting for the last ---- */

/* promise threads-12 */
TEST(pool_group, drained_at_once_says_so_in_a_turn)
{
    set_up_group(1);
    drain_group();
    check_int(drained.times, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_value(&drained, 0);
    tear_down_group();
}

static int seen; /* outcomes before that of the drain */

static void count_outcomes(struct outcome *outcome)
{
    (void)outcome;
    for (int i = 0; i < JOBS; i++)
        seen += outcomes[i].times;
}

/* promise threads-12 */
TEST(pool_group, drained_says_so_behind_its_jobs_whatever_became_of_them)
{
    set_up_group(1);
    submit_in(group, 0, run_held);
    take(&begun);
    submit_in(group, 1, run_quickly);
    submit_in(group, 2, run_quickly);
    drain_group();
    drained.act = count_outcomes;
    check(vr_pending_cancel(outcomes[1].pending));
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(drained.times, 0);
    give(&go);
    await_outcome(&drained);
    check_int(seen, 3);
    tear_down_group();
}

TEST(pool_group, drained_does_not_wait_for_jobs_of_others)
{
    set_up_group(2);
    submit_held(0);
    submit_in(group, 1, run_quickly);
    drain_group();
    await_outcome(&drained);
    check_value(&outcomes[1], 1);
    check_int(outcomes[0].times, 0);
    give(&go);
    tear_down_group();
}

/* promise threads-12 */
TEST(pool_group, of_all_jobs_is_the_pool)
{
    set_up_group(2);
    submit_held(0);
    submit_in(group, 1, run_held);
    take(&begun);
    drain_pool();
    drained.act = count_outcomes;
    vr_pool_close(pool);
    give(&go);
    give(&go);
    await_outcome(&drained);
    check_int(seen, 2);
    tear_down_group();
}

TEST(pool_group, drains_without_those_who_do_not_wait_any_more)
{
    set_up_group(1);
    submit_in(group, 0, run_held);
    take(&begun);
    drain_group();
    check(vr_pending_cancel(drained.pending));
    check_failure(&drained, -VR_ECANCELLED);
    give(&go);
    await_outcome(&outcomes[0]);
    tear_down_group();
    check_int(drained.times, 1);
}

TEST(pool_group, does_not_drain_on_a_reactor_that_is_closed)
{
    struct vr_pending *pending = NULL;

    set_up_group(1);
    check_int(vr_reactor_close(reactor), 0);
    check_int(vr_await(vr_pool_drain(pool, reactor), NULL, NULL), -VR_ECLOSED);
    check_int(vr_await(vr_pool_group_drain(group, reactor), NULL, NULL),
              -VR_ECLOSED);
    check(!pending);
    tear_down_group();
}

/* ---- in a child ---- */

static int use_as_child(void)
{
    struct vr_pool_group *another;

    child_check(vr_await(try_to_submit(run_quickly, NULL, vr_value_none()),
                         NULL, NULL) == -ECHILD);
    child_check(vr_await(vr_pool_drain(pool, reactor), NULL, NULL) == -ECHILD);
    child_check(vr_pool_group_new(pool, &another) == -ECHILD);
    child_check(vr_pool_resize(pool, 1) == -ECHILD);
    child_check(vr_pool_count(pool).threads == 0);
    child_check(vr_pool_group_cancel(group) == 0);
    vr_pool_group_free(group);
    free_outcome(&outcomes[1]); /* is not taken out of the parent's queue */
    vr_pool_close(pool);
    child_check(vr_pool_free(pool) == -ECHILD);
    return 0;
}

/* promise fork-9 */
TEST(pool_group, is_of_no_use_in_a_child_and_the_parent_does_not_notice)
{
    set_up_group(1);
    submit_in(group, 0, run_held);
    take(&begun);
    submit_in(group, 1, run_quickly);
    check_in_child(use_as_child);
    give(&go);
    await_outcome(&outcomes[1]);
    check_value(&outcomes[1], 1);
    tear_down_group();
}
