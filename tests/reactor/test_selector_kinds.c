/* SPDX-License-Identifier: MIT */
/**
 * @file test_selector_kinds.c
 * What every selector says of each kind of descriptor.
 *
 *     pipe, FIFO, socket, terminal, eventfd    events as they come
 *     regular file, directory                  -EPERM: always ready
 *     /dev/null                                -EPERM, or always ready
 *     closed, negative                         -EBADF
 *     FD_SETSIZE and above                     -ERANGE by select
 */
#include "selector_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>

enum { HIGH = 2000 }; /* above FD_SETSIZE */

/* Readable once written to, and not before. */
static void check_readable(int reader, int writer, const char *text)
{
    struct vr_selector *sel = open_tested();
    struct vr_ready ready[1];

    check_int(watch(sel, reader, 0, VR_READ), 0);
    check_int(ready_count(sel), 0);
    put(writer, text);
    check_int(wait_at_most(sel, ready, 1, -1), 1);
    check(ready[0].key == key_of(reader));
    check(ready[0].events & VR_READ);
    sel->ops->close(sel);
}

static int watch_file(const char *path, int flags, unsigned events)
{
    struct vr_selector *sel = open_tested();
    int fd = open(path, flags);
    check(fd >= 0);

    int err = watch(sel, fd, 0, events);
    unsigned found = ready_events(sel, fd);
    check_int(found, err ? 0 : events);

    sel->ops->close(sel);
    close(fd);
    return err;
}

TEST(selector_kinds, pipe)
{
    int ends[2];
    make_pipe(ends);
    check_readable(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(selector_kinds, fifo)
{
    int ends[2];

    make_fifo(ends);
    check_readable(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(selector_kinds, socket)
{
    int ends[2];
    make_pair(ends);
    check_readable(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(selector_kinds, datagram_socket)
{
    int ends[2];
    check_int(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    check_readable(ends[0], ends[1], "x");
    close_both(ends);
}

TEST(selector_kinds, terminal)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0)
        return; /* there are none here */

    check_int(grantpt(master), 0);
    check_int(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    check(slave >= 0);
    check_readable(slave, master, "line\n");
    close(slave);
    close(master);
}

TEST(selector_kinds, eventfd)
{
    if (!vr_sys_default.eventfd)
        return; /* not a system that has it */

    int fd = vr_sys_default.eventfd(0, 0);
    check(fd >= 0);
    check_readable(fd, fd, "8 bytes.");
    close(fd);
}

TEST(selector_kinds, regular_file_is_refused_as_always_ready)
{
    char path[] = "/tmp/vr_test_XXXXXX";
    int fd = mkstemp(path);
    check(fd >= 0);

    check_int(watch_file(path, O_RDONLY, VR_READ), -EPERM);
    check_int(watch_file(path, O_WRONLY, VR_WRITE), -EPERM);

    close(fd);
    unlink(path);
}

TEST(selector_kinds, directory_is_refused_as_always_ready)
{
    check_int(watch_file("/", O_RDONLY, VR_READ), -EPERM);
}

TEST(selector_kinds, null_device_is_refused_or_ready)
{
    int err = watch_file("/dev/null", O_RDWR, VR_READ | VR_WRITE);

    if (tested_is("epoll"))
        check_int(err, -EPERM);
    else if (tested_is("kqueue"))
        check(!err || err == -EPERM);
    else
        check_int(err, 0);
}

TEST(selector_kinds, selector_in_a_selector)
{
    struct vr_selector *inner = open_tested(), *outer = open_tested();
    int ends[2], fd = inner->ops->fd(inner);

    make_pipe(ends);
    if (fd >= 0) {
        check_int(watch(inner, ends[0], 0, VR_READ), 0);
        check_int(watch(outer, fd, 0, VR_READ), 0);
        check_int(ready_count(outer), 0);
        put(ends[1], "x");
        check_int(ready_events(outer, fd), VR_READ);
        outer->ops->drop(outer, fd);
    }
    inner->ops->close(inner);
    outer->ops->close(outer);
    close_both(ends);
}

TEST(selector_kinds, closed_or_negative_is_an_error)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    close_both(ends);
    check_int(watch(sel, ends[0], 0, VR_READ), -EBADF);
    check_int(watch(sel, ends[1], 0, VR_READ | VR_WRITE), -EBADF);
    check_int(watch(sel, -1, 0, VR_READ), -EBADF);
    sel->ops->drop(sel, ends[0]);
    sel->ops->drop(sel, -1);
    check_int(ready_count(sel), 0);

    make_pipe(ends); /* the number is as good as any, once it is open */
    put(ends[1], "x");
    check_int(watch(sel, ends[0], 0, VR_READ), 0);
    check_int(ready_events(sel, ends[0]), VR_READ);

    sel->ops->close(sel);
    close_both(ends);
}

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

TEST(selector_kinds, high_number_is_an_error_only_to_select)
{
    struct vr_selector *sel = open_tested();
    int ends[2];

    make_pipe(ends);
    put(ends[1], "x");
    int high = allow_high() ? fcntl(ends[0], F_DUPFD, HIGH) : -1;
    if (high >= 0 && tested_is("select") && high >= (int)FD_SETSIZE) {
        check_int(watch(sel, high, 0, VR_READ), -ERANGE);
        check_int(watch(sel, FD_SETSIZE, 0, VR_READ), -ERANGE);
        check_int(ready_count(sel), 0);
        sel->ops->drop(sel, high);
    } else if (high >= 0) {
        check_int(watch(sel, high, 0, VR_READ), 0);
        check_int(ready_events(sel, high), VR_READ);
        sel->ops->drop(sel, high);
        check_int(ready_count(sel), 0);
    }
    if (high >= 0)
        close(high);
    sel->ops->close(sel);
    close_both(ends);
}
