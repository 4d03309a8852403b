/* SPDX-License-Identifier: MIT */
/**
 * @file test_splice.c
 * Tests of io/wire/wire.h: what one wire reads and another writes as it is goes
 * by a pipe where there is much of it, and nothing is copied.
 */
#include <limits.h>
#include <signal.h>

#include <vreactor/reactor/pipes.h>

#include "tests/io/counting_filter.h"
#include "tests/io/dice.h"
#include "tests/io/splice_fixture.h"

enum { MUCH = 1 << 20 };

static struct flow rightwards, leftwards;

static void set_up_over(int which)
{
    static const struct vr_filter_ops passing;

    skip_without_splice();
    be_plain();
    family = which;
    set_up_with(&passing);
    be_eager();
    rightwards = (struct flow){.from = &left, .to = &right};
    leftwards = (struct flow){.from = &right, .to = &left};
}

static void set_up_relay(void)
{
    set_up_over(AF_INET);
}

static void run_once(struct flow *flow)
{
    send_some(flow, 1 + below(2 * PIECE));
    if (one_in(2))
        (void)read_some(flow, 1 + below(2 * PIECE));
    turn_some(reactor, 1);
}

/* Random pieces both ways, to readers that are slower than the senders. */
static void run_both_ways(size_t all)
{
    while (rightwards.sent < all || leftwards.sent < all) {
        if (rightwards.sent < all)
            run_once(&rightwards);
        if (leftwards.sent < all)
            run_once(&leftwards);
    }
    read_all_sent(&rightwards);
    read_all_sent(&leftwards);
}

TEST(splice, keeps_all_bytes_in_their_order)
{
    set_up_relay();
    throw_from(1);
    begin_bulk(&rightwards);
    begin_bulk(&leftwards);
    run_both_ways(MUCH);
    check(splices() > 100);
    close_both();
}

TEST(splice, keeps_all_bytes_of_unix_sockets)
{
    set_up_over(AF_UNIX);
    throw_from(3);
    begin_bulk(&rightwards);
    begin_bulk(&leftwards);
    run_both_ways(MUCH);
    check(splices() > 100);
    close_both();
}

TEST(splice, keeps_them_in_whatever_pieces_they_go)
{
    set_up_relay();
    throw_from(2);
    begin_bulk(&rightwards);
    begin_bulk(&leftwards);
    vr_test_sys_limit(333);
    run_both_ways(MUCH / 8);
    check(splices() > 100);
    vr_test_sys_limit(0);
    close_both();
}

/* Two calls move a piece, and none of its bytes is copied. */
TEST(splice, copies_nothing)
{
    set_up_relay();
    begin_bulk(&rightwards);
    uint64_t copied = vr_copied();
    int64_t reads = vr_test_sys_count(VR_TEST_SYS_RECV);
    int64_t before = splices(), pipes = vr_test_sys_count(VR_TEST_SYS_PIPE);
    for (int i = 0; i < 10; i++) {
        send_some(&rightwards, PIECE);
        read_all_sent(&rightwards);
    }
    check_int(vr_copied() - copied, 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), reads);
    check_int(splices() - before, 20);
    check_int(vr_test_sys_count(VR_TEST_SYS_PIPE) - pipes, 1);
    close_both();
}

TEST(splice, is_not_for_small_messages)
{
    set_up_relay();
    left.socket.wire.bulk = 64 * 1024; /* as by default */
    int64_t pipes = vr_test_sys_count(VR_TEST_SYS_PIPE);
    for (int i = 0; i < 20; i++) {
        send_some(&rightwards, PIECE);
        read_all_sent(&rightwards);
    }
    check_int(splices(), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_PIPE), pipes);
    close_both();
}

TEST(splice, ends_where_little_comes)
{
    set_up_relay();
    begin_bulk(&rightwards);
    left.socket.wire.bulk = 5 * PIECE;
    send_some(&rightwards, PIECE);
    read_all_sent(&rightwards);
    check_int(splices(), 2);
    for (int i = 0; i < 5; i++) {
        send_some(&rightwards, PIECE);
        read_all_sent(&rightwards);
    }
    check_int(splices(), 2);
    close_both();
}

static void look_at_bytes(struct vr_element *after, struct filter *filter)
{
    init_filter(filter, reactor);
    check_int(vr_chain_insert(after, &filter->filter.element), 0);
}

/* Those on their way have passed its place. */
TEST(splice, shows_bytes_to_a_filter_that_comes)
{
    struct filter filter;

    set_up_relay();
    fill_up(&rightwards);
    look_at_bytes(&left.socket.element, &filter);
    read_all_sent(&rightwards);
    int64_t before = splices();
    int seen = filter.seen;
    send_some(&rightwards, PIECE);
    read_all_sent(&rightwards);
    check_int(filter.seen - seen, PIECE);
    check_int(splices(), before);
    check_int(vr_chain_remove(&filter.filter.element), 0);
    send_some(&rightwards, PIECE);
    read_all_sent(&rightwards);
    check_int(filter.seen - seen, PIECE);
    check(splices() > before);
    close_both();
}

TEST(splice, ends_in_order_behind_what_is_in_the_pipe)
{
    set_up_relay();
    fill_up(&rightwards);
    check_int(shutdown(left.fd, SHUT_WR), 0);
    check_int(end_behind_all(&rightwards), 0);
    begin_bulk(&leftwards); /* the other direction goes on */
    close_both();
    check_int(right.closed, VR_END_EOF);
}

TEST(splice, counts_against_the_window)
{
    set_up_relay();
    right.socket.wire.write_window = 8 * PIECE;
    fill_up(&rightwards);
    check(right.socket.wire.pipe->held <= 256 * 1024);
    read_all_sent(&rightwards);
    check(!right.socket.wire.pipe);
    fill_up(&rightwards);
    check(right.socket.wire.pipe->held <= 8 * PIECE);
    read_all_sent(&rightwards);
    close_both();
}

/* All that was written arrives before the reset. */
TEST(splice, passes_on_a_reset_behind_what_is_in_the_pipe)
{
    skip_without_splice();
    be_plain();
    options.linger_time = 3600 * VR_SEC; /* time passes fast here */
    set_up_with(&cutting);
    be_eager();
    rightwards = (struct flow){.from = &left, .to = &right};
    fill_up(&rightwards);
    check_int(close(left.fd), 0);
    check_int(end_behind_all(&rightwards), -ECONNRESET);
    check_int(close(right.fd), 0);
    pass_time_until(left.closed && right.closed);
    check_int(right.closed, VR_END_TRUNCATED);
    tear_down();
}

/* @return how it ends for the right side, without some of the bytes */
static ssize_t cut_end(void)
{
    ssize_t len;

    check(!right.socket.wire.pipe);
    do {
        pass_time(VR_MSEC);
        len = read_some(&rightwards, PIECE);
    } while (len > 0 || len == -EAGAIN);
    check(rightwards.read < rightwards.sent);
    return len;
}

TEST(splice, drops_what_is_in_the_pipe_with_its_chain)
{
    set_up_relay();
    fill_up(&rightwards);
    vr_chain_close(&right.chain, NULL);
    check_int(cut_end(), -ECONNRESET);
    vr_chain_close(&left.chain, NULL);
    close_both();
}

TEST(splice, drops_what_is_in_the_pipe_when_it_is_aborted)
{
    set_up_relay();
    fill_up(&rightwards);
    vr_link_abort(&rightward.out, NULL);
    check_int(cut_end(), -ECONNRESET);
    close_both();
}

/* splice(2) has no flag against SIGPIPE.  Its peer is gone, and that resets the
 * connection when the next bytes arrive. */
TEST(splice, raises_no_signal)
{
    check(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    set_up_relay();
    begin_bulk(&rightwards);
    check_int(close(right.fd), 0);
    int64_t sends = vr_test_sys_count(VR_TEST_SYS_SENDMSG);
    while (!right.closed) {
        send_some(&rightwards, PIECE);
        pass_time(VR_MSEC);
    }
    check_int(vr_test_sys_count(VR_TEST_SYS_SENDMSG), sends);
    check(splices() >= 4);
    check_int(close(left.fd), 0);
    pass_time_until(left.closed);
    tear_down();
}
