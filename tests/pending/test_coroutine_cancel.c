/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine_cancel.c
 * Coroutines that are cancelled, or freed, before they have ended.
 */
#include "tests/pending/coroutine_fixture.h"

/* ---- cancelled while it waits ---- */

/* promise coroutines-4 */
TEST(coroutine, is_told_by_its_await_that_it_was_cancelled)
{
    struct vr_pending *pending = spawn(await_one, new_pending());

    check(vr_pending_cancel(pending));
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001");
    check_int(stacks_mapped(), 0);
    watch(pending);
    check_str(seen.trace, "f-5001 f-5001");
    vr_pending_free(pending);
    check_int(seen.reports, 0);
    check_all_ended();
}

static struct vr_result keep_reason(void *arg)
{
    struct vr_failure *why;

    check_int(vr_await(arg, NULL, &why), -VR_ECANCELLED);
    check_int(why->cause->code, -ETIMEDOUT);
    return vr_fail(why);
}

/* promise coroutines-4 */
TEST(coroutine, is_told_why_it_was_cancelled)
{
    struct vr_pending *pending = spawn(keep_reason, new_pending());
    struct vr_failure *reason = failure_of(-ETIMEDOUT), *got;

    check(vr_pending_cancel_as(pending, vr_failure_ref(reason)));
    check_int(vr_await(pending, NULL, &got), -VR_ECANCELLED);
    check(got->cause == reason);
    vr_failure_unref(got);
    vr_failure_unref(reason);
    check_all_ended();
}

/* Cleans up by an await of arg[1], whatever became of arg[0]. */
static struct vr_result clean_up(void *arg)
{
    struct vr_pending **sources = arg;
    int err = await_number(sources[0]);

    await_number(vr_shield(sources[1]));
    return err < 0 ? number_or_failure(err) : vr_ok(number(0));
}

/* promise coroutines-6 */
TEST(coroutine, may_await_more_to_clean_up)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};
    struct vr_pending *pending = spawn(clean_up, sources);

    check(vr_pending_cancel(pending));
    check_int(stacks_mapped(), 1);
    check_int(vr_pending_fire(sources[1], number(5)), 0);
    check_str(seen.trace, "f-5001 v5");
    check_int(await_number(pending), -VR_ECANCELLED);
    check_all_ended();
}

static struct vr_result succeed_anyway(void *arg)
{
    (void)vr_await(arg, NULL, NULL);
    return vr_ok(number(1));
}

/* promise coroutines-6 */
TEST(coroutine, may_succeed_although_it_was_cancelled)
{
    struct vr_pending *pending = spawn(succeed_anyway, new_pending());

    check(vr_pending_cancel(pending));
    check_int(await_number(pending), 1);
    check_all_ended();
}

/* promise coroutines-5 */
TEST(coroutine, stays_cancelled)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), new_pending(),
                                    NULL};
    struct vr_pending *pending = spawn(await_each, sources);

    check_int(vr_pending_fire(sources[1], number(1)), 0);
    check(vr_pending_cancel(pending));
    check_str(seen.trace, "f-5001 v1 f-5001"); /* one need not wait */
    check(!vr_pending_cancel(pending));
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, passes_a_cancel_on_to_the_one_it_awaits)
{
    struct vr_pending *inner = spawn(await_one, new_pending());
    struct vr_pending *outer = spawn(await_one, inner);

    check(vr_pending_cancel(outer));
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    vr_pending_free(outer);
    check_all_ended();
}

TEST(coroutine, that_has_ended_cannot_be_cancelled)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_one, source);

    check_int(vr_pending_fire(source, number(1)), 0);
    check(!vr_pending_cancel(pending));
    vr_pending_free(pending);
    check_all_ended();
}

/* ---- cancelled while it runs ---- */

/* A coroutine that does something to itself. */
struct self {
    struct vr_pending *pending; /* its own */
    struct vr_pending *sources[2];
};

static void init_self(struct self *self)
{
    *self = (struct self){.sources = {new_pending(), new_pending()}};
}

static void spawn_self(struct self *self, vr_coroutine_fn *fn)
{
    self->pending = spawn(fn, self);
}

static struct vr_result cancel_self(void *arg)
{
    struct self *self = arg;

    check(vr_pending_cancel(vr_coroutine_pending()));
    trace("on", 0);
    await_number(self->sources[0]);
    return await_one(vr_shield(self->sources[1]));
}

/* promise coroutines-5 */
TEST(coroutine, is_told_by_its_next_await_that_it_was_cancelled_as_it_ran)
{
    struct self self;
    init_self(&self);

    spawn_self(&self, cancel_self);
    check_str(seen.trace, "on0 f-5001");
    check_int(vr_pending_fire(self.sources[1], number(1)), 0);
    check_int(await_number(self.pending), 1);
    check_all_ended();
}

/* promise coroutines-5 */
TEST(coroutine, is_not_told_by_an_await_that_need_not_wait)
{
    struct self self;
    init_self(&self);
    check_int(vr_pending_fire(self.sources[0], number(1)), 0);

    spawn_self(&self, cancel_self);
    check_str(seen.trace, "on0 v1");
    check_int(vr_pending_fire(self.sources[1], number(2)), 0);
    check_int(await_number(self.pending), 2);
    check_all_ended();
}

static struct vr_result cancel_self_twice(void *arg)
{
    struct self *self = arg;
    struct vr_failure *reason = failure_of(-ETIMEDOUT), *why;

    check(vr_pending_cancel_as(vr_coroutine_pending(), reason));
    check(vr_pending_cancel(vr_coroutine_pending()));
    check_int(vr_await(self->sources[0], NULL, &why), -VR_ECANCELLED);
    check(why->cause == reason);
    vr_pending_free(self->sources[1]);
    return vr_fail(why);
}

TEST(coroutine, is_told_the_first_reason)
{
    struct self self;
    init_self(&self);

    spawn_self(&self, cancel_self_twice);
    check_int(await_number(self.pending), -VR_ECANCELLED);
    check_all_ended();
}

static struct vr_result cancel_self_and_end(void *arg)
{
    (void)arg;
    check(vr_pending_cancel_as(vr_coroutine_pending(), failure_of(-ETIMEDOUT)));
    return vr_ok(number(7));
}

TEST(coroutine, that_awaits_no_more_is_not_told)
{
    struct self self;
    init_self(&self);

    spawn_self(&self, cancel_self_and_end);
    check_int(await_number(self.pending), 7);
    vr_pending_free(self.sources[0]);
    vr_pending_free(self.sources[1]);
    check_all_ended();
}

/* ---- freed ---- */

/* promise coroutines-7 */
TEST(coroutine, ends_when_its_deferred_is_freed)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), NULL};
    struct vr_pending *pending = spawn(await_each, sources);

    vr_pending_free(pending);
    check_int(seen.cancels, 2);
    check_str(seen.trace, "f-5001 f-5001");
    check_int(seen.reports, 0);
    check_all_ended();
}

TEST(coroutine, ends_with_the_one_that_awaits_it)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_one, spawn(await_one, source));

    vr_pending_free(pending);
    check_int(seen.cancels, 1);
    check_str(seen.trace, "f-5001 f-5001");
    check_all_ended();
}

static struct vr_result end_waiting(void *arg)
{
    struct vr_pending **sources = arg;

    await_number(sources[0]);
    return vr_wait_for(sources[1]);
}

/* promise coroutines-7 */
TEST(coroutine, has_what_it_ends_in_freed_with_it)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};

    vr_pending_free(spawn(end_waiting, sources));
    check_int(seen.cancels, 2);
    check_all_ended();
}

TEST(coroutine, may_use_what_is_there_while_it_is_freed)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), NULL};
    struct vr_pending *pending = spawn(await_each, sources);

    check_int(vr_pending_fire(sources[1], number(4)), 0);
    vr_pending_free(pending);
    check_str(seen.trace, "f-5001 v4");
    check_all_ended();
}

static struct vr_result free_self(void *arg)
{
    struct self *self = arg;

    await_number(self->sources[0]);
    check(vr_coroutine_pending() == self->pending);
    vr_pending_free(self->pending);
    trace("on", 0);
    return await_one(self->sources[1]);
}

/* promise coroutines-8 */
TEST(coroutine, that_frees_its_deferred_goes_on_to_its_end)
{
    struct self self;
    init_self(&self);

    spawn_self(&self, free_self);
    check_int(vr_pending_fire(self.sources[0], number(1)), 0);
    check_str(seen.trace, "v1 on0 f-5001");
    check_int(seen.cancels, 1);
    check_all_ended();
}

static struct vr_result free_other(void *arg)
{
    vr_pending_free(arg);
    return vr_ok(number(1));
}

TEST(coroutine, is_freed_by_another)
{
    struct vr_pending *waits = spawn(await_one, new_pending());
    struct vr_pending *frees = spawn(free_other, waits);

    check_str(seen.trace, "f-5001");
    check_int(await_number(frees), 1);
    check_all_ended();
}
