/* SPDX-License-Identifier: MIT */
/**
 * @file check_kinds.c
 * What a selector says of each kind of descriptor.
 *
 *     pipe, FIFO, socket, terminal, eventfd    events as they come
 *     regular file, directory                  -EPERM: always ready
 *     /dev/null                                -EPERM, or always ready
 *     closed, negative                         -EBADF
 *     FD_SETSIZE and above                     events, or -ERANGE
 */
#include <vreactor/testing/selector_cases.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vreactor/base/err.h>

/* Readable once written to, and not before. */
static void expect_readable(struct vr_trial *trial, int reader, int writer,
                            const char *text)
{
    vr_trial_await(trial, reader, VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    if (!vr_trial_over(trial))
        expect(trial, vr_sys_default()->write(writer, text, strlen(text)) > 0);
    vr_trial_settle(trial, reader, VR_READ);
    expect_int(trial, vr_trial_events(trial, reader), VR_READ);
    vr_trial_drain(trial, reader);
    expect_int(trial, vr_trial_count(trial), 0);
}

void vr_case_awaits_a_pipe(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    expect_readable(trial, ends[0], ends[1], "x");
}

void vr_case_awaits_a_fifo(struct vr_trial *trial)
{
    char dir[] = "/tmp/vr_check_XXXXXX", path[sizeof(dir) + 8];

    if (!mkdtemp(dir)) {
        vr_trial_skip(trial, "no directory to be had in /tmp");
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/fifo", dir);
    expect_int(trial, mkfifo(path, 0600), 0);
    int reader = vr_trial_keep(trial, open(path, O_RDONLY | O_NONBLOCK));
    int writer = vr_trial_keep(trial, open(path, O_WRONLY | O_NONBLOCK));
    (void)vr_sys_default()->unlink(path);
    (void)rmdir(dir);
    expect_readable(trial, reader, writer, "x");
}

void vr_case_awaits_a_socket(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_tcp(trial, ends);
    expect_readable(trial, ends[0], ends[1], "x");
}

void vr_case_awaits_a_datagram_socket(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_DGRAM, ends);
    expect_readable(trial, ends[0], ends[1], "x");
}

void vr_case_awaits_a_listening_socket(struct vr_trial *trial)
{
    struct sockaddr_in addr;

    int listener = vr_trial_listen(trial, &addr);
    vr_trial_await(trial, listener, VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    (void)vr_trial_connect(trial, &addr);
    vr_trial_settle(trial, listener, VR_READ);
    expect_int(trial, vr_trial_events(trial, listener), VR_READ);
}

void vr_case_awaits_a_terminal(struct vr_trial *trial)
{
    int master = vr_trial_keep(trial, posix_openpt(O_RDWR | O_NOCTTY));

    if (master < 0)
        return;
    if (grantpt(master) < 0 || unlockpt(master) < 0 || !ptsname(master)) {
        vr_trial_skip(trial, "no terminal to be had");
        return;
    }
    int slave = vr_trial_keep(trial, open(ptsname(master), O_RDWR | O_NOCTTY));
    expect_readable(trial, slave, master, "line\n");
}

void vr_case_awaits_an_eventfd(struct vr_trial *trial)
{
    if (!vr_sys_default()->eventfd) {
        vr_trial_skip(trial, "there are none here");
        return;
    }
    int fd = vr_trial_keep(trial, vr_sys_default()->eventfd(0, 0));
    expect_readable(trial, fd, fd, "8 bytes.");
}

void vr_case_awaits_a_selector(struct vr_trial *trial)
{
    struct vr_selector *inner = NULL;
    int ends[2];

    expect_int(trial,
               trial->ops->open(&trial->env, trial->options->arg, &inner), 0);
    if (!inner)
        return;

    int fd = trial->ops->fd(inner);
    if (fd == -ENOTSUP)
        vr_trial_skip(trial, "it has no descriptor");
    vr_trial_pipe(trial, ends);
    if (!vr_trial_over(trial))
        expect_int(trial,
                   trial->ops->watch(inner, ends[0], vr_trial_key(ends[0]), 0,
                                     VR_READ),
                   0);
    if (!vr_trial_over(trial)) /* its descriptor may rest on this */
        expect_int(trial, trial->ops->wait(inner, trial->ready, 0, 0), 0);
    vr_trial_await(trial, fd, VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_put(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, fd), VR_READ);
    vr_trial_drop(trial, fd);
    trial->ops->close(inner);
}

/* ---- what is always ready, and what is not there ---- */

static void expect_refusal_of(struct vr_trial *trial, int fd, unsigned events,
                              int err)
{
    int said = vr_trial_try(trial, fd, events);

    if (said != err)
        vr_trial_fail(trial, "to await %u on descriptor %d is %d (%s), not %s",
                      events, fd, said, vr_errname(said), vr_errname(err));
}

static void expect_refusal(struct vr_trial *trial, int fd, int err)
{
    expect_refusal_of(trial, fd, VR_READ, err);
    expect_refusal_of(trial, fd, VR_WRITE, err);
    expect_refusal_of(trial, fd, VR_READ | VR_WRITE, err);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_drop(trial, fd);
    expect_int(trial, vr_trial_count(trial), 0);
}

void vr_case_refuses_a_regular_file(struct vr_trial *trial)
{
    char path[] = "/tmp/vr_check_XXXXXX";

    int fd = vr_trial_keep(trial, mkstemp(path));
    if (fd >= 0)
        (void)vr_sys_default()->unlink(path);
    expect_refusal(trial, fd, -EPERM);
}

void vr_case_refuses_a_directory(struct vr_trial *trial)
{
    int fd = vr_trial_keep(trial, open("/", O_RDONLY));
    expect_refusal(trial, fd, -EPERM);
}

void vr_case_refuses_or_reports_the_null_device(struct vr_trial *trial)
{
    int fd = vr_trial_keep(trial, open("/dev/null", O_RDWR));
    int err = vr_trial_try(trial, fd, VR_READ | VR_WRITE);

    if (err != -EPERM)
        expect_int(trial, err, 0);
    expect_int(trial, vr_trial_events(trial, fd),
               err ? 0 : VR_READ | (unsigned)VR_WRITE);
}

void vr_case_refuses_a_number_that_is_not_open(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_close_fd(trial, ends[0]);
    vr_trial_close_fd(trial, ends[1]);
    expect_refusal(trial, ends[0], -EBADF);
    expect_refusal(trial, ends[1], -EBADF);
    expect_refusal_of(trial, -1, VR_READ, -EBADF);

    vr_trial_ready_pipe(trial, ends); /* as good as any, once it is open */
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
}

enum { HIGH = 2000 }; /* above what is FD_SETSIZE nearly everywhere */

/* The limit of open files may be too low for it. */
static int keep_high(struct vr_trial *trial, int fd)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_max <= HIGH + 1)
        return vr_trial_dup(trial, fd, 200);

    struct rlimit wide = limit;
    if (wide.rlim_cur <= HIGH + 1)
        wide.rlim_cur = wide.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &wide);
    int high = vr_trial_dup(trial, fd, HIGH);
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    return high;
}

void vr_case_takes_or_refuses_a_high_number(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    int high = keep_high(trial, ends[0]);
    int err = vr_trial_try(trial, high, VR_READ);
    if (high < (int)FD_SETSIZE || err != -ERANGE)
        expect_int(trial, err, 0);
    expect_int(trial, vr_trial_events(trial, high), err ? 0 : VR_READ);
    vr_trial_drop(trial, high);
    expect_int(trial, vr_trial_count(trial), 1);
}

void vr_case_goes_on_after_a_refusal(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_ready_pipe(trial, ends);
    expect_refusal_of(trial, -1, VR_WRITE, -EBADF);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    int root = vr_trial_keep(trial, open("/", O_RDONLY));
    expect_refusal_of(trial, root, VR_READ, -EPERM);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    vr_trial_drain(trial, ends[0]);
    expect_int(trial, vr_trial_count(trial), 0);
}
