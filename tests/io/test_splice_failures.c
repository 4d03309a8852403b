/* SPDX-License-Identifier: MIT */
/**
 * @file test_splice_failures.c
 * Tests of io/wire/wire.h: where bytes cannot go by a pipe they are read and
 * written, and none is lost.
 */
#include <limits.h>
#include <poll.h>

#include <vreactor/io/buffer.h>
#include <vreactor/reactor/pipes.h>

#include "tests/io/splice_fixture.h"

static struct flow rightwards;

static void set_up_relay(void)
{
    skip_without_splice();
    set_up();
    be_eager();
    rightwards = (struct flow){.from = &left, .to = &right};
}

static void send_pieces(int count)
{
    for (int i = 0; i < count; i++) {
        send_some(&rightwards, PIECE);
        read_all_sent(&rightwards);
    }
}

/* Let splice(2) fail from the @nth on. */
static void fail_splices(int nth, int times, int err)
{
    set_up_relay();
    begin_bulk(&rightwards);
    vr_test_sys_fail(VR_TEST_SYS_SPLICE, nth, times, err);
}

TEST(splice_failures, of_a_descriptor_that_cannot_are_for_good)
{
    fail_splices(1, INT_MAX, EINVAL);
    send_pieces(5);
    check_int(splices(), 1);
    close_both();
}

/* The bytes in the pipe are read back, and written. */
TEST(splice_failures, to_write_are_for_good)
{
    fail_splices(2, INT_MAX, EINVAL);
    send_pieces(5);
    check_int(splices(), 2);
    check_int(vr_test_sys_count(VR_TEST_SYS_READ), 1);
    close_both();
}

/* What is queued behind the pipe stays behind. */
TEST(splice_failures, to_write_keep_the_order)
{
    set_up_relay();
    fill_up(&rightwards);
    left.socket.wire.cannot_pull = true;
    right.socket.wire.write_window = 2 << 20;
    while (!right.socket.wire.queue.len) {
        send_some(&rightwards, PIECE);
        (void)read_some(&rightwards, PIECE);
        turn_some(reactor, 1);
        if (!right.socket.wire.pipe)
            test_fail(__FILE__, __LINE__, "the pipe is empty");
    }
    vr_test_sys_fail(VR_TEST_SYS_SPLICE, 1, INT_MAX, EINVAL);
    read_all_sent(&rightwards);
    check(right.socket.wire.cannot_push);
    close_both();
}

TEST(splice_failures, that_pass_are_tried_again)
{
    static const int errors[] = {EINTR, EAGAIN, ENOMEM};

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        fail_splices(1, 1, errors[i]);
        send_pieces(2);
        check(splices() >= 3);
        close_both();
        fail_splices(2, 1, errors[i] == ENOMEM ? EAGAIN : errors[i]);
        send_pieces(2);
        check(splices() >= 4);
        close_both();
    }
}

/* The system tells it once. */
TEST(splice_failures, to_read_end_the_connection)
{
    fail_splices(1, 1, ECONNRESET);
    send_some(&rightwards, PIECE);
    check_int(close(left.fd), 0);
    pass_time_until(left.closed && right.closed);
    check_int(left.closed, VR_END_RESET);
    check_int(right.closed, VR_END_RESET);
    check_int(close(right.fd), 0);
    tear_down();
}

TEST(splice_failures, to_write_end_the_connection)
{
    fail_splices(2, 1, ECONNRESET);
    send_some(&rightwards, PIECE);
    check_int(close(left.fd), 0);
    check_int(close(right.fd), 0);
    pass_time_until(left.closed && right.closed);
    check_int(right.closed, VR_END_RESET);
    tear_down();
}

TEST(splice_failures, to_read_back_end_the_connection)
{
    fail_splices(2, INT_MAX, EINVAL);
    vr_test_sys_fail(VR_TEST_SYS_READ, 1, INT_MAX, EIO);
    send_some(&rightwards, PIECE);
    turn_until(reactor, right.socket.wire.write_over);
    vr_test_sys_fail(VR_TEST_SYS_READ, 0, 0, 0);
    close_both();
    check_int(right.closed, VR_END_ERROR);
}

/* A pipe takes two descriptors, some settings of them, and its size. */
TEST(splice_failures, to_make_a_pipe_do_no_harm)
{
    static const enum vr_test_sys_call calls[] = {
        VR_TEST_SYS_PIPE, VR_TEST_SYS_SET_FL_FLAGS, VR_TEST_SYS_SET_PIPE_SIZE};

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        set_up_relay();
        begin_bulk(&rightwards);
        vr_test_sys_fail(calls[i], 1, INT_MAX, 0);
        send_pieces(5);
        check_int(splices(), 0);
        vr_test_sys_fail(calls[i], 0, 0, 0);
        send_pieces(5);
        check_int(splices() > 0, calls[i] != VR_TEST_SYS_SET_PIPE_SIZE);
        close_both();
    }
}

TEST(splice_failures, without_memory_do_no_harm)
{
    set_up_relay();
    begin_bulk(&rightwards);
    vr_test_fail_allocation(&test, 1, 1);
    send_pieces(1);
    check_int(splices(), 0);
    send_pieces(4);
    check(splices() > 0);
    close_both();
}

/* All pipes are taken by others. */
TEST(splice_failures, to_have_a_pipe_do_no_harm)
{
    struct vr_pipe *taken[VR_PIPES_MOST];

    set_up_relay();
    struct vr_pipes *pipes = vr_reactor_pipes(reactor);
    for (int i = 0; i < VR_PIPES_MOST; i++)
        taken[i] = vr_pipes_take(pipes);
    check(!vr_pipes_take(pipes));
    send_pieces(10);
    check_int(splices(), 0);
    for (int i = 0; i < VR_PIPES_MOST; i++)
        vr_pipes_give(pipes, taken[i]);
    send_pieces(5);
    check(splices() > 0);
    close_both();
}

/* Bytes in its pipe are still to be sent. */
TEST(splice_failures, to_release_while_bytes_are_in_the_pipe)
{
    struct vr_buffer bytes;
    int fd;

    set_up_relay();
    fill_up(&rightwards);
    vr_link_detach(&rightward.out);
    check_int(vr_socket_release(&right.socket, &fd, &bytes), -EBUSY);
    while (right.socket.wire.pipe) {
        check(read_some(&rightwards, PIECE) != 0);
        turn_some(reactor, 1);
    }
    check_int(vr_socket_release(&right.socket, &fd, &bytes), 0);
    check_int(bytes.len, 0);
    check_int(close(fd), 0);
    vr_chain_close(&left.chain, NULL);
    close_both();
}

/* Its own bytes are in nobody's pipe. */
TEST(splice_failures, are_none_to_release_the_side_that_reads)
{
    struct vr_buffer bytes;
    char some[PIECE];
    ssize_t len;
    int fd;

    set_up_relay();
    fill_up(&rightwards);
    vr_link_detach(&leftward.out);
    check_int(vr_socket_release(&left.socket, &fd, &bytes), 0);
    check_int(bytes.len, 0);
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    check_int(shutdown(left.fd, SHUT_WR), 0);
    do {
        check_int(poll(&readable, 1, -1), 1);
        len = recv(fd, some, sizeof(some), 0);
        rightwards.sent -= len > 0 ? (size_t)len : 0;
    } while (len > 0);
    check_int(len, 0);
    read_all_sent(&rightwards);
    check_int(close(fd), 0);
    vr_chain_close(&right.chain, NULL);
    close_both();
}
