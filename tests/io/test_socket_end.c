/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_end.c
 * Tests of io/wire/socket.h: how connections end that somebody breaks off.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/counting.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session;
static unsigned char bytes[MEBIBYTE];

/* @return the descriptor of the other side, ours being adopted */
static int set_up(int family)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    session_init(&session, reactor, NULL);
    int fd = session_adopt_raw(&session, family);
    turn_until(reactor, session.peer[0]);
    return fd;
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void check_sigpipe_is_default(void)
{
    struct sigaction now;

    check_int(sigaction(SIGPIPE, NULL, &now), 0);
    check(now.sa_handler == SIG_DFL);
}

/* The test's own process must be one in which SIGPIPE kills. */
static void let_sigpipe_kill(void)
{
    check(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
}

static void write_until_stopped(void)
{
    while (!strstr(session.story, "stopped")) {
        (void)!vr_writer_text(&session.agent.writer, "anybody there?");
        check(vr_reactor_turn(reactor, 0) >= 0);
    }
}

static void check_write_to_closed(int family)
{
    let_sigpipe_kill();
    int fd = set_up(family);
    check_int(close(fd), 0);

    write_until_stopped();
    turn_until(reactor, session.is_closed);

    check(session.is_over);
    check_int(session.why.kind, VR_END_RESET);
    check_sigpipe_is_default();
    check_int(vr_writer_text(&session.agent.writer, "x"), -VR_ECLOSED);
    tear_down();
}

/* promise sockets-8 */
TEST(socket_end, a_write_to_a_closed_peer_is_told_and_raises_no_signal)
{
    check_write_to_closed(AF_INET);
}

/* promise sockets-8 */
TEST(socket_end, a_write_to_a_closed_unix_peer_is_told_and_raises_no_signal)
{
    check_write_to_closed(AF_UNIX);
}

static void check_reply_is_read(int family)
{
    int fd = set_up(family);

    session_narrow(&session, 0);
    raw_send(fd, "the reply", 9);
    check_int(close(fd), 0);
    write_until_stopped();
    check(!session.is_closed);

    vr_link_grant(&session.agent.inbound, VR_UNLIMITED);
    turn_until(reactor, session.is_closed);

    check_int(session.received, 9);
    check_str(session.text, "the reply");
    check(session.end.kind == VR_END_EOF || session.end.kind == VR_END_RESET);
    tear_down();
}

/* promise sockets-8 */
TEST(socket_end, a_write_that_failed_hides_no_reply)
{
    check_reply_is_read(AF_INET);
}

/* promise sockets-8 */
TEST(socket_end, a_write_that_failed_hides_no_reply_of_a_unix_peer)
{
    check_reply_is_read(AF_UNIX);
}

/* The end needs no window, where nothing is in front of it. */
static void check_paused_is_told(int family, bool reset)
{
    int fd = set_up(family);

    session_narrow(&session, 0);
    if (reset)
        raw_reset(fd);
    else
        check_int(close(fd), 0);
    write_until_stopped();
    turn_some(reactor, 3);

    check(session.is_over);
    check(session.is_closed);
    check_int(session.why.kind, VR_END_RESET);
    tear_down();
}

TEST(socket_end, a_reset_is_told_to_who_does_not_read)
{
    check_paused_is_told(AF_INET, true);
    check_paused_is_told(AF_INET, false);
    check_paused_is_told(AF_UNIX, false);
}

static void check_all_before_the_end(int family, bool reset)
{
    const size_t total = reset ? 100000 : MEBIBYTE;
    int size = 2 * MEBIBYTE;
    int fd = set_up(family);

    check_int(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
    session.is_pattern = true;
    session_fill(bytes, total, 0);
    for (size_t done = 0; done < total; done += 1000) {
        raw_send(fd, bytes + done, total - done < 1000 ? total - done : 1000);
        turn_some(reactor, session.received + 50000 < done);
    }
    if (reset) {
        raw_wait_sent(fd);
        raw_reset(fd);
    } else {
        check_int(close(fd), 0);
    }
    turn_until(reactor, session.is_over);

    check_int(session.received, total);
    check_int(session.end.kind, reset ? VR_END_RESET : VR_END_EOF);
    check_int(session.end.stage, VR_STAGE_READ);
    tear_down();
}

TEST(socket_end, the_end_comes_behind_every_byte)
{
    check_all_before_the_end(AF_INET, false);
}

TEST(socket_end, the_end_comes_behind_every_byte_of_a_unix_peer)
{
    check_all_before_the_end(AF_UNIX, false);
}

TEST(socket_end, a_reset_comes_behind_every_byte_that_came)
{
    check_all_before_the_end(AF_INET, true);
    check_str(session.story,
              "connected data ended:reset stopped:reset closed:reset ");
    check_int(session.end.code, -ECONNRESET);
}

/* An end, and then a reset */
TEST(socket_end, ends_once_when_a_reset_follows_the_end)
{
    int fd = set_up(AF_INET);

    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    raw_reset(fd);
    write_until_stopped();
    turn_until(reactor, session.is_closed);

    check_str(session.story, "connected ended:eof stopped:reset closed:reset ");
    tear_down();
}

static void check_idle(int family)
{
    int fd = set_up(family);

    session_say(&session, "written at once");
    check_int(raw_is_readable(fd), 0);
    do
        turn_some(reactor, 1);
    while (!raw_is_readable(fd));
    turn_some(reactor, 2);
    int woken = counting_woken;
    turn_some(reactor, 100);

    check_int(counting_woken, woken);
    check_int(vr_test_sys_count(VR_TEST_SYS_SENDMSG), 1);
    check_int(close(fd), 0);
    tear_down();
}

TEST(socket_end, an_idle_connection_wakes_nobody)
{
    check_idle(AF_INET);
    check_idle(AF_UNIX);
}

TEST(socket_end, a_hang_up_behind_a_closed_window_wakes_nobody)
{
    int fd = set_up(AF_UNIX);

    session_narrow(&session, 0);
    raw_send(fd, "last words", 10);
    check_int(close(fd), 0);
    turn_some(reactor, 3);
    int woken = counting_woken;
    turn_some(reactor, 100);
    check_int(counting_woken, woken);

    vr_link_grant(&session.agent.inbound, VR_UNLIMITED);
    turn_until(reactor, session.is_over);
    check_str(session.text, "last words");
    tear_down();
}

static void say_hello(int fd)
{
    size_t before = session.received;

    session_say(&session, "hello");
    raw_send(fd, "hello", 5);
    turn_until(reactor, session.received == before + 5);
    turn_some(reactor, 2);
}

/* The reactor keeps the scratch of its first read, and the spare memory of its
 * first write. */
/* promises reactor-29, links-40 */
TEST(socket_end, an_idle_connection_holds_no_memory)
{
    int fd = set_up(AF_UNIX);

    turn_some(reactor, 2);
    int64_t live = vr_test_blocks(&test);
    say_hello(fd);
    check_int(vr_test_blocks(&test), live + 2);
    say_hello(fd);
    check_int(vr_test_blocks(&test), live + 2);
    check_int(close(fd), 0);
    tear_down();
}

/* A consumer that takes nothing more: the rest is nobody's. */
static void stop_at_data(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA)
        vr_link_stop(&one->agent.inbound,
                     &(struct vr_end){.kind = VR_END_LOCAL});
}

TEST(socket_end, a_program_that_stops_reading_may_still_write)
{
    int fd = set_up(AF_INET);

    session.hear = stop_at_data;
    raw_send(fd, "first", 5);
    turn_until(reactor, session.received == 5);
    raw_send(fd, "second", 6);
    turn_some(reactor, 3);
    session_say(&session, "enough");
    turn_until(reactor, raw_is_readable(fd));
    check_int(raw_read(fd, bytes, 6), 6);
    check_mem(bytes, "enough", 6);
    vr_writer_end(&session.agent.writer);
    check_int(close(fd), 0); /* else the socket lingers */
    turn_until(reactor, session.is_closed);

    check_int(session.received, 5);
    tear_down();
}
