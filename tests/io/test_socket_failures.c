/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_failures.c
 * Tests of io/wire/socket.h when the system fails: calls interrupted, cut short
 * or refused, memory used up.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session, other;
static struct vr_address place;

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
}

static void set_up_pair(void)
{
    set_up();
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    turn_until(reactor, session.peer[0] && other.peer[0]);
}

static void tear_down(void)
{
    session_close(&session);
    session_close(&other);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void send_to_other(size_t total)
{
    other.is_pattern = true;
    session.to_send = total;
    session.then_ends = true;
    session_send_on(&session);
}

TEST(socket_failures, short_reads_and_writes_lose_nothing)
{
    set_up_pair();
    vr_test_sys_limit(7);
    send_to_other(20000);
    turn_until(reactor, other.is_over);

    check_int(other.received, 20000);
    check_int(other.end.kind, VR_END_EOF);
    tear_down();
}

static void check_goes_on_after(int err)
{
    set_up_pair();
    vr_test_sys_fail(VR_TEST_SYS_RECV, 1, 3, err);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 3, err);
    send_to_other(20000);
    turn_until(reactor, other.is_over);

    check_int(other.received, 20000);
    check_int(other.end.kind, VR_END_EOF);
    check(vr_test_sys_count(VR_TEST_SYS_RECV) > 3 &&
          vr_test_sys_count(VR_TEST_SYS_SENDMSG) > 3);
    tear_down();
}

TEST(socket_failures, goes_on_after_interruptions)
{
    check_goes_on_after(EINTR);
}

TEST(socket_failures, goes_on_where_it_was_told_to_come_again)
{
    check_goes_on_after(EAGAIN);
}

TEST(socket_failures, a_failing_read_ends_reading_only)
{
    set_up_pair();
    session_say(&other, "never read");
    vr_test_sys_fail(VR_TEST_SYS_RECV, 1, 1000, ENOBUFS);
    turn_until(reactor, session.is_over);

    check_int(session.end.kind, VR_END_ERROR);
    check_int(session.end.stage, VR_STAGE_READ);
    check_int(session.end.code, -ENOBUFS);
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), 1);
    turn_some(reactor, 3);
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), 1);

    vr_test_sys_fail(VR_TEST_SYS_RECV, 0, 0, 0);
    session_say(&session, "still here");
    turn_until(reactor, other.received == 10);
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, session.is_closed);
    check_int(session.why.code, -ENOBUFS);
    tear_down();
}

/* promise sockets-8 */
TEST(socket_failures, a_failing_write_ends_writing_only)
{
    set_up_pair();
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 1, ENOBUFS);
    session_say(&session, "lost");
    turn_until(reactor, strstr(session.story, "stopped"));
    check_int(vr_writer_text(&session.agent.writer, "x"), -VR_ECLOSED);

    session_say(&other, "heard");
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_closed);

    check_str(session.text, "heard");
    check_str(session.story,
              "connected stopped:error data ended:eof closed:error ");
    check_int(session.why.code, -ENOBUFS);
    check_int(session.why.stage, VR_STAGE_WRITE);
    tear_down();
}

TEST(socket_failures, a_reset_in_the_middle_of_writing_is_told)
{
    set_up_pair();
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 2, 1, ECONNRESET);
    vr_test_sys_limit(100);
    session_say(&session, "first");
    turn_until(reactor, other.received == 5);
    session_say(&session, "second");
    turn_until(reactor, strstr(session.story, "stopped"));
    check_str(session.story, "connected stopped:reset ");
    tear_down();
}

static void check_connect_fails(int err, enum vr_end_kind kind)
{
    set_up();
    raw_place(AF_INET, &place);
    vr_test_sys_fail(VR_TEST_SYS_CONNECT, 1, 1, err);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    check_str(session.story, "can_connect ");
    vr_test_advance(&test, 30 * VR_MSEC);
    turn_until(reactor, session.is_closed);

    check_int(session.end.after, 30 * VR_MSEC);
    check_int(session.end.kind, kind);
    check_int(session.end.code, -err);
    check_int(session.end.stage, VR_STAGE_CONNECT);
    check(strstr(session.closed_peer, "127.0.0.1:"));
    check(!strstr(session.story, "connected"));
    tear_down();
}

/* promises sockets-2, sockets-3 */
TEST(socket_failures, a_connect_that_fails_at_once_is_told_from_the_loop)
{
    check_connect_fails(ENETUNREACH, VR_END_ERROR);
    check_connect_fails(ETIMEDOUT, VR_END_TIMEOUT);
}

TEST(socket_failures, no_descriptor_left_is_told_by_connect)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    vr_test_sys_fail(VR_TEST_SYS_SOCKET, 1, 1, EMFILE);

    check_int(vr_socket_connect(&session.socket, &place), -EMFILE);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.peer[0]);
    raw_close_listening(listening);
    tear_down();
}

TEST(socket_failures, an_option_that_is_refused_is_told_by_connect)
{
    set_up();
    session_close(&session);
    session_init(&session, reactor, NULL);
    int listening = raw_listen(AF_INET, &place);
    vr_test_sys_fail(VR_TEST_SYS_SETSOCKOPT, 1, 1, ENOPROTOOPT);
    check_int(vr_socket_connect(&session.socket, &place), -ENOPROTOOPT);
    check_int(vr_socket_fd(&session.socket), -1);
    raw_close_listening(listening);
    tear_down();
}

/* ---- memory ---- */

/* An echo whose buffers must hold something on both sides; what memory does
 * to it shows in the stories. */
static void run_short_session(void)
{
    session.to_send = 3000;
    session.then_ends = true;
    session_narrow(&session, 100);
    other.echoes = true;
    other.least = 2000;
    session_narrow(&other, VR_UNLIMITED);
    vr_test_sys_limit(1500);
    if (vr_socket_pair(&session.socket, &other.socket))
        return;
    for (int i = 0; i < 40; i++) {
        check(vr_reactor_turn(reactor, 0) >= 0);
        if (i == 20)
            vr_link_grant(&session.agent.inbound, VR_UNLIMITED);
    }
}

static void check_still_usable(void)
{
    session_close(&session);
    session_close(&other);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    session_say(&session, "hello");
    turn_until(reactor, other.received == 5);
}

static int allocations_of_a_session(void)
{
    set_up();
    int64_t before = vr_test_allocations(&test);
    run_short_session();
    check_int(session.received, 3000);
    check(session.is_closed && other.is_closed);
    int count = (int)(vr_test_allocations(&test) - before);
    tear_down();
    return count;
}

TEST(socket_failures, no_allocation_that_fails_leaks_crashes_or_hangs)
{
    int count = allocations_of_a_session();

    check(count > 3);
    for (int nth = 1; nth <= count; nth++) {
        set_up();
        vr_test_fail_allocation(&test, nth, 1);
        run_short_session();
        vr_test_fail_allocation(&test, 0, 0);
        check_still_usable();
        tear_down();
    }
}

TEST(socket_failures, memory_that_ran_out_reading_is_told_and_closes)
{
    set_up();
    session.least = 100;
    session_narrow(&session, VR_UNLIMITED);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    vr_writer_end(&session.agent.writer);
    turn_until(reactor, other.is_over);

    session_say(&other, "too few");
    vr_test_fail_allocation(&test, 1, 1); /* what is left was not kept */
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected aborted:error closed:error ");
    check_int(session.why.code, -ENOMEM);
    tear_down();
}
