/* SPDX-License-Identifier: MIT */
/**
 * @file test_pump.c
 * Tests of vr_pump_later() and of `closed`: nothing of a connection waits for
 * calls that are due, however many there are.
 */
#include <vreactor/io/link.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/reactor/call.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { A_TURN = 1024, FEW = 5000, A_MILLION = 1000000 };

static struct vr_reactor *reactor;
static struct session session;
static struct vr_call *calls;
static int peer; /* what is at the other end */
static int runs; /* of calls */
static bool answered_before;

static void note_run(struct vr_call *call)
{
    (void)call;
    if (runs++ == 0)
        answered_before = raw_is_readable(peer);
}

static void set_up(int family)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session.echoes = true;
    peer = session_adopt_raw(&session, family);
    turn_some(reactor, 2);
    runs = 0;
}

/* All due, and none has run. */
static void schedule(int count)
{
    calls = calloc((size_t)count, sizeof(*calls));
    check(calls != NULL);
    for (int i = 0; i < count; i++) {
        vr_call_init(&calls[i], reactor, note_run);
        vr_call_after(&calls[i], 0);
    }
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    free(calls);
    close(peer);
}

static void check_echo_before(int count)
{
    char byte;

    set_up(AF_INET);
    raw_send(peer, "x", 1);
    raw_wait_sent(peer);
    schedule(count);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check(answered_before);
    check_int(runs, A_TURN);
    check_int(recv(peer, &byte, 1, MSG_DONTWAIT), 1);
    check_int(byte, 'x');
    tear_down();
}

/* promise links-28 */
TEST(pump, a_byte_is_echoed_before_all_calls_that_are_due)
{
    check_echo_before(FEW);
}

/* promise links-28 */
HEAVY_TEST(pump, a_byte_is_echoed_before_a_million_calls_that_are_due)
{
    check_echo_before(A_MILLION);
}

/* The pump that offers the end has the next one send it: in one turn they run
 * after the event and after the calls.
 * promise links-28 */
TEST(pump, an_end_is_answered_within_two_turns_beside_calls_that_are_due)
{
    set_up(AF_INET);
    check_int(shutdown(peer, SHUT_WR), 0);
    raw_wait_sent(peer);
    schedule(FEW);
    for (int turns = 1; turns <= 2; turns++) {
        check_int(vr_reactor_turn(reactor, 0), 0);
        check_int(runs, turns * A_TURN);
    }
    check(session.is_closed);
    tear_down();
}

static void say_and_close(struct vr_call *call)
{
    (void)call;
    session_say(&session, "bye");
    vr_writer_end(&session.agent.writer);
}

/* promise links-28 */
TEST(pump, what_a_call_writes_goes_before_the_calls_of_the_next_turn)
{
    struct vr_call call;
    char text[3];

    set_up(AF_UNIX);
    session.echoes = false;
    vr_call_init(&call, reactor, say_and_close);
    vr_call_after(&call, 0);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(recv(peer, text, 3, MSG_DONTWAIT), 3);
    check_int(recv(peer, text, 1, MSG_DONTWAIT), 0);
    tear_down();
}
