/* SPDX-License-Identifier: MIT */
/**
 * @file test_message_cost.c
 * What a message costs, counted: system calls, and allocations, once a
 * connection has come to rest.
 */
#include <vreactor/io/wire/socket.h>

#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MESSAGES = 100 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct session session;
static int peer;
static int64_t allocations;

static void forget_costs(void)
{
    vr_test_sys_reset();
    allocations = vr_test_allocations(&test);
}

static void send_one(void)
{
    size_t before = session.received;

    raw_send(peer, "hello", 5);
    turn_until(reactor, session.received == before + 5);
}

/* The first message has what is needed once made. */
static void set_up(bool echoes)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    session_init(&session, reactor, NULL);
    session.echoes = echoes;
    peer = session_adopt_raw(&session, AF_UNIX);
    send_one();
    turn_some(reactor, 2);
    forget_costs();
}

static void tear_down(void)
{
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
    close(peer);
}

static void check_cost(int reads, int writes, int allocated)
{
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), reads);
    check_int(vr_test_sys_count(VR_TEST_SYS_SENDMSG), writes);
    check_int(vr_test_allocations(&test) - allocations, allocated);
}

TEST(message_cost, of_a_reader_is_one_read)
{
    set_up(false);
    for (int i = 0; i < MESSAGES; i++)
        send_one();
    check_cost(MESSAGES, 0, 0);
    tear_down();
}

/* The echo is on its way when the turn that read has ended. */
TEST(message_cost, of_an_echo_is_one_read_one_write_and_a_queue)
{
    char text[5];

    set_up(true);
    for (int i = 0; i < MESSAGES; i++) {
        send_one();
        check_int(recv(peer, text, sizeof(text), MSG_DONTWAIT), 5);
    }
    check_cost(MESSAGES, MESSAGES, MESSAGES);
    tear_down();
}

static void say_three(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA)
        for (int i = 0; i < 3; i++)
            session_say(one, "abc");
}

TEST(message_cost, of_three_writes_in_one_hook_is_one_write)
{
    char text[9];

    set_up(false);
    session.hear = say_three;
    for (int i = 0; i < MESSAGES; i++) {
        send_one();
        check_int(recv(peer, text, sizeof(text), MSG_DONTWAIT), 9);
    }
    check_cost(MESSAGES, MESSAGES, MESSAGES);
    tear_down();
}
