/* SPDX-License-Identifier: MIT */
/**
 * @file test_sys.c
 * Tests of testing/sys.h.
 */
#include <vreactor/testing/sys.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"
#include "tests/testing/sys_calls.h"

static void set_up(void)
{
    vr_test_sys_reset();
    check_int(vr_sys_default()->socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static void tear_down(void)
{
    check_int(vr_sys_default()->close(ends[0]), 0);
    check_int(vr_sys_default()->close(ends[1]), 0);
}

/* ---- every call ---- */

TEST(test_sys, has_just_the_calls_that_the_system_has)
{
    for (unsigned call = 0; call < VR_TEST_SYS_CALLS; call++) {
        member *mine = member_of(vr_test_sys(), counted_uring(), call);
        check((mine != NULL) == is_here(call));
        check(!mine || mine != real_member(call));
    }
}

TEST(test_sys, counts_every_call)
{
    set_up();
    for (unsigned call = 0; call < VR_TEST_SYS_CALLS; call++) {
        if (!is_here(call))
            continue;
        vr_test_sys_reset();
        (void)calls[call]();
        (void)calls[call]();
        check_int(vr_test_sys_count(call), 2);
        check_int(vr_test_sys_count(VR_TEST_SYS_ANY), 2);
        check_int(vr_test_sys_failures(), 0);
        check_int(vr_test_sys_failed(), VR_TEST_SYS_ANY);
    }
    tear_down();
}

/* What every call has in common once it was told to fail the second time. */
static void check_second_fails(unsigned call, int err)
{
    (void)calls[call]();
    check_int(vr_test_sys_failures(), 0);
    errno = 0;
    check_int(calls[call](), -1);
    check_int(errno, err);
    check_int(vr_test_sys_failures(), 1);
    check_int(vr_test_sys_failed(), call);
    (void)calls[call]();
    check_int(vr_test_sys_failures(), 1);
    check_int(vr_test_sys_count(call), 3);
}

TEST(test_sys, lets_every_call_fail_with_any_error)
{
    set_up();
    for (unsigned call = 0; call < VR_TEST_SYS_CALLS; call++) {
        if (!is_here(call))
            continue;
        vr_test_sys_reset();
        vr_test_sys_fail(call, 2, 1, EPROTO);
        check_second_fails(call, EPROTO);
    }
    tear_down();
}

TEST(test_sys, knows_an_error_that_is_likely_for_every_call)
{
    set_up();
    for (unsigned call = 0; call < VR_TEST_SYS_CALLS; call++) {
        check(vr_test_sys_likely(call) > 0);
        if (!is_here(call))
            continue;
        vr_test_sys_reset();
        vr_test_sys_fail(VR_TEST_SYS_ANY, 2, 1, 0);
        check_second_fails(call, vr_test_sys_likely(call));
    }
    tear_down();
}

TEST(test_sys, knows_the_name_of_every_call)
{
    for (unsigned call = 0; call <= VR_TEST_SYS_ANY; call++)
        check(vr_test_sys_name(call) && *vr_test_sys_name(call));
    check_str(vr_test_sys_name(VR_TEST_SYS_CLOSE), "close");
    check_str(vr_test_sys_name(VR_TEST_SYS_KEVENT), "kevent");
    check_str(vr_test_sys_name(VR_TEST_SYS_ANY), "any");
}

/* ---- which of them ---- */

TEST(test_sys, lets_as_many_fail_as_were_named)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_LISTEN, 1, 3, EIO);
    for (int i = 0; i < 5; i++)
        (void)do_listen();
    check_int(vr_test_sys_failures(), 3);

    vr_test_sys_fail(VR_TEST_SYS_LISTEN, 1, INT_MAX, EIO);
    for (int i = 0; i < 100; i++)
        (void)do_listen();
    check_int(vr_test_sys_failures(), 103);

    vr_test_sys_fail(VR_TEST_SYS_LISTEN, 0, 0, EIO);
    (void)do_listen();
    check_int(vr_test_sys_failures(), 103);
    tear_down();
}

TEST(test_sys, takes_several_faults_and_that_of_the_call_itself_first)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY, 1, 2, EIO);
    vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 1, 1, EAGAIN);
    vr_test_sys_fail(VR_TEST_SYS_POLL, 1, 1, EINTR);
    check_int(do_poll(), -1);
    check_int(errno, EINTR);
    check_int(do_fstat(), -1);
    check_int(errno, EIO);
    check_int(vr_test_sys_failures(), 2);
    tear_down();
}

TEST(test_sys, knows_the_kinds_of_calls)
{
    set_up();
    (void)do_accept();
    if (vr_test_sys()->accept4)
        (void)do_accept4();
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT),
              vr_test_sys()->accept4 ? 2 : 1);
    (void)do_poll();
    (void)do_select();
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY_WAIT), 2);

    vr_test_sys_fail(VR_TEST_SYS_ANY_WAIT, 2, 1, EINTR);
    check_int(do_poll(), 0);
    check_int(do_select(), -1);
    check_int(vr_test_sys_failed(), VR_TEST_SYS_SELECT);
    tear_down();
}

TEST(test_sys, counts_waits_that_found_something)
{
    set_up();
    struct pollfd fd = {.fd = ends[0], .events = POLLOUT};
    check_int(vr_test_sys()->poll(&fd, 1, 0), 1);
    fd.events = POLLIN;
    check_int(vr_test_sys()->poll(&fd, 1, 0), 0);
    check_int(vr_test_sys_woken(), 1);
    tear_down();
}

TEST(test_sys, forgets_all_when_reset)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_ANY, 1, INT_MAX, 0);
    vr_test_sys_limit(1);
    (void)do_poll();
    vr_test_sys_reset();
    check_int(vr_test_sys_count(VR_TEST_SYS_POLL), 0);
    check_int(vr_test_sys_failures(), 0);
    check_int(vr_test_sys_failed(), VR_TEST_SYS_ANY);
    check_int(do_poll(), 0);
    check_int(vr_test_sys()->write(ends[0], "12", 2), 2);
    tear_down();
}

TEST(test_sys, closes_what_it_says_it_could_not_close)
{
    set_up();
    int fd = dup(ends[0]);
    vr_test_sys_fail(VR_TEST_SYS_CLOSE, 1, 1, EIO);
    check_int(vr_test_sys()->close(fd), -1);
    check_int(errno, EIO);
    check_int(fcntl(fd, F_GETFD), -1);
    tear_down();
}

/* Where the system has that selector. */
static void drop_in_vain(const char *name, enum vr_test_sys_call call)
{
    const struct vr_selector_ops *kind = vr_selector_find(name);
    struct vr_test_env test;
    struct vr_selector *sel;
    struct vr_ready ready;

    if (!kind)
        return;
    set_up();
    vr_test_env_init(&test, 0);
    check_int(kind->open(&test.env, NULL, &sel), 0);
    check_int(kind->watch(sel, ends[0], (uint64_t)ends[0], 0, VR_WRITE), 0);
    check_int(kind->wait(sel, &ready, 1, 0), 1);
    vr_test_sys_fail(call, 1, 1, 0);
    kind->drop(sel, ends[0]);
    check_int(vr_test_sys_failures(), 1);
    check_int(kind->wait(sel, &ready, 1, 0), 0);
    kind->close(sel);
    tear_down();
}

TEST(test_sys, takes_out_of_a_selector_what_it_says_it_could_not)
{
    drop_in_vain("epoll", VR_TEST_SYS_EPOLL_CTL);
    drop_in_vain("kqueue", VR_TEST_SYS_KEVENT);
}

/* ---- short transfers ---- */

static long send_parts(const char *first, const char *second)
{
    struct iovec parts[] = {{(char *)(uintptr_t)first, strlen(first)},
                            {(char *)(uintptr_t)second, strlen(second)}};
    struct msghdr msg = {.msg_iov = parts, .msg_iovlen = 2};

    return (long)vr_test_sys()->sendmsg(ends[0], &msg, 0);
}

TEST(test_sys, moves_but_some_bytes_at_a_time)
{
    char buf[16];

    set_up();
    vr_test_sys_limit(3);
    check_int(vr_test_sys()->write(ends[0], "12345", 5), 3);
    check_int(send_parts("45678", "9"), 3);
    check_int(send_parts("", "789ab"), 3);
    check_int(send_parts("a", "b"), 2);
    check_int(vr_test_sys()->read(ends[1], buf, sizeof(buf)), 3);
    check_int(vr_test_sys()->recv(ends[1], buf + 3, 12, 0), 3);
    vr_test_sys_limit(0);
    check_int(vr_test_sys()->recv(ends[1], buf + 6, 10, 0), 5);
    check_mem(buf, "123456789ab", 11);
    tear_down();
}

TEST(test_sys, leaves_room_for_what_an_eventfd_counts)
{
    uint64_t count = 1;

    if (!vr_test_sys()->eventfd)
        test_skip("this system has no eventfd");
    vr_test_sys_reset();
    vr_test_sys_limit(1);
    int fd = vr_test_sys()->eventfd(0, 0);
    check_int(vr_test_sys()->write(fd, &count, sizeof(count)), sizeof(count));
    check_int(vr_test_sys()->read(fd, &count, sizeof(count)), sizeof(count));
    check_int(count, 1);
    check_int(vr_test_sys()->close(fd), 0);
}
