/* SPDX-License-Identifier: MIT */
/**
 * @file test_hello.c
 * The server of examples/hello_server.h answers a head of 16 KiB, and no more.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/hello_server.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MOST = 16 * 1024 };

static struct vr_reactor *reactor;
static struct hello_server server;
static char request[MOST + 100], reply[1024];

/* @return how many bytes the answer has to a head of @len bytes, sent in
 * pieces */
static long answer_to(size_t len, size_t piece)
{
    struct vr_address place;

    reactor = session_reactor(NULL);
    check_int(hello_server_open(&server, reactor, &place), 0);
    int fd = raw_connect(&place);
    turn_some(reactor, 2);
    memset(request, 'x', len);
    memcpy(request + len - 4, "\r\n\r\n", 4);
    for (size_t done = 0; done < len; done += piece) {
        raw_send(fd, request + done, len - done < piece ? len - done : piece);
        raw_wait_sent(fd);
        turn_some(reactor, 2);
    }
    check_int(shutdown(fd, SHUT_WR), 0);
    while (!raw_is_readable(fd))
        turn_some(reactor, 1);
    turn_some(reactor, 3);
    long got = raw_read(fd, reply, sizeof(reply));
    check_int(close(fd), 0);
    hello_server_close(&server);
    turn_some(reactor, 3);
    check_int(vr_reactor_free(reactor), 0);
    return got;
}

TEST(hello, answers_a_head_up_to_its_limit)
{
    check(answer_to(100, 100) > 0);
    check(answer_to(MOST, MOST) > 0);
    check(answer_to(MOST, MOST / 2) > 0);
}

TEST(hello, answers_no_longer_one_whole_or_in_pieces)
{
    check(answer_to(MOST + 1, MOST + 1) <= 0);
    check(answer_to(MOST + 100, MOST - 1) <= 0);
}
