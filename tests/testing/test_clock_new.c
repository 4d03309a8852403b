/* SPDX-License-Identifier: MIT */
/**
 * @file test_clock_new.c
 * Tests of testing/clock.h: which selector a reactor gets, or why none.
 */
#include <vreactor/testing/clock.h>

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/selector_check.h>
#include <vreactor/testing/sys.h>

#include "tests/support/refused.h"
#include "tests/support/test.h"

static struct vr_reactor *const untouched = (struct vr_reactor *)"";
static struct vr_test_env test;
static struct vr_reactor *reactor;

/* What vr_test_reactor_new() says; it leaves @p reactor alone where it fails,
 * and keeps nothing. */
static int make(const struct vr_reactor_options *more)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = untouched;
    int err = vr_test_reactor_new(&test, more, &reactor);
    check((err == 0) == (reactor != untouched));
    if (err)
        check_int(vr_test_blocks(&test), 0);
    return err;
}

/* The reactor has the selector @p name, and lets time pass. */
static void check_made(const char *name)
{
    check_str(vr_reactor_selector(reactor), name);
    check_int(vr_reactor_turn(reactor, 30 * VR_SEC), 0);
    check_int(vr_test_now(&test), 31 * VR_SEC);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static struct vr_reactor_options options_of(const char *selector)
{
    return (struct vr_reactor_options){
        .size = sizeof(struct vr_reactor_options), .selector = selector};
}

TEST(test_clock_new, takes_the_selector_the_environment_names_or_the_best)
{
    for (size_t i = 0; vr_selector_nth(i); i++) {
        if (is_refused(vr_selector_nth(i)))
            continue;
        check(!setenv("VR_SELECTOR", vr_selector_nth(i)->name, 1));
        check_int(make(NULL), 0);
        check_made(vr_selector_nth(i)->name);
    }
    check(!setenv("VR_SELECTOR", "", 1));
    check_int(make(NULL), 0);
    check_made(vr_selector_nth(0)->name);
    check(!unsetenv("VR_SELECTOR"));
    check_int(make(NULL), 0);
    check_made(vr_selector_nth(0)->name);
}

static struct vr_selector_ops guest;

static int open_guest(const struct vr_env *env, void *arg,
                      struct vr_selector **ret_sel)
{
    int err = vr_selector_find("poll")->open(env, arg, ret_sel);
    if (!err)
        (*ret_sel)->ops = &guest;
    return err;
}

TEST(test_clock_new, is_a_guest_where_the_real_one_is)
{
    struct vr_reactor_options options = options_of(NULL);

    guest = *vr_selector_find("poll");
    guest.open = open_guest;
    guest.is_guest = true;
    options.selector_ops = &guest;
    check_int(make(&options), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_turn(reactor, VR_SEC), -ENOTSUP);
    check_int(vr_reactor_run(reactor), -ENOTSUP);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(test_clock_new, takes_the_selector_the_options_name_before_that)
{
    check(!setenv("VR_SELECTOR", "abacus", 1));
    for (size_t i = 0; vr_selector_nth(i); i++) {
        if (is_refused(vr_selector_nth(i)))
            continue;
        struct vr_reactor_options options =
            options_of(vr_selector_nth(i)->name);
        check_int(make(&options), 0);
        check_made(vr_selector_nth(i)->name);
    }
}

/* ---- a selector of the program's own ---- */

static struct vr_selector_ops mine;
static void *given;

static int open_mine(const struct vr_env *env, void *arg,
                     struct vr_selector **ret_sel)
{
    given = arg;
    int err = vr_selector_nth(0)->open(env, NULL, ret_sel);
    if (!err)
        (*ret_sel)->ops = &mine;
    return err;
}

static struct vr_reactor_options options_of_mine(void)
{
    struct vr_reactor_options options = options_of("abacus");

    mine = *vr_selector_nth(0);
    mine.name = "mine";
    mine.open = open_mine;
    options.selector_ops = &mine;
    options.selector_arg = &test;
    return options;
}

TEST(test_clock_new, takes_a_selector_of_the_program_s_own_before_all)
{
    struct vr_reactor_options options = options_of_mine();

    check_int(make(&options), 0);
    check(given == &test);
    check_made("mine");
}

TEST(test_clock_new, refuses_a_selector_that_lacks_something)
{
    struct vr_reactor_options options = options_of_mine();
    struct vr_selector_ops whole = mine;

    mine.name = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.open = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.fd = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.watch = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.drop = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.wait = NULL;
    check_int(make(&options), -EINVAL);
    mine = whole;
    mine.close = NULL;
    check_int(make(&options), -EINVAL);
}

/* ---- as a selector ---- */

static void complain(void *ctx, const struct vr_selector_verdict *verdict)
{
    (void)ctx;
    if (!strcmp(verdict->test, "says_what_it_is"))
        return; /* it says what is beneath */
    if (verdict->outcome == VR_SELECTOR_FAILS)
        test_fail(__FILE__, __LINE__, "%s: %s", verdict->test, verdict->why);
}

static void nothing(void *ctx)
{
    (void)ctx;
}

/* It is judged as one that does not wait by itself. */
TEST(test_clock_new, keeps_what_selectors_promise)
{
    struct vr_selector_check_options options = {.size = sizeof(options),
                                                .arg = &test,
                                                .pump = nothing,
                                                .report = complain};

    vr_test_env_init(&test, VR_SEC);
    check_int(vr_selector_check(vr_test_selector(), &options), 1);
}

/* ---- refusals ---- */

TEST(test_clock_new, refuses_a_selector_that_is_not_here)
{
    struct vr_reactor_options options = options_of("abacus");

    check_int(make(&options), -VR_ESELECTOR);
}

/* As the reactor that is not for tests does. */
TEST(test_clock_new, takes_the_best_where_the_environment_names_none_that_is)
{
    check(!setenv("VR_SELECTOR", "abacus", 1));
    check_int(make(NULL), 0);
    check_made(vr_selector_nth(0)->name);
}

TEST(test_clock_new, refuses_to_let_time_pass_for_nobody)
{
    struct vr_reactor_options options = options_of(NULL);

    options.selector_ops = vr_test_selector();
    check_int(vr_reactor_new(&options, &reactor), -EINVAL);
}

TEST(test_clock_new, refuses_options_it_cannot_follow)
{
    struct vr_reactor_options options = options_of(NULL);
    struct {
        struct vr_reactor_options known;
        int later;
    } newer = {.known.size = sizeof(newer), .later = 1};

    options.env = vr_env_default();
    check_int(make(&options), -EINVAL);
    check_int(make(&newer.known), -E2BIG);
    options = options_of(NULL);
    options.size = sizeof(options.size);
    options.selector = "abacus"; /* beyond the size it says */
    check_int(make(&options), 0);
    check_int(vr_reactor_free(reactor), 0);
    options = options_of(NULL);
    options.posts_per_turn = -1;
    check_int(make(&options), -EINVAL);
}

TEST(test_clock_new, says_so_and_keeps_nothing_whichever_allocation_fails)
{
    int err, nth = 0;

    vr_test_env_init(&test, 0);
    do {
        vr_test_fail_allocation(&test, ++nth, 1);
        err = vr_test_reactor_new(&test, NULL, &reactor);
        check(!err || err == -ENOMEM);
        check(!err || vr_test_blocks(&test) == 0);
    } while (err);

    check(nth >= 7); /* as many things as it is made of, and more */
    check_int(vr_reactor_free(reactor), 0);
}

/* The descriptor count after the test finds what is left behind. */
TEST(test_clock_new, says_so_and_keeps_nothing_whichever_call_fails)
{
    int failed = 0, nth = 0;

    do {
        vr_test_sys_reset();
        vr_test_env_init(&test, 0);
        vr_test_sys_fail(VR_TEST_SYS_ANY, ++nth, 1, 0);
        int err = vr_test_reactor_new(&test, NULL, &reactor);
        if (!err)
            check_int(vr_reactor_free(reactor), 0);
        check_int(vr_test_blocks(&test), 0);
        failed += err != 0;
    } while (vr_test_sys_failures() > 0);
    check(failed >= 1);
}
