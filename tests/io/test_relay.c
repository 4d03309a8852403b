/* SPDX-License-Identifier: MIT */
/**
 * @file test_relay.c
 * How a relay passes on: how one connection ends is how the other ends.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/relay_fixture.h"

/* @return what @p to reads once @p from has sent it */
static void carry(const struct side *from, const struct side *to)
{
    char text[8];

    raw_send(from->fd, "abc", 3);
    turn_until(reactor, raw_is_readable(to->fd));
    check_int(recv(to->fd, text, sizeof(text), 0), 3);
}

/* @return what @p side reads instead of bytes: 0 for an end, or -errno */
static long end_of(const struct side *side)
{
    char byte;

    pass_time_until(raw_is_readable(side->fd));
    long end = raw_read(side->fd, &byte, 1);
    check_int(close(side->fd), 0);
    pass_time_until(left.closed && right.closed);
    tear_down();
    return end;
}

static void check_reset(struct side *from, struct side *to)
{
    set_up();
    carry(from, to);
    carry(to, from);
    raw_reset(from->fd);
    check_int(end_of(to), -ECONNRESET);
    check_int(from->closed, VR_END_RESET);
    check_int(to->closed, VR_END_RESET);
}

/* promise sockets-20 */
TEST(relay, of_a_reset_is_a_reset)
{
    check_reset(&left, &right);
    check_reset(&right, &left);
}

TEST(relay, of_an_orderly_end_is_an_orderly_end)
{
    set_up();
    check_int(shutdown(left.fd, SHUT_WR), 0);
    turn_until(reactor, raw_is_readable(right.fd));
    carry(&right, &left); /* the other direction goes on */
    check_int(close(left.fd), 0);
    check_int(shutdown(right.fd, SHUT_WR), 0);
    check_int(end_of(&right), 0);
    check_int(left.closed, VR_END_EOF);
    check_int(right.closed, VR_END_EOF);
}

static void check_truncated(struct side *from, struct side *to)
{
    be_plain();
    set_up_with(&cutting);
    carry(from, to);
    check_int(close(from->fd), 0);
    check_int(end_of(to), -ECONNRESET);
    check_int(from->closed, VR_END_TRUNCATED);
    check_int(to->closed, VR_END_TRUNCATED);
}

/* promise sockets-20 */
TEST(relay, of_what_was_truncated_is_a_reset)
{
    check_truncated(&left, &right);
    check_truncated(&right, &left);
}

/* promise sockets-20 */
TEST(relay, writes_what_is_queued_before_the_reset)
{
    char text[8];

    be_plain();
    set_up_with(&cutting);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 1000, EAGAIN);
    raw_send(left.fd, "abc", 3);
    check_int(close(left.fd), 0);
    while (!right.socket.wire.write_ending)
        check(vr_reactor_turn(reactor, -1) >= 0);
    check_int(right.socket.wire.queue.len, 3);
    check(!right.closed);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
    turn_until(reactor, raw_is_readable(right.fd));
    check_int(recv(right.fd, text, sizeof(text), 0), 3);
    check_int(end_of(&right), -ECONNRESET);
}

static void abort_it(struct vr_consumer *in, const struct vr_end *why)
{
    vr_pass_aborted(in, why);
}

/* Bytes may be missing: also where the reason is this program's own. */
TEST(relay, of_what_was_aborted_is_a_reset)
{
    static const struct vr_filter_ops aborting = {
        .inbound = {.in = {.ended = abort_it}}};

    be_plain();
    set_up_with(&aborting);
    check_int(close(left.fd), 0);
    check_int(end_of(&right), -ECONNRESET);
}
