/* SPDX-License-Identifier: MIT */
/**
 * @file test_sequence.c
 * Tasks in order, so many at a time.
 */
#include "tests/pending/fixture.h"

#include <stdint.h>

#include <vreactor/pending/combine.h>

enum { TASKS = 5 };

static struct vr_pending *tasks[TASKS];
static struct vr_pending *whole;

static struct vr_pending *begin_task(void *arg, size_t index)
{
    (void)arg;
    trace("b", (int)index);
    return tasks[index] = new_pending();
}

static void finish(void)
{
    vr_pending_free(whole);
    check_int(seen.reports, 0);
    check_all_freed();
}

static struct vr_result count_results(void *arg, struct vr_value value)
{
    const struct vr_results *results = value.ptr;

    (void)arg;
    trace("n", (int)results->count);
    for (size_t i = 0; i < results->count && i < TASKS; i++)
        trace("v", read_number(results->items[i].value));
    vr_value_free(value);
    return vr_ok(vr_value_none());
}

TEST(sequence, begins_the_next_when_one_is_done)
{
    whole = vr_pending_sequence(counting_env(), TASKS, 2, begin_task, NULL);
    check(whole);
    then(whole, count_results, note_failure, NULL);
    check_str(seen.trace, "b0 b1");
    check_int(vr_pending_fire(tasks[1], number(1)), 0);
    check_str(seen.trace, "b0 b1 b2");
    check_int(vr_pending_fire(tasks[0], number(0)), 0);
    check_int(vr_pending_fire(tasks[3], number(3)), 0);
    check_int(vr_pending_fire(tasks[2], number(2)), 0);
    check_str(seen.trace, "b0 b1 b2 b3 b4");
    check_int(vr_pending_fire(tasks[4], number(4)), 0);
    check_str(seen.trace, "b0 b1 b2 b3 b4 n5 v0 v1 v2 v3 v4");
    finish();
}

TEST(sequence, of_none_fires_at_once)
{
    whole = vr_pending_sequence(counting_env(), 0, 1, begin_task, NULL);
    check(whole);
    then(whole, count_results, note_failure, NULL);
    check_str(seen.trace, "n0");
    finish();
}

TEST(sequence, ends_with_the_first_failure)
{
    whole = vr_pending_sequence(counting_env(), TASKS, 2, begin_task, NULL);
    check(whole);
    then(whole, count_results, note_failure, NULL);
    watch(whole);
    check_int(vr_pending_fail(tasks[1], failure_of(-EIO)), 0);
    check_str(seen.trace, "b0 b1 f-5 f-5");
    check_int(seen.cancels, 1);
    check_int(vr_pending_recover(whole, vr_value_none()), 0);
    finish();
}

TEST(sequence, cancelled_begins_no_more)
{
    whole = vr_pending_sequence(counting_env(), TASKS, 3, begin_task, NULL);
    check(whole);
    check(vr_pending_cancel(whole));
    check_str(seen.trace, "b0 b1 b2");
    check_int(seen.cancels, 3);
    finish();
}

TEST(sequence, names_the_place_where_the_macro_stands)
{
    const struct vr_env *env = counting_env();
    char want[128];

    whole = vr_pending_sequence(env, 1, 1, begin_task, NULL);
    (void)snprintf(want, sizeof(want), "%s:%d: ", __FILE__, __LINE__ - 1);
    check_int(vr_pending_fail(tasks[0], failure_of(-EIO)), 0);
    vr_pending_free(whole);
    check(strstr(seen.report, want));
    check_all_freed();
}

TEST(sequence, of_no_task_at_a_time_is_an_error)
{
    check_int(
        vr_await(vr_pending_sequence(counting_env(), 1, 0, begin_task, NULL),
                 NULL, NULL),
        -EINVAL);
    finish();
}

/* So many that their size is that of none, if nobody looks. */
TEST(sequence, of_more_tasks_than_memory_can_hold_is_an_error)
{
    check_int(vr_await(vr_pending_sequence(counting_env(), SIZE_MAX / 8 + 1, 1,
                                           begin_task, NULL),
                       NULL, NULL),
              -ENOMEM);
    check_str(seen.trace, "");
    finish();
}

TEST(sequence, without_memory_begins_nothing)
{
    for (int n = 0; n < 3; n++) {
        seen.fail_after = n;
        check_int(vr_await(vr_pending_sequence(counting_env(), TASKS, 1,
                                               begin_task, NULL),
                           NULL, NULL),
                  -ENOMEM);
        check_all_freed();
    }
    check_str(seen.trace, "");
}

static struct vr_pending *begin_done(void *arg, size_t index)
{
    struct vr_pending *pending = NULL;

    (void)arg;
    (void)index;
    pending = vr_pending_done(counting_env(), vr_ok(number(1)));
    check(pending);
    return pending;
}

TEST(sequence, of_100000_done_tasks_does_not_deepen_the_stack)
{
    whole = vr_pending_sequence(counting_env(), 100000, 1, begin_done, NULL);
    check(whole);
    finish();
}

static struct vr_pending *begin_none(void *arg, size_t index)
{
    (void)arg;
    (void)index;
    return NULL;
}

TEST(sequence, task_that_cannot_begin_fails_it)
{
    whole = vr_pending_sequence(counting_env(), TASKS, 1, begin_none, NULL);
    check(whole);
    then(whole, NULL, recover_with, NULL);
    watch(whole);
    check_str(seen.trace, "v0");
    finish();
}

/* The third frees the whole and is done already. */
static struct vr_pending *begin_and_free(void *arg, size_t index)
{
    (void)arg;
    trace("b", (int)index);
    if (index == 2) {
        vr_pending_free(whole);
        whole = NULL;
    }
    return index == 2 ? begin_done(NULL, index)
                      : (tasks[index] = new_pending());
}

TEST(sequence, may_be_freed_by_a_task_that_begins)
{
    whole = vr_pending_sequence(counting_env(), TASKS, 2, begin_and_free, NULL);
    check(whole);
    check_int(vr_pending_fire(tasks[0], number(0)), 0);
    check_str(seen.trace, "b0 b1 b2");
    check_int(seen.cancels, 1);
    finish();
}
