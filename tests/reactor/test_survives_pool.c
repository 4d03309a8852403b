/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_pool.c
 * Tests of reactor/async/pool.h when memory or the system fails.
 */
#include <vreactor/reactor/async/pool.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct vr_pool *const no_pool = (struct vr_pool *)"";
static struct vr_pool_group *const no_group = (struct vr_pool_group *)"";
static struct vr_pool *pool;
static struct vr_pool_group *group;
static struct vr_pending *pending;
static struct vr_value value;
static struct outcome outcome;

static int make(void)
{
    struct vr_pool_options options = {
        .size = sizeof(options), .env = &survive_env.env, .threads = 1};

    pool = no_pool;
    return vr_pool_new(&options, &pool);
}

static void it_is_of_use_if_made(int err)
{
    if (err) {
        check(pool == no_pool);
        return;
    }
    check_int(vr_pool_resize(pool, 2), 0);
    vr_pool_close(pool);
    check_int(vr_pool_free(pool), 0);
}

TEST(survives_pool, making_one)
{
    check_int(survive(NULL, make, it_is_of_use_if_made), 3);
}

/* ---- jobs ---- */

static struct vr_result run(struct vr_job *job, struct vr_value given)
{
    (void)vr_job_is_wanted(job);
    return vr_ok(given);
}

static void make_pool(void)
{
    check_int(make(), 0);
    group = no_group;
    value = number(6);
    outcome = (struct outcome){0};
}

/* With what it has failed already, if so. */
static int watch_it(void)
{
    if (!pending)
        return -ENOMEM;

    watch_outcome(&outcome, pending);
    return outcome.code;
}

static int submit(void)
{
    pending = vr_pool_submit(pool, survive_reactor, NULL, run, value);
    return watch_it();
}

/* Frees the pool, which waits for the job, or cancels it. */
static void it_ends_if_submitted(int err)
{
    if (err) {
        check_int(values, 0);
        check_int(vr_pool_count(pool).queued, 0);
        check_int(vr_pool_count(pool).done, 0);
    }
    check_int(vr_pool_free(pool), 0);
    survive_turns(1);
    check_int(outcome.times, pending != NULL);
    vr_pending_free(pending);
    check_int(values, 0);
}

TEST(survives_pool, submitting_a_job)
{
    check(survive(make_pool, submit, it_ends_if_submitted) >= 4);
}

/* ---- groups and drains ---- */

static int make_group(void)
{
    return vr_pool_group_new(pool, &group);
}

static void it_cancels_if_made(int err)
{
    if (err) {
        check(group == no_group);
    } else {
        check_int(vr_pool_group_cancel(group), 0);
        vr_pool_group_free(group);
    }
    check_int(vr_pool_free(pool), 0);
    vr_value_free(value);
}

TEST(survives_pool, making_a_group)
{
    check_int(survive(make_pool, make_group, it_cancels_if_made), 1);
}

static int drain(void)
{
    pending = vr_pool_drain(pool, survive_reactor);
    return watch_it();
}

static void it_fires_if_made(int err)
{
    check(!err == (pending != NULL));
    survive_turns(1);
    check_int(outcome.times, pending != NULL);
    vr_pending_free(pending);
    if (group != no_group)
        vr_pool_group_free(group);
    check_int(vr_pool_free(pool), 0);
    vr_value_free(value);
}

TEST(survives_pool, draining_it)
{
    check_int(survive(make_pool, drain, it_fires_if_made), 3);
}

static void make_pool_and_group(void)
{
    make_pool();
    check_int(make_group(), 0);
}

static int drain_group(void)
{
    pending = vr_pool_group_drain(group, survive_reactor);
    return watch_it();
}

TEST(survives_pool, draining_a_group)
{
    check_int(survive(make_pool_and_group, drain_group, it_fires_if_made), 3);
}
