/* SPDX-License-Identifier: MIT */
/**
 * @file splice_fixture.h
 * A relay that is to move what it reads without a copy, from the fourth read
 * on, however little that is.
 */
#ifndef VR_TESTS_IO_SPLICE_FIXTURE_H
#define VR_TESTS_IO_SPLICE_FIXTURE_H

#include <errno.h>
#include <unistd.h>

#include <vreactor/base/copied.h>

#include "tests/io/relay_fixture.h"

enum { PIECE = 1000, FIRST_READS = 3 };

/* How far the pattern has come from one side to the other. */
struct flow {
    const struct side *from, *to;
    size_t sent, read;
};

static inline void be_eager(void)
{
    struct side *const sides[] = {&left, &right};
    int size = SMALL;

    for (int i = 0; i < 2; i++) {
        int fd = vr_socket_fd(&sides[i]->socket);
        check_int(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)),
                  0);
        sides[i]->socket.wire.bulk = 1;
    }
}

static inline void skip_without_splice(void)
{
    if (!vr_test_sys()->splice)
        test_skip("this system has no splice(2)");
}

static inline int64_t splices(void)
{
    return vr_test_sys_count(VR_TEST_SYS_SPLICE);
}

static inline void check_recv(const struct flow *flow,
                              const unsigned char *bytes, size_t len)
{
    unsigned char expected[2 * PIECE];

    session_fill(expected, len, flow->read);
    check_mem(bytes, expected, len);
}

/* Send at most @p size bytes, if they are taken. */
static inline void send_some(struct flow *flow, size_t size)
{
    unsigned char bytes[2 * PIECE];

    session_fill(bytes, size, flow->sent);
    ssize_t len =
        send(flow->from->fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (len > 0)
        flow->sent += (size_t)len;
}

/* @return as recv(2) of at most @p size bytes, or -errno */
static inline ssize_t read_some(struct flow *flow, size_t size)
{
    unsigned char bytes[2 * PIECE];

    ssize_t len = recv(flow->to->fd, bytes, size, MSG_DONTWAIT);
    if (len < 0)
        return -errno;
    check_recv(flow, bytes, (size_t)len);
    flow->read += (size_t)len;
    return len;
}

/* Read what was sent. */
static inline void read_all_sent(struct flow *flow)
{
    while (flow->read < flow->sent) {
        check(read_some(flow, PIECE) != 0);
        turn_some(reactor, 1);
    }
}

/* Send pieces, one a read, until the relay may move what it reads. */
static inline void begin_bulk(struct flow *flow)
{
    for (int i = 0; i < FIRST_READS; i++) {
        send_some(flow, PIECE);
        read_all_sent(flow);
    }
}

/* Send until nobody takes more, and bytes wait in the pipe of the other side.
 */
static inline void fill_up(struct flow *flow)
{
    size_t before;

    begin_bulk(flow);
    do {
        before = flow->sent;
        send_some(flow, 2 * PIECE);
        turn_some(reactor, 1);
    } while (flow->sent > before || !flow->to->socket.wire.pipe);
}

/* @return what comes behind all that was sent: 0 for an end, or -errno */
static inline ssize_t end_behind_all(struct flow *flow)
{
    ssize_t len;

    do {
        pass_time(VR_MSEC);
        len = read_some(flow, PIECE);
    } while (len > 0 || len == -EAGAIN);
    check_int(flow->read, flow->sent);
    return len;
}

static inline void close_both(void)
{
    check_int(close(left.fd), 0);
    check_int(close(right.fd), 0);
    pass_time_until(left.closed && right.closed);
    tear_down();
}

#endif
