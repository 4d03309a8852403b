/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_refused.c
 * Tests of reactor/reactor.h: a kernel that refuses the selector.
 */
#include <vreactor/reactor/reactor.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include <vreactor/base/env.h>
#include <vreactor/log/default.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/sys.h>

#include "tests/log/recorder.h"
#include "tests/support/test.h"

static struct vr_reactor *reactor;
static struct vr_env env;
static struct vr_reactor_options options;
static struct recorder recorder;

/* A kernel that says @p err to whom asks for io_uring, as the library does. */
static void set_up(int err)
{
    if (!vr_selector_find("io_uring"))
        test_skip("built without io_uring");
    vr_test_sys_reset();
    vr_test_sys_fail(VR_TEST_SYS_URING_OPEN, 1, INT_MAX, err);
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = vr_test_sys();
    options = (struct vr_reactor_options){
        .size = sizeof(options), .env = &env, .selector = "io_uring"};
    reactor = NULL;
    recorder_init(&recorder);
}

/* What the log says by the end of the second turn. */
static const char *read_log(void)
{
    check_int(vr_logger_attach(vr_reactor_log(reactor), &recorder.base), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    return recorder.text;
}

static const char *line_about(const char *errname, const char *chosen)
{
    static char line[128];

    (void)snprintf(line, sizeof(line),
                   "30 reactor io_uring is not to be had here (%s), using %s;",
                   errname, chosen);
    return line;
}

/* promise reactor-7 */
TEST(reactor_refused, takes_the_best_selector_and_says_so)
{
    set_up(EPERM);

    check_int(vr_reactor_new(&options, &reactor), 0);
    check_str(vr_reactor_selector(reactor), vr_selector_nth(0)->name);
    check_str(read_log(), line_about("EPERM", vr_selector_nth(0)->name));
    check_int(vr_reactor_free(reactor), 0);
    check_int(recorder.count, 1);
}

/* promise reactor-7 */
TEST(reactor_refused, does_so_where_the_environment_named_the_selector)
{
    set_up(ENOSYS);

    options.selector = NULL;
    check(!setenv("VR_SELECTOR", "io_uring", 1));
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_str(read_log(), line_about("ENOSYS", vr_selector_nth(0)->name));
    check_int(vr_reactor_free(reactor), 0);
}

/* Whatever becomes of the environment meanwhile. */
/* promise reactor-7 */
TEST(reactor_refused, does_so_where_the_environment_named_none_that_is_here)
{
    static char unknown[] = "VR_SELECTOR=abacus"; /* stays in environ */
    char expected[128];

    recorder_init(&recorder);
    check(!putenv(unknown));
    check_int(vr_reactor_new(NULL, &reactor), 0);
    memset(unknown, '!', sizeof(unknown) - 1);
    check_str(vr_reactor_selector(reactor), vr_selector_nth(0)->name);
    (void)snprintf(expected, sizeof(expected),
                   "30 reactor abacus is not to be had here (VR_ESELECTOR), "
                   "using %s;",
                   vr_selector_nth(0)->name);
    check_str(read_log(), expected);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(reactor_refused, tells_the_default_watcher_even_without_a_turn)
{
    set_up(EPERM);

    vr_log_set_default_watcher(&recorder.base);
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_int(vr_reactor_free(reactor), 0);
    check_str(recorder.text, line_about("EPERM", vr_selector_nth(0)->name));
    vr_log_set_default_watcher(NULL);
}

/* A kernel without it, one without enough of it, one that forbids it. */
/* promise reactor-7 */
TEST(reactor_refused, knows_refusals_from_failures)
{
    static const int refusals[] = {ENOSYS, ENOTSUP, EINVAL, EPERM, EACCES};
    static const int failures[] = {EMFILE, ENFILE, ENOMEM, EAGAIN};

    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        set_up(refusals[i]);
        check_int(vr_reactor_new(&options, &reactor), 0);
        check_int(vr_reactor_free(reactor), 0);
    }
    for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
        set_up(failures[i]);
        check_int(vr_reactor_new(&options, &reactor), -failures[i]);
        check(!reactor);
    }
}

TEST(reactor_refused, puts_nothing_in_the_place_of_the_program_s_own)
{
    set_up(ENOSYS);

    options.selector_ops = vr_selector_find("io_uring");
    check_int(vr_reactor_new(&options, &reactor), -ENOSYS);
    check(!reactor);
}

/* The best that needs neither of the two which the kernel refuses. */
static const char *best_of_the_rest(void)
{
    for (size_t i = 0; vr_selector_nth(i); i++)
        if (strcmp(vr_selector_nth(i)->name, "epoll") != 0 &&
            strcmp(vr_selector_nth(i)->name, "io_uring") != 0)
            return vr_selector_nth(i)->name;
    return NULL;
}

TEST(reactor_refused, goes_on_until_the_kernel_refuses_no_more)
{
    set_up(ENOSYS);
    if (strcmp(vr_selector_nth(0)->name, "epoll") != 0)
        test_skip("epoll is not the best selector here");

    vr_test_sys_fail(VR_TEST_SYS_EPOLL_CREATE1, 1, INT_MAX, ENOSYS);
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_str(vr_reactor_selector(reactor), best_of_the_rest());
    check_str(read_log(), line_about("ENOSYS", best_of_the_rest()));
    check_int(vr_reactor_free(reactor), 0);
}

TEST(reactor_refused, says_nothing_where_nothing_was)
{
    (void)set_up(0);
    options.selector = "poll";
    check_int(vr_reactor_new(&options, &reactor), 0);
    check_str(vr_reactor_selector(reactor), "poll");
    check_str(read_log(), "");
    check_int(vr_reactor_free(reactor), 0);
}
