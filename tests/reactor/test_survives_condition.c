/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_condition.c
 * Tests of reactor/async/condition.h when memory or the system fails.
 */
#include <vreactor/reactor/async/condition.h>

#include <errno.h>

#include "tests/reactor/results.h"
#include "tests/support/survive.h"

static struct vr_condition *const none = (struct vr_condition *)"";
static struct vr_condition_watch *const no_watch =
    (struct vr_condition_watch *)"";
static struct vr_condition *condition;
static struct vr_condition_watch *watch;
static struct vr_pending *pending;
static struct outcome outcome;
static int64_t heard;

static int make(void)
{
    condition = none;
    return vr_condition_new(&survive_env.env, 4, &condition);
}

static void it_counts_if_made(int err)
{
    if (err) {
        check(condition == none);
        return;
    }
    check_int(vr_condition_add(condition, 1), 5);
    check_int(vr_condition_get(condition), 5);
    vr_condition_free(condition);
}

TEST(survives_condition, making_one)
{
    check_int(survive(NULL, make, it_counts_if_made), 1);
}

static void make_one(void)
{
    check_int(make(), 0);
    watch = no_watch;
    outcome = (struct outcome){0};
    heard = 0;
}

static bool is_five(void *arg, int64_t value)
{
    (void)arg;
    return value == 5;
}

static int await(void)
{
    pending = vr_condition_await(condition, survive_reactor, is_five, NULL);
    return pending ? 0 : -ENOMEM;
}

static void it_fires_if_awaited(int err)
{
    if (err) {
        check(!pending);
    } else {
        watch_outcome(&outcome, pending);
        vr_condition_set(condition, 5);
        survive_turns(1);
        check_value(&outcome, 0);
        vr_pending_free(pending);
    }
    vr_condition_free(condition);
}

TEST(survives_condition, awaiting_it)
{
    check_int(survive(make_one, await, it_fires_if_awaited), 2);
}

static void note_change(void *arg, int64_t value)
{
    (void)arg;
    heard = value;
}

static int open_watch(void)
{
    return vr_condition_watch(condition, survive_reactor, note_change, NULL,
                              &watch);
}

static void it_hears_if_watched(int err)
{
    if (err) {
        check(watch == no_watch);
    } else {
        vr_condition_set(condition, 6);
        survive_turns(1);
        check_int(heard, 6);
        vr_condition_unwatch(watch);
    }
    vr_condition_free(condition);
}

TEST(survives_condition, watching_it)
{
    check_int(survive(make_one, open_watch, it_hears_if_watched), 1);
}

static int set_and_wait(void)
{
    int64_t value;

    vr_condition_set(condition, 5);
    return vr_condition_wait(condition, is_five, NULL, -1, &value);
}

static void it_is_freed(int err)
{
    check_int(err, 0);
    vr_condition_free(condition);
}

TEST(survives_condition, waiting_for_it)
{
    check_int(survive(make_one, set_and_wait, it_is_freed), 0);
}
