/* SPDX-License-Identifier: MIT */
/**
 * @file check_hang_up.c
 * What a selector says when the other end leaves, or shouts.
 */
#include <vreactor/testing/selector_cases.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

void vr_case_reports_a_hang_up_as_readable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_close_fd(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 0);
}

/* There is no room, but the write that follows tells. */
void vr_case_reports_a_hang_up_as_writable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_fill(trial, ends[0]);
    vr_trial_await(trial, ends[0], VR_WRITE);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_close_fd(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_WRITE);
}

void vr_case_reports_a_hang_up_as_all_that_is_awaited(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_fill(trial, ends[0]);
    vr_trial_await(trial, ends[0], VR_READ | VR_WRITE);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_close_fd(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ | VR_WRITE);
}

void vr_case_reports_the_end_of_a_pipe_as_readable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    vr_trial_close_fd(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 0);
}

void vr_case_reports_a_pipe_that_lost_its_reader_as_writable(
    struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_fill(trial, ends[1]);
    vr_trial_await(trial, ends[1], VR_WRITE);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_close_fd(trial, ends[0]);
    expect_int(trial, vr_trial_events(trial, ends[1]), VR_WRITE);
}

void vr_case_refuses_or_reports_a_pipe_without_reader(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pipe(trial, ends);
    vr_trial_close_fd(trial, ends[0]);
    int err = vr_trial_try(trial, ends[1], VR_WRITE);
    if (err != -EPIPE)
        expect_int(trial, err, 0);
    expect_int(trial, vr_trial_events(trial, ends[1]), err ? 0 : VR_WRITE);
}

void vr_case_keeps_data_before_a_hang_up_readable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    vr_trial_put(trial, ends[1]);
    vr_trial_close_fd(trial, ends[1]);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 1);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 0);
}

void vr_case_reports_half_a_hang_up_as_readable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    vr_trial_put(trial, ends[1]);
    if (!vr_trial_over(trial))
        expect_int(trial, vr_sys_default()->shutdown(ends[1], SHUT_WR), 0);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 1);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    expect_int(trial, vr_trial_take(trial, ends[0]), 0);
    vr_trial_await(trial, ends[0], VR_WRITE);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_WRITE);
    vr_trial_put(trial, ends[0]);
}

/* It would be told again and again, and nobody there to hear it. */
void vr_case_keeps_silent_about_a_hang_up_nobody_awaits(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_pair(trial, SOCK_STREAM, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_count(trial), 0);
    vr_trial_await(trial, ends[0], 0);
    vr_trial_close_fd(trial, ends[1]);
    vr_trial_expect_nothing(trial);
    vr_trial_await(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
}

/* ---- TCP ---- */

static void reset(struct vr_trial *trial, int fd)
{
    const struct linger at_once = {.l_onoff = 1};

    if (!vr_trial_over(trial))
        expect_int(trial,
                   vr_sys_default()->setsockopt(fd, SOL_SOCKET, SO_LINGER,
                                                &at_once, sizeof(at_once)),
                   0);
    vr_trial_close_fd(trial, fd);
}

void vr_case_reports_a_connection_that_was_reset(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_tcp(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ | VR_WRITE);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_WRITE);
    reset(trial, ends[1]);
    vr_trial_settle(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ | VR_WRITE);
}

void vr_case_reports_a_connection_that_was_refused(struct vr_trial *trial)
{
    struct sockaddr_in addr;

    (void)vr_trial_bind(trial, &addr); /* nobody listens there */
    int fd = vr_trial_connect(trial, &addr);
    vr_trial_await(trial, fd, VR_READ | VR_WRITE);
    vr_trial_settle(trial, fd, VR_WRITE);
    expect_int(trial, vr_trial_events(trial, fd), VR_READ | VR_WRITE);
}

static void shout(struct vr_trial *trial, int fd)
{
    struct iovec text = {.iov_base = "!", .iov_len = 1};
    const struct msghdr msg = {.msg_iov = &text, .msg_iovlen = 1};

    if (!vr_trial_over(trial))
        expect_int(trial, vr_sys_default()->sendmsg(fd, &msg, MSG_OOB), 1);
}

void vr_case_does_not_take_urgent_data_for_readable(struct vr_trial *trial)
{
    int ends[2];

    vr_trial_tcp(trial, ends);
    vr_trial_await(trial, ends[0], VR_READ);
    shout(trial, ends[1]);
    struct pollfd urgent = {.fd = ends[0], .events = POLLPRI};
    if (!vr_trial_over(trial))
        (void)vr_sys_default()->poll(&urgent, 1, VR_TRIAL_PATIENCE);
    vr_trial_expect_nothing(trial);

    vr_trial_put(trial, ends[1]);
    vr_trial_settle(trial, ends[0], VR_READ);
    expect_int(trial, vr_trial_events(trial, ends[0]), VR_READ);
    vr_trial_drain(trial, ends[0]);
    expect_int(trial, vr_trial_count(trial), 0);
}
