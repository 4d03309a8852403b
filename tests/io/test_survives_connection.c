/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_connection.c
 * Tests of io/wire/connection.h when memory or the system fails.
 */
#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/io/wire/listener.h>

#include "tests/io/connection_fixture.h"
#include "tests/support/survive.h"

static struct user user;
static struct vr_listener listener;
static struct vr_address place;
static int fds[2], listening;

static void wait_until_closed(void)
{
    for (int i = 0; i < 100 && !user.is_closed; i++)
        survive_turns(1);
    check(user.is_closed);
}

static void close_user(void)
{
    vr_connection_close(&user.connection, NULL);
    wait_until_closed();
}

/* ---- the beginning ---- */

static void set_up_to_adopt(void)
{
    user = (struct user){.echoes = true};
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
}

static int adopt(void)
{
    vr_connection_adopt(&user.connection, survive_reactor, fds[0], NULL, NULL,
                        &user_ops);
    return 0;
}

/* It echoes, or was told why it could not begin. */
static void it_is_there_or_closed(int err)
{
    char byte = 0;

    check_int(err, 0);
    survive_turns(2);
    if (user.is_closed) {
        survive_check_told(user.why.code);
        check_int(raw_read(fds[1], &byte, 1), 0);
    } else {
        raw_send(fds[1], "x", 1);
        survive_turns(3);
        check_int(raw_read(fds[1], &byte, 1), 1);
        close_user();
    }
    check(!close(fds[1]));
}

TEST(survives_connection, adopting)
{
    check(survive(set_up_to_adopt, adopt, it_is_there_or_closed) > 4);
}

static struct vr_socket other;

static void set_up_to_join(void)
{
    set_up_to_adopt();
    check_int(vr_socket_init(&other, survive_reactor, NULL), 0);
}

static int join(void)
{
    vr_connection_join(&user.connection, survive_reactor, &other.wire.element,
                       &user_ops);
    return 0;
}

static void it_is_there(int err)
{
    check_int(vr_socket_adopt(&other, fds[0], NULL), 0);
    it_is_there_or_closed(err);
}

TEST(survives_connection, joining_a_wire)
{
    check_int(survive(set_up_to_join, join, it_is_there), 0);
}

static int on_accepted(struct vr_listener *from, int fd,
                       const struct vr_address *peer)
{
    vr_connection_accept(&user.connection, from, fd, peer, NULL, &user_ops);
    return 0;
}

static void set_up_to_accept(void)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    user = (struct user){.echoes = true};
    raw_place(AF_INET, &place);
    check_int(vr_listener_open(&listener, survive_reactor, &place, NULL, &ops),
              0);
    fds[1] = raw_connect(vr_listener_local(&listener));
}

static int turn_some_more(void)
{
    return survive_act_turns(4);
}

/* After a pause, perhaps; a listener the kernel refused to watch is closed. */
static void it_was_accepted_or_not(int err)
{
    (void)err;
    vr_test_advance(&survive_env, VR_SEC);
    survive_turns(4);
    check(!close(fds[1]));
    if (user.connection.ops)
        wait_until_closed();
    vr_listener_close(&listener);
    survive_turns(2);
}

TEST(survives_connection, being_accepted)
{
    check(survive(set_up_to_accept, turn_some_more, it_was_accepted_or_not) >
          4);
}

static void set_up_to_connect(void)
{
    user = (struct user){.echoes = true};
    listening = raw_listen(AF_INET, &place);
}

static int do_connect(void)
{
    vr_connection_connect(&user.connection, survive_reactor, &place, NULL,
                          &user_ops);
    return 0;
}

static void it_connects_or_says_why(int err)
{
    check_int(err, 0);
    for (int i = 0; i < 100 && !user.story[0]; i++)
        survive_turns(1);
    if (user.is_closed) {
        check_int(user.why.stage, VR_STAGE_CONNECT);
        survive_check_told(user.why.code);
    } else {
        check_str(user.story, "connected ");
        close_user();
    }
    raw_close_listening(listening);
}

TEST(survives_connection, connecting)
{
    check(survive(set_up_to_connect, do_connect, it_connects_or_says_why) > 2);
}

/* ---- what it does ---- */

static void set_up_open(void)
{
    set_up_to_adopt();
    (void)adopt();
    survive_turns(2);
    check_str(user.story, "connected ");
}

static int write_some(void)
{
    return vr_connection_write(&user.connection, "hello", 5);
}

static void it_was_written_or_not(int err)
{
    char text[6] = "";

    survive_turns(2);
    if (!err)
        check_int(raw_read(fds[1], text, 5), 5);
    close_user();
    check_int(raw_read(fds[1], text, 5), 0);
    check(!close(fds[1]));
}

TEST(survives_connection, writing)
{
    check(survive(set_up_open, write_some, it_was_written_or_not) > 0);
}

static int pause_and_resume(void)
{
    vr_connection_pause(&user.connection);
    vr_connection_resume(&user.connection);
    return 0;
}

TEST(survives_connection, pausing)
{
    check(survive(set_up_open, pause_and_resume, it_is_there_or_closed) >= 0);
}

static int finish(void)
{
    vr_connection_finish(&user.connection);
    return survive_act_turns(4);
}

static void it_has_finished(int err)
{
    (void)err;
    survive_turns(2);
    check(!close(fds[1]));
    wait_until_closed();
}

TEST(survives_connection, finishing)
{
    check(survive(set_up_open, finish, it_has_finished) > 0);
}

static int do_close(void)
{
    vr_connection_close(&user.connection, NULL);
    return 0;
}

static void it_was_closed(int err)
{
    char byte;

    check_int(err, 0);
    wait_until_closed();
    check_int(raw_read(fds[1], &byte, 1), 0);
    check(!close(fds[1]));
}

TEST(survives_connection, closing)
{
    check(survive(set_up_open, do_close, it_was_closed) > 0);
}
