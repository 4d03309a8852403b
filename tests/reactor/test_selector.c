/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector.c
 * Each selector before the suite that judges any, and what they differ in.
 */
#include "selector_fixture.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/select.h>

#include <vreactor/reactor/selectors/selector_impl.h>
#include <vreactor/testing/selector_cases.h>

TEST(selector, is_found_by_its_name)
{
    for (size_t i = 0; vr_selector_nth(i); i++)
        check(vr_selector_find(vr_selector_nth(i)->name) == vr_selector_nth(i));
    check(vr_selector_find("poll") != NULL);
    check(vr_selector_find("select") != NULL);
    check(vr_selector_find("telepathy") == NULL);
    check(vr_selector_find("") == NULL);
}

/* ---- what every selector does: each test of the suite is one of ours ---- */

static void say_so(void *ctx, const struct vr_selector_verdict *verdict)
{
    (void)ctx;
    if (verdict->outcome == VR_SELECTOR_FAILS)
        test_fail(__FILE__, __LINE__, "%s: %s", verdict->test, verdict->why);
}

static void pass(const char *name)
{
    struct vr_selector_check_options options = {
        .size = sizeof(options), .report = say_so, .only = name};

    check_int(vr_selector_check(tested_kind(), &options), 0);
}

#define PASSES(name)                                                           \
    TEST(selector, name)                                                       \
    {                                                                          \
        pass(#name);                                                           \
    }

VR_SELECTOR_CASES(PASSES)

/* ---- what they differ in ---- */

TEST(selector, has_a_descriptor_but_for_poll_select_and_libevent)
{
    struct vr_selector *sel = open_tested();
    int fd = sel->ops->fd(sel);

    if (tested_is("poll") || tested_is("select") || tested_is("libevent") ||
        (tested_is("kqueue") && !vr_selector_kqueue_polls()))
        check_int(fd, -ENOTSUP);
    else
        check_int(fcntl(fd, F_GETFD), FD_CLOEXEC);

    sel->ops->close(sel);
}

TEST(selector, takes_the_null_device_but_for_epoll)
{
    struct vr_selector *sel = open_tested();
    int fd = open("/dev/null", O_RDWR);
    int err = watch(sel, fd, 0, VR_READ);

    if (tested_is("epoll"))
        check_int(err, -EPERM);
    else if (tested_is("kqueue") || tested_is("libevent"))
        check(!err || err == -EPERM);
    else
        check_int(err, 0);

    sel->ops->close(sel);
    close(fd);
}

enum { HIGH = 2000 }; /* above FD_SETSIZE */

static bool allow_high(void)
{
    struct rlimit limit;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max <= HIGH)
        return false;
    if (limit.rlim_cur > HIGH)
        return true;
    limit.rlim_cur = HIGH + 1;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

/* FD_SET() would write beyond the set. */
TEST(selector, takes_a_high_number_but_for_select)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    int high = allow_high() ? fcntl(ends[0], F_DUPFD, HIGH) : -1;
    if (high >= 0)
        check_int(watch(sel, high, 0, VR_READ),
                  tested_is("select") && high >= FD_SETSIZE ? -ERANGE : 0);
    if (tested_is("select"))
        check_int(watch(sel, FD_SETSIZE, 0, VR_READ), -ERANGE);

    sel->ops->close(sel);
    if (high >= 0)
        close(high);
    close_both(ends);
}

/* Asked to by nobody, but who has it drop what failed to open? */
TEST(selector, takes_a_negative_number_for_nothing_to_drop)
{
    struct vr_selector *sel = open_tested();

    sel->ops->drop(sel, -1);
    check_int(ready_count(sel), 0);

    sel->ops->close(sel);
}
