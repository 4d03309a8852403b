/* SPDX-License-Identifier: MIT */
/**
 * @file test_pending_inside.c
 * What handlers may do to the deferred they run for.
 */
#include "tests/pending/fixture.h"

/* The deferred under test, for handlers that get at it. */
static struct vr_pending *self;

static struct vr_result add_step_inside(void *arg, struct vr_value value)
{
    (void)arg;
    trace("begin", 0);
    watch(self);
    trace("end", 0);
    return add_one(NULL, value);
}

/* promise deferreds-2 */
TEST(pending_inside, runs_a_step_added_there_afterwards_with_what_is_returned)
{
    self = new_pending();
    then(self, add_step_inside, NULL, NULL);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "begin0 end0 v2");
    vr_pending_free(self);
    check_all_freed();
}

TEST(pending_inside, adds_there_also_when_run_by_being_added)
{
    self = new_pending();
    check_int(vr_pending_fire(self, number(1)), 0);
    then(self, add_step_inside, NULL, NULL);
    check_str(seen.trace, "begin0 end0 v2");
    vr_pending_free(self);
    check_all_freed();
}

static struct vr_result fire_inside(void *arg, struct vr_value value)
{
    (void)arg;
    check_int(vr_pending_fire(self, number(9)), -VR_EFIRED);
    return vr_ok(value);
}

TEST(pending_inside, cannot_fire_again)
{
    self = new_pending();
    then(self, fire_inside, NULL, NULL);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "v1");
    vr_pending_free(self);
    check_all_freed();
}

static struct vr_result cancel_inside(void *arg, struct vr_value value)
{
    (void)arg;
    check(!vr_pending_cancel(self));
    return vr_ok(value);
}

TEST(pending_inside, cannot_cancel_what_has_fired)
{
    self = new_pending();
    then(self, cancel_inside, NULL, NULL);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "v1");
    check_int(seen.cancels, 0);
    vr_pending_free(self);
    check_all_freed();
}

static struct vr_result pause_inside(void *arg, struct vr_value value)
{
    (void)arg;
    vr_pending_pause(self);
    return vr_ok(value);
}

/* promise deferreds-6 */
TEST(pending_inside, pauses_what_comes_after)
{
    self = new_pending();
    then(self, pause_inside, NULL, NULL);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "");
    vr_pending_unpause(self);
    check_str(seen.trace, "v1");
    vr_pending_free(self);
    check_all_freed();
}

static struct vr_result pause_and_go_on_inside(void *arg, struct vr_value value)
{
    (void)arg;
    vr_pending_pause(self);
    vr_pending_unpause(self);
    trace("end", 0);
    return vr_ok(value);
}

TEST(pending_inside, does_not_go_on_there_by_an_unpause)
{
    self = new_pending();
    then(self, pause_and_go_on_inside, NULL, NULL);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "end0 v1");
    vr_pending_free(self);
    check_all_freed();
}

static struct vr_result free_inside(void *arg, struct vr_value value)
{
    (void)arg;
    vr_pending_free(self);
    trace("end", 0);
    return vr_ok(value);
}

/* promise deferreds-6 */
TEST(pending_inside, frees_and_fails_the_steps_left_before_it_returns)
{
    self = new_pending();
    then(self, free_inside, NULL, NULL);
    watch(self);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "f-5001 f-5001 end0");
    check_all_freed();
}

TEST(pending_inside, frees_also_when_run_by_being_added)
{
    self = new_pending();
    check_int(vr_pending_fire(self, number(1)), 0);
    then(self, free_inside, NULL, NULL);
    check_str(seen.trace, "end0");
    check_all_freed();
}

static struct vr_result free_and_fail(void *arg, struct vr_value value)
{
    vr_pending_free(self);
    return fail_with(arg, value);
}

TEST(pending_inside, reports_a_failure_returned_after_the_free)
{
    int code = -EIO;

    self = new_pending();
    then(self, free_and_fail, NULL, &code);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_int(seen.reports, 1);
    check_all_freed();
}

static struct vr_result free_and_wait(void *arg, struct vr_value value)
{
    vr_pending_free(self);
    return wait_for_arg(arg, value);
}

TEST(pending_inside, frees_a_deferred_returned_after_the_free)
{
    struct vr_pending *other = new_pending();

    self = new_pending();
    then(self, free_and_wait, NULL, other);
    watch(other);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    check_all_freed();
}

static struct vr_result free_on_failure(void *arg, struct vr_failure *failure)
{
    vr_pending_free(self);
    return note_failure(arg, failure);
}

/* promise deferreds-6 */
TEST(pending_inside, may_free_what_is_being_freed)
{
    self = new_pending();
    then(self, NULL, free_on_failure, NULL);
    watch(self);
    vr_pending_free(self);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}

/* promise deferreds-6 */
TEST(pending_inside, may_free_the_one_that_waits_for_it)
{
    struct vr_pending *inner = new_pending();

    self = new_pending();
    then(self, wait_for_arg, NULL, inner);
    watch(self);
    then(inner, free_inside, NULL, NULL);
    watch(inner);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_int(vr_pending_fire(inner, number(1)), 0);
    check_str(seen.trace, "f-5001 f-5001 end0");
    check_all_freed();
}

static void free_and_unpause(void *ptr)
{
    free_number(ptr);
    vr_pending_unpause(self);
}

TEST(pending_inside, may_be_unpaused_by_the_value_that_is_freed_with_it)
{
    struct vr_pending *outer = new_pending();
    struct vr_value value = number(1);
    value.free = free_and_unpause;

    self = new_pending();
    watch(self);
    watch(outer);
    vr_pending_pause(self);
    check_int(vr_pending_fire(self, value), 0);
    check_int(vr_pending_settle(outer, vr_wait_for(self)), 0);
    vr_pending_free(outer);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}

static struct vr_result add_on_failure(void *arg, struct vr_failure *failure)
{
    watch(self);
    return note_failure(arg, failure);
}

TEST(pending_inside, runs_a_step_added_while_it_is_freed)
{
    self = new_pending();
    then(self, NULL, add_on_failure, NULL);
    vr_pending_free(self);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_freed();
}

static struct vr_result fire_arg(void *arg, struct vr_value value)
{
    check_int(vr_pending_fire(arg, number(3)), 0);
    return vr_ok(value);
}

static struct vr_result wait_for_self(void *arg, struct vr_value value)
{
    (void)arg;
    return wait_for_arg(self, value);
}

TEST(pending_inside, may_be_waited_for_by_another_before_it_returns)
{
    struct vr_pending *outer = new_pending();

    self = new_pending();
    then(outer, wait_for_self, NULL, NULL);
    watch(outer);
    then(self, fire_arg, NULL, outer); /* outer now waits for self */
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(seen.trace, "v1 v1");
    vr_pending_free(outer);
    check_all_freed();
}

static struct vr_result dump_inside(void *arg, struct vr_value value)
{
    (void)vr_pending_dump(self, arg, 128);
    return vr_ok(value);
}

TEST(pending_inside, tells_that_it_runs)
{
    char text[128];

    self = new_pending_at(1);
    then(self, dump_inside, NULL, text);
    watch(self);
    check_int(vr_pending_fire(self, number(1)), 0);
    check_str(text, "test.c:1: fired, running, 1 step: both\n");
    vr_pending_free(self);
    check_all_freed();
}
