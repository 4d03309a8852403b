/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_linger.c
 * Tests of io/wire/socket.h: last words to a peer that is still sending.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MUCH = 8 << 20, PIECE = 16 << 10, SECONDS = 5 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session;
static unsigned char bytes[PIECE];

/* Nothing is read of what comes after the first bytes. */
static void stop_at_data(struct session *one, enum session_word word)
{
    static const struct vr_end limit = {.kind = VR_END_LIMIT};

    if (word == HEARD_DATA)
        vr_link_stop(&one->agent.inbound, &limit);
}

static void init(const struct vr_socket_options *options, size_t per_turn)
{
    struct vr_reactor_options its = {
        .size = sizeof(its), .bytes_per_turn = per_turn, .env = &test.env};

    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    check_int(vr_reactor_new(&its, &reactor), 0);
    session_init(&session, reactor, options);
    session.hear = stop_at_data;
}

/* @return the other side, which has said too much, and was told so */
static int set_up(const struct vr_socket_options *options, size_t per_turn)
{
    init(options, per_turn);
    int fd = session_adopt_raw(&session, AF_INET);
    raw_send(fd, "first", 5);
    turn_until(reactor, session.received);
    raw_send(fd, bytes, sizeof(bytes));
    raw_wait_sent(fd);
    session_say(&session, "too much");
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.socket.wire.write_over);
    turn_some(reactor, 1);
    return fd;
}

static void tear_down(int fd)
{
    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static bool is_lingering(void)
{
    return session.socket.wire.linger;
}

/* @return what comes after the answer: 0 or -errno */
static long read_answer(int fd)
{
    char text[32];
    long len = raw_read(fd, text, sizeof(text));

    if (len < 0)
        return len;
    check_int(len, 8);
    check_mem(text, "too much", 8);
    return 0;
}

/* promise sockets-22 */
TEST(socket_linger, an_answer_to_a_peer_that_is_still_sending_arrives)
{
    int fd = set_up(NULL, 0);

    check(is_lingering());
    turn_some(reactor, 5);
    check(!session.is_closed);
    check_int(read_answer(fd), 0);
    raw_send(fd, "deaf", 4);
    tear_down(fd);
    check_str(session.story, "connected data closed:limit ");
}

TEST(socket_linger, it_holds_memory_only_while_it_does)
{
    int fd = set_up(NULL, 0);
    int64_t blocks = vr_test_blocks(&test);

    check_int(close(fd), 0);
    turn_until(reactor, session.is_closed);
    check(vr_test_blocks(&test) < blocks);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* promise sockets-22 */
TEST(socket_linger, ends_when_its_time_is_over)
{
    int fd = set_up(NULL, 0);

    vr_test_advance(&test, SECONDS * VR_SEC - 1);
    turn_some(reactor, 2);
    check(is_lingering());
    vr_test_advance(&test, 1);
    turn_some(reactor, 2);
    check(session.is_closed);
    tear_down(fd);
}

TEST(socket_linger, has_the_time_of_its_options)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.linger_time = 7;
    int fd = set_up(&options, 0);
    check(is_lingering());
    vr_test_advance(&test, 7);
    turn_some(reactor, 2);
    check(session.is_closed);
    tear_down(fd);
}

/* promise sockets-22 */
TEST(socket_linger, ends_when_too_much_has_come)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.linger_bytes = PIECE + 2;
    int fd = set_up(&options, 0);
    turn_some(reactor, 3);
    check(is_lingering());
    raw_send(fd, "on", 2);
    turn_until(reactor, session.is_closed);
    tear_down(fd);
}

TEST(socket_linger, ends_with_a_reset_of_the_peer)
{
    int fd = set_up(NULL, 0);

    raw_reset(fd);
    turn_until(reactor, session.is_closed);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(socket_linger, reads_a_turns_bytes_a_turn)
{
    int fd = set_up(NULL, PIECE / 8);
    long before;

    for (int i = 0; i < 3; i++) {
        before = vr_test_sys_count(VR_TEST_SYS_RECV);
        turn_some(reactor, 1);
        check_int(vr_test_sys_count(VR_TEST_SYS_RECV), before + 1);
    }
    tear_down(fd);
}

TEST(socket_linger, a_silent_peer_wakes_nobody)
{
    int fd = set_up(NULL, 0);

    turn_some(reactor, 5);
    long before = vr_test_sys_count(VR_TEST_SYS_RECV);
    turn_some(reactor, 20);
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), before);
    tear_down(fd);
}

/* promise sockets-22 */
TEST(socket_linger, ends_at_once_when_the_program_closes_the_chain)
{
    int fd = set_up(NULL, 0);

    vr_chain_close(&session.chain, NULL);
    turn_some(reactor, 1);
    check(session.is_closed);
    tear_down(fd);
}

TEST(socket_linger, ends_with_its_reactor)
{
    int fd = set_up(NULL, 0);

    check(is_lingering());
    check_int(vr_reactor_free(reactor), 0);
    check(session.is_closed);
    check_int(vr_test_blocks(&test), 0);
    check_int(close(fd), 0);
}

TEST(socket_linger, goes_on_after_a_stop)
{
    int fd = set_up(NULL, 0);

    vr_reactor_stop(reactor);
    turn_some(reactor, 1);
    check(is_lingering());
    tear_down(fd);
}

/* ---- where there is no reason ---- */

TEST(socket_linger, may_be_turned_off)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    options.linger_time = -1;
    int fd = set_up(&options, 0);
    check(session.is_closed);
    check(send(fd, "x", 1, MSG_NOSIGNAL) < 0); /* it was reset */
    tear_down(fd);
}

TEST(socket_linger, without_memory_it_closes_at_once)
{
    init(NULL, 0);
    int fd = session_adopt_raw(&session, AF_INET);
    raw_send(fd, "first", 5);
    turn_until(reactor, session.received);
    session_say(&session, "too much");
    vr_writer_end(&session.agent.writer);
    vr_test_fail_allocation(&test, 1, 1000);
    turn_some(reactor, 2);
    check(session.is_closed);
    vr_test_fail_allocation(&test, 0, 0);
    tear_down(fd);
}

static void stop_in_order(struct session *one, enum session_word word)
{
    static const struct vr_end eof = {.kind = VR_END_EOF};

    if (word == HEARD_DATA)
        vr_link_stop(&one->agent.inbound, &eof);
}

/* Close as @p how says, after reading was stopped. */
static void check_never_lingers(void (*stop)(struct session *one,
                                             enum session_word word),
                                void (*how)(struct vr_writer *writer))
{
    init(NULL, 0);
    session.hear = stop;
    int fd = session_adopt_raw(&session, AF_INET);
    raw_send(fd, "first", 5);
    turn_until(reactor, session.received);
    how(&session.agent.writer);
    turn_some(reactor, 3);
    check(session.is_closed);
    tear_down(fd);
}

static void abort_writer(struct vr_writer *writer)
{
    vr_writer_abort(writer, NULL);
}

/* promise sockets-22 */
TEST(socket_linger, not_where_the_connection_is_to_be_reset)
{
    check_never_lingers(stop_at_data, abort_writer);
}

TEST(socket_linger, not_where_reading_was_stopped_in_order)
{
    check_never_lingers(stop_in_order, vr_writer_end);
}

TEST(socket_linger, not_after_the_end_of_the_peer)
{
    init(NULL, 0);
    session.hear = NULL;
    int fd = session_adopt_raw(&session, AF_INET);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, session.is_over);
    vr_writer_end(&session.agent.writer);
    turn_some(reactor, 3);
    check(session.is_closed);
    tear_down(fd);
}

/* ---- a peer of its own process ---- */

/* It sends all before it reads. */
static int say_much_then_read(const struct vr_address *place)
{
    int fd = raw_connect(place);
    char text[32];

    for (size_t done = 0; done < MUCH;) {
        ssize_t len = send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL);
        if (len < 0)
            return 2;
        done += (size_t)len;
    }
    return raw_read(fd, text, sizeof(text)) == 8 ? 0 : 3;
}

static void check_process(int family)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;
    struct vr_address place;
    int status;

    options.linger_bytes = MUCH;
    int listening = raw_listen(family, &place);
    pid_t child = fork();
    if (!child)
        _exit(say_much_then_read(&place));
    init(&options, 0);
    check_int(vr_socket_adopt(&session.socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
    turn_until(reactor, session.received);
    session_say(&session, "too much");
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.is_closed);
    check_int(waitpid(child, &status, 0), child);
    check_int(status, 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* promise sockets-22 */
HEAVY_TEST(socket_linger, a_peer_that_sends_all_before_it_reads_has_the_answer)
{
    check_process(AF_INET);
    check_process(AF_UNIX);
}
