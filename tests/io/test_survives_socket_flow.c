/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_socket_flow.c
 * Tests of what goes through a socket, and of its closing, when memory or the
 * system fails.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"
#include "tests/support/survive.h"

static struct session session, other;
static int listening;

/* Close it, unless it is, and see that it heard so once. */
static void close_session(struct session *closed)
{
    vr_chain_close(&closed->chain, NULL);
    survive_turns(2);
    check_int(session_count(closed, "closed:"), 1);
    check_int(vr_socket_fd(&closed->socket), -1);
}

/* Failures of waiting end a turn, those of the socket are told by it. */
static int turn_some_more(void)
{
    return survive_act_turns(10);
}

/* ---- moving bytes ---- */

enum { BYTES = 5000, PIECE = 700 };

/* By TCP: a unix socket cannot say that bytes are missing. */
static void set_up_to_send(void)
{
    struct vr_address place;

    session_init(&session, survive_reactor, NULL);
    session_init(&other, survive_reactor, NULL);
    listening = raw_listen(AF_INET, &place);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    check_int(vr_socket_adopt(&other.socket, raw_accept(listening), NULL), 0);
    survive_turns(3);
    other.is_pattern = true;
    other.ends_with_it = true;
    session.to_send = BYTES;
    session.then_ends = true;
    vr_test_sys_limit(PIECE);
}

static int send_all(void)
{
    session_send_on(&session);
    return turn_some_more();
}

/* What these say is over by the next try. */
static bool may_be_tried_again(int err)
{
    return err == -EINTR || err == -EAGAIN;
}

/* An orderly end means that nothing is missing. */
static void all_came_or_it_was_told(int err)
{
    (void)err;
    session_send_on(&session); /* what it had no memory for */
    survive_turns(50);
    check(other.is_over || session.is_over || strstr(session.story, "stopped"));
    close_session(&session);
    survive_turns(10);
    check(other.is_over);
    if (other.end.kind == VR_END_EOF)
        check_int(other.received, BYTES);
    else
        check(!may_be_tried_again(survive_error()));
    close_session(&other);
    raw_close_listening(listening);
}

TEST(survives_socket, moving_bytes)
{
    check(survive_one(set_up_to_send, send_all, all_came_or_it_was_told) > 20);
}

/* Who waits for more leaves the first pieces to the socket. */
static void set_up_to_send_to_a_waiting_one(void)
{
    set_up_to_send();
    other.least = 2 * PIECE;
    session_narrow(&other, VR_UNLIMITED);
}

TEST(survives_socket, moving_bytes_to_one_that_waits_for_more)
{
    check(survive_one(set_up_to_send_to_a_waiting_one, send_all,
                      all_came_or_it_was_told) > 20);
}

/* With all that follows failing too, not even a reset can be asked for. */
static void all_can_be_closed(int err)
{
    (void)err;
    survive_turns(10);
    close_session(&session);
    close_session(&other);
    raw_close_listening(listening);
}

TEST(survives_socket, moving_bytes_where_nothing_works_any_more)
{
    check(survive(set_up_to_send, send_all, all_can_be_closed) > 20);
}

/* The program has ended, so reading is what it hears it by. */
static void fail_behind_the_end(enum vr_test_sys_call call, int nth,
                                size_t received)
{
    survive_begin();
    set_up_to_send();
    session_say(&other, "reply");
    survive_turns(2);
    vr_test_sys_fail(call, nth, 1, ENOBUFS);
    session_send_on(&session);
    survive_turns(20);

    check_str(session.text, "reply");
    check_int(session_count(&session, "stopped"), 0);
    check_int(session.end.code, -ENOBUFS);
    check_int(session.end.stage, VR_STAGE_WRITE);
    check(session.is_closed);
    check_int(other.end.kind, VR_END_RESET);
    check_int(other.received, received);
    all_can_be_closed(0);
    survive_end();
}

/* promise sockets-9 */
TEST(survives_socket, writing_that_fails_behind_the_end_is_told_by_reading)
{
    fail_behind_the_end(VR_TEST_SYS_SENDMSG, 2, PIECE);
    fail_behind_the_end(VR_TEST_SYS_SHUTDOWN, 1, BYTES);
}

/* ---- closing ---- */

static void set_up_busy(void)
{
    set_up_to_send();
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 2, 1, EAGAIN);
    session_send_on(&session);
    survive_turns(1);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
}

static int close_both(void)
{
    vr_chain_close(&session.chain, NULL);
    vr_chain_close(&other.chain, NULL);
    return 0;
}

TEST(survives_socket, closing)
{
    check(survive(set_up_busy, close_both, all_can_be_closed) > 2);
}

static int close_reactor(void)
{
    return vr_reactor_close(survive_reactor);
}

static void both_were_closed(int err)
{
    check_int(err, 0);
    check_int(session_count(&session, "closed:"), 1);
    check_int(session_count(&other, "closed:"), 1);
    check_int(vr_reactor_free(survive_reactor), 0);
    survive_reactor = NULL;
    raw_close_listening(listening);
}

TEST(survives_socket, the_closing_of_its_reactor)
{
    check(survive(set_up_busy, close_reactor, both_were_closed) > 2);
}
