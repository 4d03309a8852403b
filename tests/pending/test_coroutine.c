/* SPDX-License-Identifier: MIT */
/**
 * @file test_coroutine.c
 * Coroutines that await, and come to results.
 */
#include "tests/pending/coroutine_fixture.h"

/* ---- spawning ---- */

static struct vr_result return_seven(void *arg)
{
    (void)arg;
    trace("in", 0);
    return vr_ok(number(7));
}

/* promise coroutines-1 */
TEST(coroutine, runs_at_once_like_a_call)
{
    struct vr_pending *pending = spawn(return_seven, NULL);

    check_str(seen.trace, "in0");
    check_int(stacks_mapped(), 0);
    watch(pending);
    check_str(seen.trace, "in0 v7");
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, fails_its_deferred)
{
    struct vr_pending *pending = spawn(fail_here, NULL);

    watch(pending);
    check_str(seen.trace, "f-5");
    then(pending, NULL, recover_with, NULL);
    vr_pending_free(pending);
    check_int(seen.reports, 0);
    check_all_ended();
}

TEST(coroutine, has_a_failure_that_nobody_handles_reported)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn_at(42, pass_on, source);

    check_int(vr_pending_fail(source, failure_of(-EIO)), 0);
    vr_pending_free(pending);
    check_int(seen.reports, 1);
    check(strstr(seen.report, "test.c:42"));
    check(strstr(seen.report, "EIO"));
    check_all_ended();
}

static struct vr_result add_a_step(void *arg)
{
    watch(vr_coroutine_pending());
    return await_one(arg);
}

TEST(coroutine, may_ask_for_its_deferred)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(add_a_step, source);

    check(!vr_coroutine_pending());
    check_int(vr_pending_fire(source, number(7)), 0);
    check_str(seen.trace, "v7 v7");
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, takes_no_options_that_it_does_not_know)
{
    struct {
        struct vr_coroutine_options known;
        size_t later;
    } newer = {.known.size = sizeof(newer), .later = 1};

    check_int(
        vr_await(vr_spawn(coroutine_env(), &newer.known, return_seven, NULL),
                 NULL, NULL),
        -E2BIG);
    check_str(seen.trace, "");
    check_all_ended();
}

/* ---- awaiting ---- */

TEST(coroutine, awaits_a_value)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_one, source);

    watch(pending);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(source, number(3)), 0);
    check_str(seen.trace, "v3 v3");
    vr_pending_free(pending);
    check_all_ended();
}

static struct vr_result keep_failure(void *arg)
{
    struct vr_value value = {.ptr = arg};
    struct vr_failure *why;

    check_int(vr_await(arg, &value, &why), -EIO);
    check_int(why->code, -EIO);
    check(value.ptr == arg); /* written on success only */
    return vr_fail(why);
}

TEST(coroutine, awaits_a_failure)
{
    struct vr_pending *source = new_pending();
    struct vr_failure *made = failure_of(-EIO), *got;
    struct vr_pending *pending = spawn(keep_failure, source);

    check_int(vr_pending_fail(source, vr_failure_ref(made)), 0);
    check_int(vr_await(pending, NULL, &got), -EIO);
    check(got == made);
    check_int(got->refs, 2);
    vr_failure_unref(made);
    vr_failure_unref(got);
    check_all_ended();
}

static struct vr_result want_nothing(void *arg)
{
    struct vr_pending **sources = arg;

    check_int(vr_await(sources[0], NULL, NULL), 0);
    check_int(vr_await(sources[1], NULL, NULL), -EIO);
    return vr_ok(vr_value_none());
}

TEST(coroutine, frees_what_it_does_not_want)
{
    struct vr_pending *sources[] = {new_pending(), new_pending()};
    struct vr_pending *pending = spawn(want_nothing, sources);

    check_int(vr_pending_fire(sources[0], number(3)), 0);
    check_int(seen.values, 0);
    check_int(vr_pending_fail(sources[1], failure_of(-EIO)), 0);
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, awaits_several_in_its_own_order)
{
    struct vr_pending *sources[] = {new_pending(), new_pending(), new_pending(),
                                    NULL};
    struct vr_pending *pending = spawn(await_each, sources);

    check_int(vr_pending_fire(sources[1], number(2)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(sources[0], number(1)), 0);
    check_str(seen.trace, "v1 v2");
    check_int(vr_pending_fail(sources[2], failure_of(-EIO)), 0);
    check_str(seen.trace, "v1 v2 f-5");
    vr_pending_free(pending);
    check_all_ended();
}

/* promise coroutines-12 */
TEST(coroutine, is_not_needed_to_await_what_is_there)
{
    struct vr_pending *fired = new_pending(), *failed = new_pending();

    check_int(vr_pending_fire(fired, number(1)), 0);
    check_int(vr_pending_fail(failed, failure_of(-EIO)), 0);
    check_int(await_number(fired), 1);
    check_int(await_number(failed), -EIO);
    check_all_freed();
}

TEST(coroutine, takes_no_deferred_for_want_of_memory)
{
    struct vr_failure *why;

    check_int(vr_await(NULL, NULL, NULL), -ENOMEM);
    check_int(vr_await(NULL, NULL, &why), -ENOMEM);
    check(why == vr_failure_no_memory());
}

TEST(coroutine, is_needed_to_wait)
{
    struct vr_failure *why;

    check_int(vr_await(new_pending(), NULL, NULL), -EPERM);
    check_int(seen.cancels, 1);
    check_int(vr_await(new_pending(), NULL, &why), -EPERM);
    check_str(why->stage, "await");
    vr_failure_unref(why);
    check_all_freed();
}

TEST(coroutine, awaits_what_handlers_make_of_it)
{
    struct vr_pending *source = new_pending(), *inner = new_pending();
    then(source, add_one, NULL, NULL);
    then(source, wait_for_arg, NULL, inner);
    then(source, add_one, NULL, NULL);
    struct vr_pending *pending = spawn(await_one, source);

    check_int(vr_pending_fire(source, number(1)), 0);
    check_str(seen.trace, "");
    check_int(vr_pending_fire(inner, number(5)), 0);
    check_str(seen.trace, "v6");
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, awaits_that_one_is_paused_no_more)
{
    struct vr_pending *source = new_pending();
    vr_pending_pause(source);
    check_int(vr_pending_fire(source, number(1)), 0);
    struct vr_pending *pending = spawn(await_one, source);

    check_str(seen.trace, "");
    vr_pending_unpause(source);
    check_str(seen.trace, "v1");
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, is_held_while_its_deferred_is_paused)
{
    struct vr_pending *source = new_pending();
    struct vr_pending *pending = spawn(await_one, source);

    vr_pending_pause(pending);
    check_int(vr_pending_fire(source, number(1)), 0);
    check_str(seen.trace, "");
    vr_pending_unpause(pending);
    check_str(seen.trace, "v1");
    vr_pending_free(pending);
    check_all_ended();
}

/* ---- handlers ---- */

static struct vr_result wait_in_handler(void *arg, struct vr_value value)
{
    vr_value_free(value);
    check(!vr_coroutine_is_running());
    return number_or_failure(await_number(arg));
}

static struct vr_result fire_and_look(void *arg)
{
    check(vr_coroutine_is_running());
    check_int(vr_pending_fire(arg, number(1)), 0);
    check(vr_coroutine_is_running());
    return vr_ok(vr_value_none());
}

/* promise coroutines-9 */
/* Whoever fires: it is the same for a handler. */
TEST(coroutine, is_none_in_a_handler)
{
    struct vr_pending *first = new_pending(), *second = new_pending();
    then(first, wait_in_handler, recover_with, new_pending());
    then(second, wait_in_handler, recover_with, new_pending());

    check_int(vr_pending_fire(first, number(1)), 0);
    struct vr_pending *pending = spawn(fire_and_look, second);
    check_str(seen.trace, "f-1 f-1");
    vr_pending_free(pending);
    then(first, NULL, recover_with, NULL);
    then(second, NULL, recover_with, NULL);
    vr_pending_free(first);
    vr_pending_free(second);
    check_all_ended();
}

static void wait_in_canceller(void *arg, struct vr_pending *pending)
{
    (void)pending;
    check(!vr_coroutine_is_running());
    await_number(arg);
}

static struct vr_result cancel_arg(void *arg)
{
    check(vr_pending_cancel(arg));
    check(vr_coroutine_is_running());
    return vr_ok(vr_value_none());
}

/* promise coroutines-9 */
TEST(coroutine, is_none_in_a_canceller)
{
    struct vr_pending *source =
        vr_pending_new(counting_env(), wait_in_canceller, new_pending());

    check(source);

    vr_pending_free(spawn(cancel_arg, source));
    check_str(seen.trace, "f-1");
    vr_pending_free(source);
    check_all_ended();
}

/* ---- questions ---- */

static struct vr_result name_it(void *arg)
{
    struct vr_pending *fired = new_pending();
    struct vr_value value;

    check(vr_coroutine_is_running());
    check_str(vr_coroutine_name(), "reader");
    vr_pending_free(spawn(fire_and_look, fired));
    vr_pending_free(fired);
    check_str(vr_coroutine_name(), "reader");
    check_int(vr_await(arg, &value, NULL), 0);
    check_str(vr_coroutine_name(), "reader");
    return vr_ok(value);
}

TEST(coroutine, knows_its_name)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .name = "reader"};
    struct vr_pending *source = new_pending(), *pending;

    check(!vr_coroutine_is_running());
    check(!vr_coroutine_name());
    pending = vr_spawn(coroutine_env(), &options, name_it, source);
    check(pending);
    check(!vr_coroutine_is_running());
    check_int(vr_pending_fire(source, number(1)), 0);
    check(!vr_coroutine_is_running());
    check(!vr_coroutine_name());
    vr_pending_free(pending);
    check_all_ended();
}

TEST(coroutine, is_no_function_that_is_not_there)
{
    check_int(vr_await(vr_spawn(coroutine_env(), NULL, NULL, NULL), NULL, NULL),
              -EINVAL);
    check_all_ended();
}

TEST(coroutine, shows_in_a_dump)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .name = "reader"};
    struct vr_pending *source = new_pending_at(2), *pending;
    char text[256];

    pending = vr_pending_place(
        "test.c", 1, (vr_spawn)(coroutine_env(), &options, pass_on, source));
    watch(pending);
    (void)vr_pending_dump(pending, text, sizeof(text));
    check_str(text, "test.c:1: waiting, coroutine reader, 1 step: both\n"
                    "test.c:2: not fired, 0 steps\n");
    vr_pending_free(pending);
    check_all_ended();
}
