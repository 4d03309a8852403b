/* SPDX-License-Identifier: MIT */
/**
 * @file test_http_reply.c
 * The connection of examples/http_reply.h closes, whatever a server says.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>

#include "examples/http_reply.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { LONG = 3 * HTTP_LINE_MAX };

static struct vr_reactor *reactor;
static struct http_reply reply;
static struct vr_end ended;
static bool is_closed;

static void on_over(struct http_reply *over, const struct vr_end *why)
{
    (void)over;
    vr_end_keep(&ended, why);
    is_closed = true;
}

/* @return the server's side, which has read the request */
static int ask(void)
{
    static const struct url url = {.host = "x", .port = 80, .path = "/"};
    char request[256];
    struct vr_address place;

    reactor = session_reactor(NULL);
    int listening = raw_listen(AF_INET, &place);
    http_reply_init(&reply, reactor, &url, on_over);
    vr_connection_connect(&reply.connection, reactor, &place, NULL,
                          &http_reply_ops);
    int fd = raw_accept(listening);
    raw_close_listening(listening);
    while (!raw_is_readable(fd))
        turn_some(reactor, 1);
    check(read(fd, request, sizeof(request)) > 0);
    return fd;
}

static void tear_down(int fd)
{
    http_reply_fini(&reply);
    vr_end_drop(&ended);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(http_reply, takes_what_its_length_says)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    int fd = ask();

    raw_send(fd, text, strlen(text));
    turn_until(reactor, is_closed);
    check_int(ended.kind, VR_END_EOF);
    check_int(reply.status, 200);
    check_int(reply.body.len, 2);
    tear_down(fd);
}

/* The server waits for more, too: nobody else would end it. */
TEST(http_reply, ends_with_a_line_that_never_ends)
{
    char line[LONG];
    int fd = ask();

    memset(line, 'a', sizeof(line));
    raw_send(fd, line, sizeof(line));
    raw_wait_sent(fd);
    turn_some(reactor, 10);
    check(is_closed);
    check_int(ended.code, -VR_ELIMIT);
    tear_down(fd);
}

TEST(http_reply, tells_half_a_reply)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
    int fd = ask();

    raw_send(fd, text, strlen(text));
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, is_closed);
    check_int(ended.kind, VR_END_TRUNCATED);
    tear_down(fd);
}

/* Other readers would find another end of the reply, or none. */
TEST(http_reply, takes_nothing_that_can_be_read_in_two_ways)
{
    static const char *const texts[] = {
        "HTTP/1.1 -20 OK\r\n",
        "HTTP/1.1200 OK\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 200 OK\r\n@X: y\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2@9\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        char text[128];
        size_t len = strlen(texts[i]);
        int fd = ask();
        for (size_t at = 0; at < len; at++)
            text[at] = texts[i][at] == '@' ? '\0' : texts[i][at];
        raw_send(fd, text, len);
        raw_wait_sent(fd);
        turn_some(reactor, 10);
        check(is_closed);
        check_int(ended.code, -VR_EPROTOCOL);
        is_closed = false;
        tear_down(fd);
    }
}
