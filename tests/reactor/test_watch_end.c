/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_end.c
 * What a watch hears when the other end leaves, or shouts, or says nothing.
 */
#include "watches.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/uio.h>

#include <vreactor/base/fd.h>

enum { BOTH = VR_READ | VR_WRITE, MEGABYTE = 1 << 20 };

static void set_nonblocking(int fd)
{
    check_int(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
}

/* Read once, and close at the end. */
static long last_read;
static int last_error;

static void act_read(struct probe *probe, unsigned event)
{
    if (event != VR_READ)
        return;
    last_read = take(vr_watch_fd(&probe->watch));
    last_error = last_read < 0 ? errno : 0;
    if (last_read == 0 || (last_error && last_error != EAGAIN))
        vr_watch_close(&probe->watch);
}

static void check_quiet(void)
{
    for (int i = 0; i < 3; i++) {
        turn();
        check_int(counting_found, 0);
    }
}

/* promise reactor-9 */
TEST(watch_end, of_a_pipe_without_data_is_heard_once)
{
    struct probe probe = {.act = act_read};
    int ends[2];

    set_up();
    make_pipe(ends);
    open_reader(&probe, ends[0]);
    turn();
    check_int(probe.reads, 0);
    close(ends[1]);
    turn();
    check_int(probe.reads, 1);
    check_int(last_read, 0);
    check_quiet();
    check_int(probe.reads, 1);

    close(ends[0]);
    tear_down();
}

static void check_data_first(int ends[2])
{
    struct probe probe = {.act = act_read};

    set_up();
    open_reader(&probe, ends[0]);
    put(ends[1], "last words");
    close(ends[1]);
    turn_until(&probe.reads, 1);
    check_int(last_read, strlen("last words"));
    turn_until(&probe.reads, 2);
    check_int(last_read, 0);
    check_quiet();
    check_int(probe.reads, 2);

    close(ends[0]);
    tear_down();
}

/* promise reactor-9 */
TEST(watch_end, is_heard_after_data)
{
    int ends[2];

    make_pipe(ends);
    check_data_first(ends);
    make_pair(ends);
    check_data_first(ends);
    make_tcp_pair(ends);
    check_data_first(ends);
}

/* ---- a megabyte, and then the end ---- */

static char block[4096];
static long sent, received;

static void act_send(struct probe *probe, unsigned event)
{
    long left = MEGABYTE - sent;

    check_int(event, VR_WRITE);
    if (left == 0) {
        int fd = vr_watch_fd(&probe->watch);
        vr_watch_close(&probe->watch);
        close(fd);
        return;
    }
    size_t size = left < 4000 ? (size_t)left : 4000;
    long count = (long)write(vr_watch_fd(&probe->watch), block, size);
    check(count > 0 || errno == EAGAIN);
    sent += count > 0 ? count : 0;
}

static void act_receive(struct probe *probe, unsigned event)
{
    long count = (long)read(vr_watch_fd(&probe->watch), block, sizeof(block));

    check_int(event, VR_READ);
    check(count >= 0);
    received += count;
    if (count == 0)
        vr_watch_close(&probe->watch);
}

static void check_all_is_received(int ends[2])
{
    struct probe reader = {.act = act_receive}, writer = {.act = act_send};

    set_up();
    sent = received = 0;
    set_nonblocking(ends[0]);
    set_nonblocking(ends[1]);
    open_as(&reader, ends[0], VR_READ);
    open_as(&writer, ends[1], VR_WRITE);
    while (vr_watch_fd(&reader.watch) >= 0)
        check_int(vr_reactor_turn(reactor, -1), 0);
    check_int(received, MEGABYTE);

    close(ends[0]);
    tear_down();
}

TEST(watch_end, comes_after_every_byte)
{
    int ends[2];

    make_pipe(ends);
    check_all_is_received(ends);
    make_pair(ends);
    check_all_is_received(ends);
    make_tcp_pair(ends);
    check_all_is_received(ends);
}

static void reset(int fd)
{
    struct linger at_once = {.l_onoff = 1};

    check_int(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)),
              0);
    close(fd);
}

/* promise reactor-9 */
TEST(watch_end, by_a_reset_is_heard_once_as_readable)
{
    struct probe probe = {.act = act_read};
    int ends[2];

    set_up();
    make_tcp_pair(ends);
    open_reader(&probe, ends[0]);
    turn();
    reset(ends[1]);
    turn_until(&probe.reads, 1);
    check_int(last_error, ECONNRESET);
    check_quiet();
    check_int(probe.reads, 1);

    close(ends[0]);
    tear_down();
}

/* One that only writes. */
/* promise reactor-9 */
TEST(watch_end, by_a_reset_is_heard_as_writable)
{
    struct probe probe = {.act = act_close};
    int ends[2];

    set_up();
    make_tcp_pair(ends);
    reset(ends[1]);
    open_as(&probe, ends[0], VR_WRITE);
    turn_until(&probe.writes, 1);
    check_quiet();
    check_int(probe.writes, 1);

    close(ends[0]);
    tear_down();
}

/* promise reactor-9 */
TEST(watch_end, lets_a_writer_find_out_without_a_signal)
{
    struct iovec iov = {.iov_base = block, .iov_len = 1};
    struct probe probe = {0};
    struct sigaction action;
    int ends[2];

    set_up();
    make_pair(ends);
    close(ends[1]);
    open_as(&probe, ends[0], VR_WRITE);
    turn();
    check_int(probe.writes, 1);
    check_int(vr_fd_send(vr_env_default(), ends[0], &iov, 1), -EPIPE);
    check_int(sigaction(SIGPIPE, NULL, &action), 0);
    check(action.sa_handler == SIG_DFL);

    vr_watch_close(&probe.watch);
    close(ends[0]);
    tear_down();
}

/* ---- nobody listens ---- */

static void check_remembered(int ends[2], void (*leave)(int fd))
{
    struct probe probe = {0};

    set_up();
    open_as(&probe, ends[0], BOTH);
    vr_watch_want(&probe.watch, 0);
    turn();
    leave(ends[1]);
    check_quiet();
    check_int(probe.reads + probe.writes, 0);
    vr_watch_want(&probe.watch, VR_READ);
    turn_until(&probe.reads, 1);
    vr_watch_want(&probe.watch, 0);
    check_quiet();
    vr_watch_want(&probe.watch, VR_WRITE);
    turn_until(&probe.writes, 1);
    check_int(probe.reads, 1);

    vr_watch_close(&probe.watch);
    close(ends[0]);
    tear_down();
}

static void close_end(int fd)
{
    close(fd);
}

/* promise reactor-10 */
TEST(watch_end, while_nothing_is_wanted_waits_until_something_is)
{
    int ends[2];

    make_pair(ends);
    check_remembered(ends, close_end);
    make_tcp_pair(ends);
    check_remembered(ends, reset);
}

static void act_want_nothing(struct probe *probe, unsigned event)
{
    (void)event;
    vr_watch_want(&probe->watch, 0);
}

/* promise reactor-10 */
TEST(watch_end, heard_and_left_alone_costs_no_more_turns)
{
    struct probe probe = {.act = act_want_nothing};
    int ends[2];

    set_up();
    make_pair(ends);
    put(ends[1], "unread");
    close(ends[1]);
    open_reader(&probe, ends[0]);
    turn();
    check_int(probe.reads, 1);
    check_quiet();

    vr_watch_close(&probe.watch);
    close(ends[0]);
    tear_down();
}

TEST(watch_end, a_writer_with_nothing_to_write_costs_no_turns)
{
    struct probe probe = {.act = act_want_nothing};
    int ends[2];

    set_up();
    make_pair(ends);
    open_as(&probe, ends[0], VR_WRITE);
    turn();
    check_int(probe.writes, 1);
    check_quiet();
    check_int(probe.writes, 1);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

/* ---- what is not an end ---- */

TEST(watch_end, is_not_an_urgent_byte)
{
    struct probe probe = {.act = act_read};
    int ends[2];

    set_up();
    make_tcp_pair(ends);
    struct pollfd urgent = {.fd = ends[0], .events = POLLPRI};
    open_reader(&probe, ends[0]);
    check_int(send(ends[1], "!", 1, MSG_OOB), 1);
    check_int(poll(&urgent, 1, -1), 1);
    check_quiet();
    put(ends[1], "x");
    turn_until(&probe.reads, 1);
    check_int(last_read, 1);
    check_int(vr_watch_fd(&probe.watch), ends[0]);
    check_quiet();

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down();
}

TEST(watch_end, is_not_a_readiness_that_was_none)
{
    struct probe probe = {.act = act_read};
    int ends[2];

    set_up_script();
    make_pipe(ends);
    set_nonblocking(ends[0]);
    open_reader(&probe, ends[0]);
    script_ready(&script, ends[0], BOTH);
    turn();
    check_int(probe.reads, 1);
    check_int(last_error, EAGAIN);
    put(ends[1], "x");
    script_ready(&script, ends[0], VR_READ);
    turn();
    check_int(last_read, 1);

    vr_watch_close(&probe.watch);
    close_both(ends);
    tear_down_script();
}

/* A selector may report more than is awaited. */
TEST(watch_end, what_is_not_wanted_is_not_heard)
{
    struct probe probe = {0};

    set_up_script();
    open_settled(&probe, 40, VR_WRITE);
    script_ready(&script, 40, BOTH);
    turn();
    check_int(probe.reads, 0);
    check_int(probe.writes, 1);
    vr_watch_close(&probe.watch);
    tear_down_script();
}
