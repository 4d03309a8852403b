/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_new.c
 * Tests of reactor/reactor.h: how a reactor is made, or not.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/env.h>

#include "tests/support/refused.h"
#include "tests/support/script.h"
#include "tests/support/test.h"

static struct vr_reactor *const untouched = (struct vr_reactor *)"";
static struct vr_reactor *reactor;

static struct vr_reactor_options defaults(void)
{
    return (struct vr_reactor_options){.size =
                                           sizeof(struct vr_reactor_options)};
}

/* What vr_reactor_new() says; it leaves @p reactor alone where it fails. */
static int make(const struct vr_reactor_options *options)
{
    reactor = untouched;
    int err = vr_reactor_new(options, &reactor);
    check((err == 0) == (reactor != untouched));
    return err;
}

static void check_selector(const struct vr_reactor_options *options,
                           const char *name)
{
    check_int(make(options), 0);
    check_str(vr_reactor_selector(reactor), name);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(reactor_new, takes_the_best_selector_where_none_is_named)
{
    struct vr_reactor_options options = defaults();

    check(!unsetenv("VR_SELECTOR"));
    check_selector(NULL, vr_selector_nth(0)->name);
    check_selector(&options, vr_selector_nth(0)->name);
    check(!setenv("VR_SELECTOR", "", 1));
    check_selector(NULL, vr_selector_nth(0)->name);
}

TEST(reactor_new, takes_the_selector_the_environment_names_unless_options_do)
{
    struct vr_reactor_options options = defaults();

    for (size_t i = 0; vr_selector_nth(i); i++) {
        if (is_refused(vr_selector_nth(i)))
            continue;
        check(!setenv("VR_SELECTOR", vr_selector_nth(i)->name, 1));
        options.selector = NULL;
        check_selector(&options, vr_selector_nth(i)->name);
        options.selector = "select";
        check_selector(&options, "select");
    }
}

TEST(reactor_new, takes_a_selector_of_the_program_s_own_before_all)
{
    struct vr_test_env test;
    struct vr_test_script script;

    check(!setenv("VR_SELECTOR", "nothing of the kind", 1));
    reactor =
        script_reactor(&script, &test,
                       &(struct vr_reactor_options){.size = sizeof(defaults()),
                                                    .selector = "nor this"});
    check_str(vr_reactor_selector(reactor), "script");
    script_free(&script, reactor);
}

TEST(reactor_new, refuses_a_selector_that_is_not_here)
{
    struct vr_reactor_options options = defaults();

    options.selector = "abacus";
    check_int(make(&options), -VR_ESELECTOR);
    check(!setenv("VR_SELECTOR", "poll", 1));
    check_int(make(&options), -VR_ESELECTOR);
}

TEST(reactor_new, refuses_a_selector_that_lacks_something)
{
    struct vr_reactor_options options = defaults();
    struct vr_selector_ops tables[SELECTOR_ENTRIES];

    without_each(tables, vr_test_script_selector());
    for (int i = 0; i < SELECTOR_ENTRIES; i++) {
        options.selector_ops = &tables[i];
        check_int(make(&options), -EINVAL);
    }
}

TEST(reactor_new, refuses_bounds_below_nothing)
{
    struct vr_reactor_options options = defaults();

    options.events_per_turn = -1;
    check_int(make(&options), -EINVAL);
    options = defaults();
    options.posts_per_turn = -1;
    check_int(make(&options), -EINVAL);
    options = defaults();
    options.calls_per_turn = -1;
    check_int(make(&options), -EINVAL);
    options = defaults();
    options.events_per_turn = 1 << 24; /* more than it would have room for */
    check_int(make(&options), -EINVAL);
}

TEST(reactor_new, takes_options_that_are_shorter_and_refuses_unknown_ones)
{
    struct vr_reactor_options options = {.size = sizeof(options.size)};
    struct {
        struct vr_reactor_options known;
        int later;
    } newer = {.known.size = sizeof(newer), .later = 1};

    options.selector = "abacus"; /* beyond the size it says */
    check_int(make(&options), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(make(&newer.known), -E2BIG);
    newer.later = 0;
    check_int(make(&newer.known), 0);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(reactor_new, tells_its_bounds)
{
    struct vr_reactor_options options = defaults();

    check_int(make(&options), 0);
    check_int(vr_reactor_bytes_per_turn(reactor), 256 * 1024);
    check_int(vr_reactor_free(reactor), 0);

    options.bytes_per_turn = 5;
    check_int(make(&options), 0);
    check_int(vr_reactor_bytes_per_turn(reactor), 5);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(reactor_new, says_so_and_keeps_nothing_whichever_allocation_fails)
{
    struct vr_reactor_options options = defaults();
    struct vr_test_env counted;
    int err, nth = 0;

    vr_test_env_init(&counted, VR_SEC);
    options.env = &counted.env;
    options.name = "small";
    do {
        vr_test_fail_allocation(&counted, ++nth, 1);
        err = make(&options);
        check(!err || err == -ENOMEM);
        if (err)
            check_int(vr_test_blocks(&counted), 0);
    } while (err);

    check(nth >= 6); /* as many things as it is made of, and more */
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&counted), 0);
}

/* ---- a system that refuses ---- */

static struct vr_sys sys;
static struct vr_test_env counted;

static void set_up_refusing(struct vr_reactor_options *options)
{
    *options = defaults();
    sys = (struct vr_sys)VR_SYS_INIT;
    vr_test_env_init(&counted, VR_SEC);
    counted.env.sys = &sys;
    options->env = &counted.env;
}

static int refuse_eventfd(unsigned initial, int flags)
{
    (void)initial;
    (void)flags;
    errno = EMFILE;
    return -1;
}

static int refuse_pipe(int ends[2])
{
    (void)ends;
    errno = EMFILE;
    return -1;
}

static int refuse_epoll(int flags)
{
    (void)flags;
    errno = ENFILE;
    return -1;
}

static int refuse_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    (void)epfd;
    (void)op;
    (void)fd;
    (void)event;
    errno = ENOSPC;
    return -1;
}

TEST(reactor_new, tells_what_the_system_said_of_the_wake_up)
{
    struct vr_reactor_options options;

    set_up_refusing(&options);
    sys.eventfd = refuse_eventfd;
    sys.pipe = refuse_pipe;
    check_int(make(&options), -EMFILE);
    check_int(vr_test_blocks(&counted), 0);
}

TEST(reactor_new, tells_what_the_system_said_of_the_selector)
{
    struct vr_reactor_options options;

    set_up_refusing(&options);
    options.selector_ops = vr_selector_find("epoll");
    if (!options.selector_ops)
        return; /* not one of this system's */

    sys.epoll_create1 = refuse_epoll;
    check_int(make(&options), -ENFILE);
    check_int(vr_test_blocks(&counted), 0);
    sys.epoll_create1 = vr_sys_default()->epoll_create1;
    sys.epoll_ctl = refuse_ctl;
    check_int(make(&options), -ENOSPC);
    check_int(vr_test_blocks(&counted), 0);
}
