/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_open.c
 * What can be watched: each kind of descriptor, and every reason why not.
 */
#include "watches.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>

#include <vreactor/base/err.h>

enum { BOTH = VR_READ | VR_WRITE, HIGH = 2000 /* above FD_SETSIZE */ };

/* Not opened, and nothing is left of the attempt. */
static void check_refused(int fd, unsigned want, unsigned roles, int err)
{
    struct probe probe;
    size_t before = vr_watch_list(reactor, BOTH, NULL, 0);

    memset(&probe, 0xff, sizeof(probe));
    check_int(vr_watch_open(&probe.watch, reactor, fd, want, ops_of(roles)),
              err);
    check_int(vr_watch_fd(&probe.watch), -1);
    check_int(vr_watch_wanted(&probe.watch), 0);
    check_int(vr_watch_list(reactor, BOTH, NULL, 0), before);
    vr_watch_want(&probe.watch, VR_READ);
    vr_watch_close(&probe.watch);
}

TEST(watch_open, of_no_descriptor_is_an_error)
{
    int ends[2];

    set_up();
    make_pipe(ends);
    close_both(ends);
    check_refused(ends[0], VR_READ, VR_READ, -EBADF);
    check_refused(ends[0], 0, VR_WRITE, -EBADF);
    check_refused(-1, VR_READ, VR_READ, -EBADF);
    check_refused(INT_MIN, 0, VR_READ, -EBADF);
    tear_down();
}

/* A table of that size would be larger than any memory. */
TEST(watch_open, of_a_number_beyond_all_descriptors_costs_no_memory)
{
    struct vr_test_env clock;

    vr_test_env_init(&clock, VR_SEC);
    set_up_as((struct vr_reactor_options){.env = &clock.env});
    int64_t before = vr_test_allocations(&clock);
    check_refused(INT_MAX, VR_READ, VR_READ, -EBADF);
    check_refused(INT_MAX / 4, VR_READ, VR_READ, -EBADF);
    check_int(vr_test_allocations(&clock), before);
    tear_down();
}

TEST(watch_open, of_a_regular_file_is_an_error_whatever_is_wanted)
{
    char path[] = "/tmp/vr_test_XXXXXX";
    int fd = mkstemp(path);

    set_up();
    check(fd >= 0 && unlink(path) == 0);
    check_refused(fd, VR_READ, VR_READ, -EPERM);
    check_refused(fd, VR_WRITE, BOTH, -EPERM);
    check_refused(fd, 0, VR_READ, -EPERM);
    check_refused(fd, 0, VR_WRITE, -EPERM);
    turn();
    check_int(counting_found, 0);
    close(fd);
    tear_down();
}

TEST(watch_open, of_a_directory_is_an_error)
{
    int fd = open("/", O_RDONLY);

    set_up();
    check_refused(fd, VR_READ, VR_READ, -EPERM);
    close(fd);
    tear_down();
}

TEST(watch_open, of_the_null_device_is_an_error_or_always_ready)
{
    struct probe probe = {0};
    int fd = open("/dev/null", O_RDWR);

    set_up();
    int err = vr_watch_open(&probe.watch, reactor, fd, BOTH, ops_of(BOTH));
    check(!err || err == -EPERM);
    check(err ? !tested_is("poll") && !tested_is("select")
              : !tested_is("epoll"));
    turn();
    check_int(probe.reads, !err);
    check_int(probe.writes, !err);
    vr_watch_close(&probe.watch);
    close(fd);
    tear_down();
}

/* Heard when there is something, and not before. */
static void check_heard(int reader, int writer, const char *text)
{
    struct probe probe = {0};

    set_up();
    open_reader(&probe, reader);
    turn();
    check_int(probe.reads, 0);
    put(writer, text);
    turn_until(&probe.reads, 1);
    vr_watch_close(&probe.watch);
    tear_down();
}

TEST(watch_open, of_pipes_and_sockets_is_heard)
{
    int ends[2];

    make_pipe(ends);
    check_heard(ends[0], ends[1], "x");
    close_both(ends);
    make_pair(ends);
    check_heard(ends[0], ends[1], "x");
    close_both(ends);
    check_int(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    check_heard(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(watch_open, of_a_fifo_is_heard)
{
    int ends[2];

    make_fifo(ends);
    check_heard(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(watch_open, of_a_terminal_is_heard)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0)
        test_skip("there are no terminals here");

    check(!grantpt(master) && !unlockpt(master));
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    check(slave >= 0);
    check_heard(slave, master, "line\n");
    close(slave);
    close(master);
}

TEST(watch_open, of_an_eventfd_is_heard)
{
    if (!vr_sys_default()->eventfd)
        test_skip("this system has no eventfd");

    int fd = vr_sys_default()->eventfd(0, 0);
    check_heard(fd, fd, "8 bytes.");
    close(fd);
}

static int duplicate_high(int fd)
{
    struct rlimit limit;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur <= HIGH && limit.rlim_max > HIGH) {
        limit.rlim_cur = HIGH + 1;
        check_int(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    return fcntl(fd, F_DUPFD, HIGH);
}

TEST(watch_open, of_a_high_number_is_an_error_only_to_select)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    put(ends[1], "x");
    int high = duplicate_high(ends[0]);
    if (high >= 0 && tested_is("select") && high >= (int)FD_SETSIZE) {
        check_refused(high, VR_READ, VR_READ, -ERANGE);
        check_refused(high, 0, VR_READ, -ERANGE);
    } else if (high >= 0) {
        open_reader(&probe, high);
        turn();
        check_int(probe.reads, 1);
        vr_watch_close(&probe.watch);
    }
    turn();
    check_int(counting_found, 0);
    close(high);
    close_both(ends);
    tear_down();
}

/* promise reactor-11 */
TEST(watch_open, of_what_has_such_a_watch_is_an_error)
{
    struct probe reader = {0}, writer = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "x");
    open_as(&reader, ends[0], VR_READ);
    check_refused(ends[0], VR_READ, VR_READ, -EEXIST);
    check_refused(ends[0], 0, VR_READ, -EEXIST);
    check_refused(ends[0], BOTH, BOTH, -EEXIST);
    open_as(&writer, ends[0], VR_WRITE);
    check_refused(ends[0], 0, VR_WRITE, -EEXIST);
    vr_watch_close(&reader.watch);
    check_refused(ends[0], VR_READ, BOTH, -EEXIST);
    open_as(&reader, ends[0], VR_READ);
    turn();
    check_int(reader.reads, 1);
    check_int(writer.writes, 1);

    vr_watch_close_all(reactor);
    close_both(ends);
    tear_down();
}

TEST(watch_open, for_what_it_does_not_hear_is_an_error)
{
    static const struct vr_watch_ops deaf = {.failed = note_failure};
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pair(ends);
    check_refused(ends[0], VR_WRITE, VR_READ, -EINVAL);
    check_refused(ends[0], BOTH, VR_WRITE, -EINVAL);
    check_refused(ends[0], BOTH << 1, BOTH, -EINVAL);
    check_int(vr_watch_open(&probe.watch, reactor, ends[0], 0, &deaf), -EINVAL);
    turn();
    check_int(counting_found, 0);
    close_both(ends);
    tear_down();
}

TEST(watch_open, on_a_closed_reactor_is_an_error)
{
    int ends[2];

    set_up();
    make_pipe(ends);
    check_int(vr_reactor_close(reactor), 0);
    check_refused(ends[0], VR_READ, VR_READ, -VR_ECLOSED);
    check_refused(-1, 0, VR_READ, -VR_ECLOSED);
    close_both(ends);
    tear_down();
}

TEST(watch_open, once_closed_may_be_closed_on_a_closed_reactor)
{
    struct probe probe = {0};
    int ends[2];

    set_up();
    make_pipe(ends);
    open_reader(&probe, ends[0]);
    check_int(vr_reactor_close(reactor), 0);
    check_int(probe.err, -VR_ECLOSED);
    vr_watch_close(&probe.watch);
    tear_down();
    vr_watch_close(&probe.watch);
    close_both(ends);
}

/* Each allocation fails once, until there is enough. */
TEST(watch_open, without_memory_is_an_error_that_leaves_nothing)
{
    struct vr_test_env clock;
    struct probe probe = {0};
    int ends[2], err, tries = 0;

    vr_test_env_init(&clock, VR_SEC);
    set_up_as((struct vr_reactor_options){.env = &clock.env});
    make_pipe(ends);
    put(ends[1], "x");
    int high = fcntl(ends[0], F_DUPFD, 200); /* beyond the first table */
    check(high >= 200);
    do {
        vr_test_fail_allocation(&clock, ++tries, 1);
        err = vr_watch_open(&probe.watch, reactor, high, VR_READ,
                            ops_of(VR_READ));
        check(!err || err == -ENOMEM);
        check_int(vr_watch_fd(&probe.watch), err ? -1 : high);
        check_int(vr_watch_list(reactor, VR_READ, NULL, 0), !err);
        turn();
        check_int(probe.reads, !err);
    } while (err);
    check(tries > 1);

    vr_watch_close(&probe.watch);
    close(high);
    close_both(ends);
    tear_down();
    check_int(vr_test_blocks(&clock), 0);
}
