/* SPDX-License-Identifier: MIT */
/**
 * @file test_hello.c
 * The server of examples/hello_server.h answers a head of 16 KiB, and no more;
 * it takes nothing that others may read in another way.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "examples/hello_server.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MOST = HELLO_HEAD_MAX };

static struct vr_reactor *reactor;
static struct vr_server server;
static char request[MOST + 100], reply[1024];

/* @return how many bytes the answer has to a head of @len bytes, sent in
 * pieces */
static long answer_to(size_t len, size_t piece)
{
    struct vr_address place = {.len = 0};

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
    (void)shutdown(fd, SHUT_WR); /* a head too long was reset by now */
    while (!raw_is_readable(fd))
        turn_some(reactor, 1);
    turn_some(reactor, 3);
    long got = raw_read(fd, reply, sizeof(reply));
    check_int(close(fd), 0);
    vr_server_close(&server);
    turn_some(reactor, 3);
    check_int(vr_reactor_free(reactor), 0);
    return got;
}

TEST(hello, answers_a_head_up_to_its_limit)
{
    check(answer_to(100, 100) > 0);
    check(answer_to(MOST, MOST) > 0);
    check(answer_to(MOST, MOST / 2) > 0);
    check(answer_to(20, 1) > 0);
    check(answer_to(22, 3) > 0);
}

TEST(hello, answers_no_longer_one_whole_or_in_pieces)
{
    check(answer_to(MOST + 1, MOST + 1) <= 0);
    check(answer_to(MOST + 100, MOST - 1) <= 0);
}

/* What the answers to @text begin with, in @reply; the server then ends. */
static void ask(const char *text)
{
    struct vr_address place = {.len = 0};
    size_t len = 0;

    reactor = session_reactor(NULL);
    check_int(hello_server_open(&server, reactor, &place), 0);
    int fd = raw_connect(&place);
    raw_send(fd, text, strlen(text));
    check_int(shutdown(fd, SHUT_WR), 0);
    for (long got = 1; got > 0; len += (size_t)got) {
        while (!raw_is_readable(fd))
            turn_some(reactor, 1);
        got = recv(fd, reply + len, sizeof(reply) - 1 - len, 0);
        check(got >= 0);
    }
    reply[len] = '\0';
    check_int(close(fd), 0);
    vr_server_close(&server);
    turn_some(reactor, 3);
    check_int(vr_reactor_free(reactor), 0);
}

/* @return how many answers were given */
static int answers(void)
{
    int count = 0;

    for (const char *at = reply; (at = strstr(at, "HTTP/1.1 200")); at++)
        count++;
    return count;
}

TEST(hello, goes_on_as_long_as_its_client_wishes)
{
    ask("GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"
        "bodyHEAD / HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    check_int(answers(), 3); /* "yHEAD" is a method as good as any */
    check(strstr(reply, "Connection: close") != NULL);
    ask("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    check_int(answers(), 2);
    ask("HEAD / HTTP/1.1\r\n\r\n");
    check_int(answers(), 1);
    check(strstr(reply, "Content-Length: 30\r\n") != NULL);
    check(!strstr(reply, "Hello"));
}

TEST(hello, ignores_empty_lines_before_a_request)
{
    ask("\r\nGET / HTTP/1.1\r\n\r\n");
    check_int(answers(), 1);
    ask("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nbod\r\n\r\n"
        "GET / HTTP/1.1\r\n\r\n");
    check_int(answers(), 2);
    ask("\n\nGET / HTTP/1.1\r\n\r\n"); /* those are none */
    check_int(strncmp(reply, "HTTP/1.1 400 ", 13), 0);
}

static void send_now(int fd, const char *text)
{
    raw_send(fd, text, strlen(text));
    raw_wait_sent(fd);
    turn_some(reactor, 2);
}

/* Half of a request is there; who asks nothing is not waited for. */
TEST(hello, answers_who_has_begun_to_ask_when_it_finishes)
{
    struct vr_address place = {.len = 0};

    reactor = session_reactor(NULL);
    check_int(hello_server_open(&server, reactor, &place), 0);
    int asks = raw_connect(&place), idle = raw_connect(&place);
    turn_until(reactor, vr_server_count(&server) == 2);
    send_now(asks, "GET / HT");
    send_now(idle, "\r");
    send_now(idle, "\n"); /* an empty line, so nothing */
    vr_server_finish(&server);
    while (!raw_is_readable(idle))
        turn_some(reactor, 1);
    check_int(raw_read(idle, reply, 1), 0);
    raw_send(asks, "TP/1.1\r\n\r\n", 10);
    check_int(shutdown(asks, SHUT_WR), 0);
    check_int(close(idle), 0);
    turn_until(reactor, vr_server_count(&server) == 0);
    long len = raw_read(asks, reply, sizeof(reply) - 1);
    check(len > 0);
    reply[len] = '\0';
    check_int(answers(), 1);
    check(strstr(reply, "Connection: close") != NULL);
    check_int(close(asks), 0);
    turn_some(reactor, 2);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(hello, refuses_what_can_be_read_in_two_ways)
{
    static const char *const heads[] = {
        "GET /\r\n",
        "GET / HTTP/2.0\r\n",
        "GET / HTTP/1.1x\r\n",
        "GET / HTTP/1.1\nTransfer-Encoding: chunked\nA: HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nA: b\rContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding\v: chunked\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n",
        "GET / HTTP/1.1\r\nContent-Length : 2\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n Content-Length: 2\r\n",
        "GET / HTTP/1.1\r\nA: b\nContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -2\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n",
    };

    for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text), "%s\r\nGET / HTTP/1.1\r\n\r\n",
                       heads[i]);
        ask(text);
        check_int(strncmp(reply, "HTTP/1.1 400 ", 13), 0);
        check_int(answers(), 0);
    }
}
