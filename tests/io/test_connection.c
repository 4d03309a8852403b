/* SPDX-License-Identifier: MIT */
/**
 * @file test_connection.c
 * Tests of io/wire/connection.h: how a connection begins, what its program
 * hears, and how it ends.
 */
#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/io/connection_fixture.h"
#include "tests/io/connector_fixture.h"
#include "tests/io/counting_filter.h"

static struct vr_reactor *reactor;
static struct vr_listener listener;
static struct vr_address place;
static struct user user, client;

static void set_up_with(const struct vr_env *env)
{
    reactor = session_reactor(env);
    listener.fd = -1; /* not open */
    user = client = (struct user){.echoes = false};
}

static void set_up(void)
{
    set_up_with(NULL);
}

static void tear_down(void)
{
    vr_listener_close(&listener);
    turn_some(reactor, 2);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- the beginning ---- */

static int on_accepted(struct vr_listener *from, int fd,
                       const struct vr_address *peer)
{
    user.echoes = true;
    vr_connection_accept(&user.connection, from, fd, peer, NULL, &user_ops);
    return 0;
}

static void listen_at(int family)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    raw_place(family, &place);
    check_int(vr_listener_open(&listener, reactor, &place, NULL, &ops), 0);
    place = *vr_listener_local(&listener);
}

static void say_hello(struct user *to_be)
{
    check_int(vr_connection_write(&to_be->connection, "hello", 5), 0);
}

static void check_talks(int family)
{
    set_up();
    listen_at(family);
    vr_connection_connect(&client.connection, reactor, &place, NULL, &user_ops);
    say_hello(&client);
    check_str(client.story, ""); /* not inside the call */
    turn_until(reactor, client.received == 5);
    check_str(client.text, "hello");
    const struct vr_address peer = vr_chain_peer(&client.connection.chain);
    check(vr_address_is_equal(&peer, &place));

    vr_writer_end(&client.connection.agent.writer);
    turn_until(reactor, user.is_closed && client.is_closed);
    check_str(user.story, "connected data closed:eof ");
    check_str(client.story, "connected data closed:eof ");
    tear_down();
}

TEST(connection, connects_is_accepted_and_ends_with_its_peer)
{
    check_talks(AF_INET);
    check_talks(AF_UNIX);
}

static void check_could_not_begin(int code, enum vr_end_stage stage)
{
    check_str(user.story, "");
    turn_until(reactor, user.is_closed);
    check_str(user.story, "closed:error ");
    check_int(user.why.code, code);
    check_int(user.why.stage, stage);
    turn_some(reactor, 2);
}

/* promise connections-4 */
TEST(connection, that_cannot_connect_is_closed_from_the_loop)
{
    static const struct vr_address unknown;

    set_up();
    vr_connection_connect(&user.connection, reactor, &unknown, NULL, &user_ops);
    check_could_not_begin(-EINVAL, VR_STAGE_CONNECT);
    tear_down();
}

static struct vr_address seen;

static void remember_peer(struct user *one)
{
    seen = vr_chain_peer(&one->connection.chain);
}

TEST(connection, that_cannot_connect_tells_to_whom)
{
    struct vr_test_env test;

    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    set_up_with(&test.env);
    raw_place(AF_INET, &place);
    user.then = remember_peer;
    vr_test_sys_fail(VR_TEST_SYS_SOCKET, 1, 1, EMFILE);
    vr_connection_connect(&user.connection, reactor, &place, NULL, &user_ops);
    check_could_not_begin(-EMFILE, VR_STAGE_CONNECT);
    check(vr_address_is_equal(&seen, &place));
    tear_down();
}

/* promise connections-4 */
TEST(connection, that_cannot_adopt_closes_the_descriptor)
{
    int ends[2];

    set_up();
    check_int(pipe(ends), 0);
    vr_connection_adopt(&user.connection, reactor, ends[0], NULL, NULL,
                        &user_ops);
    check_could_not_begin(-ENOTSOCK, VR_STAGE_NONE);
    check_int(close(ends[0]), -1);
    check_int(close(ends[1]), 0);
    tear_down();
}

/* promise connections-4 */
TEST(connection, with_options_that_cannot_be_is_closed_from_the_loop)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;
    int ends[2];

    set_up();
    options.half_close = (enum vr_half_close)99;
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    vr_connection_adopt(&user.connection, reactor, ends[0], NULL, &options,
                        &user_ops);
    check_could_not_begin(-EINVAL, VR_STAGE_NONE);
    check_int(close(ends[0]), -1);
    check_int(close(ends[1]), 0);
    tear_down();
}

/* promise connections-4 */
TEST(connection, of_a_closed_reactor_is_closed_when_that_is_freed)
{
    set_up();
    raw_place(AF_INET, &place);
    check_int(vr_reactor_close(reactor), 0);
    vr_connection_connect(&user.connection, reactor, &place, NULL, &user_ops);
    check(!user.is_closed);
    check_int(vr_reactor_free(reactor), 0);
    check_int(user.why.code, -VR_ECLOSED);
}

TEST(connection, that_was_refused_says_so)
{
    set_up();
    place_of_nobody(AF_INET, &place);
    vr_connection_connect(&user.connection, reactor, &place, NULL,
                          &user_ops_with_end);
    say_hello(&user);
    turn_until(reactor, user.is_closed);
    check_str(user.story, "ended:error stopped:error closed:error ");
    check_int(user.why.code, -ECONNREFUSED);
    check_int(user.why.stage, VR_STAGE_CONNECT);
    tear_down();
}

/* ---- the end ---- */

TEST(connection, whose_program_hears_the_end_may_write_behind_it)
{
    char text[6] = "";

    set_up();
    int fd = user_adopt(&user, reactor, &user_ops_with_end);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, strstr(user.story, "ended"));
    turn_some(reactor, 3);
    check_str(user.story, "connected ended:eof ");
    say_hello(&user);
    vr_writer_end(&user.connection.agent.writer);
    turn_until(reactor, user.is_closed);
    check_int(raw_read(fd, text, sizeof(text)), 5);
    check_int(close(fd), 0);
    tear_down();
}

/* promise connections-6 */
TEST(connection, that_is_reset_is_over)
{
    set_up();
    raw_reset(user_adopt_tcp(&user, reactor, &user_ops));
    turn_until(reactor, user.is_closed);
    check_int(user.why.kind, VR_END_RESET);
    tear_down();
}

TEST(connection, finishes_behind_what_was_written)
{
    char text[6] = "";

    set_up();
    int fd = user_adopt_tcp(&user, reactor, &user_ops);
    raw_send(fd, "unread", 6);
    say_hello(&user);
    vr_connection_finish(&user.connection);
    check_int(vr_connection_write(&user.connection, "x", 1), -VR_ECLOSED);
    turn_until(reactor, raw_is_readable(fd));
    turn_some(reactor, 3);
    check_int(raw_read(fd, text, sizeof(text)), 5);
    check_int(close(fd), 0);
    turn_until(reactor, user.is_closed);
    check_int(user.received, 0);
    tear_down();
}

TEST(connection, ends_with_its_reactor)
{
    set_up();
    int fd = user_adopt(&user, reactor, &user_ops);
    turn_until(reactor, user.story[0]);
    check_int(vr_reactor_close(reactor), 0);
    check(user.is_closed);
    check_int(user.why.code, -VR_ECLOSED);
    check_int(close(fd), 0);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- what the hooks may do ---- */

static const char *last_word; /* that `then` waits for */

static void close_then(struct user *one)
{
    if (!one->is_closed && strstr(one->story, last_word))
        vr_connection_close(&one->connection, NULL);
}

static void check_may_close_in(const char *word)
{
    set_up();
    last_word = word;
    user.then = close_then;
    int fd = user_adopt(&user, reactor, &user_ops_with_end);
    raw_send(fd, "data", 4);
    check_int(shutdown(fd, SHUT_WR), 0);
    turn_until(reactor, user.is_closed);
    check_int(user.why.kind, VR_END_LOCAL);
    check_int(close(fd), 0);
    tear_down();
}

TEST(connection, may_be_closed_by_any_of_its_hooks)
{
    check_may_close_in("connected");
    check_may_close_in("data");
    check_may_close_in("ended");
}

static int freed;

static void free_then(struct user *one)
{
    if (!one->is_closed)
        return;
    freed++;
    free(one);
}

TEST(connection, may_be_freed_by_its_last_hook)
{
    set_up();
    struct user *one = calloc(1, sizeof(*one));
    check(one != NULL);
    one->then = free_then;
    check_int(close(user_adopt(one, reactor, &user_ops)), 0);
    turn_until(reactor, freed);
    tear_down();
}

/* After a stop its closing runs, and pumps wait for the next run. */
TEST(connection, that_could_not_begin_may_be_used_until_it_is_closed)
{
    struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

    set_up();
    struct user *one = calloc(1, sizeof(*one));
    check(one != NULL);
    one->then = free_then;
    freed = 0;
    options.half_close = (enum vr_half_close)99;
    vr_connection_connect(&one->connection, reactor, &place, &options,
                          &user_ops);
    check_int(vr_connection_write(&one->connection, "x", 1), -VR_ECLOSED);
    vr_connection_finish(&one->connection);
    vr_reactor_stop(reactor);
    turn_some(reactor, 3);
    check_int(freed, 1);
    tear_down();
}

static int answer(struct vr_connection *connection,
                  const struct vr_control *msg)
{
    user_hears(user_of(connection), msg->kind->name, NULL);
    return vr_control_is(msg, vr_control_can_connect()) ? -EPERM : 0;
}

TEST(connection, hears_questions)
{
    struct vr_connection_ops ops = user_ops;

    set_up();
    ops.control = answer;
    raw_place(AF_INET, &place);
    vr_connection_connect(&user.connection, reactor, &place, NULL, &ops);
    turn_until(reactor, user.is_closed);
    check_str(user.story, "vreactor.can_connect closed:error ");
    check_int(user.why.code, -VR_EREFUSED);
    tear_down();
}

/* Before it is greeted: the loop has not come by. */
TEST(connection, takes_filters)
{
    struct filter filter;

    set_up();
    int fd = user_adopt(&user, reactor, &user_ops);
    init_filter(&filter, reactor);
    check_int(vr_chain_insert(&user.connection.socket.element,
                              &filter.filter.element),
              0);
    raw_send(fd, "data", 4);
    turn_until(reactor, user.received == 4);
    check_int(filter.seen, 4);
    check_str(user.story, "connected data ");
    check_int(close(fd), 0);
    turn_until(reactor, user.is_closed);
    tear_down();
}

TEST(connection, without_hooks_is_closed_all_the_same)
{
    static const struct vr_connection_ops least = {.consume = user_consume};

    set_up();
    int fd = user_adopt(&user, reactor, &least);
    raw_send(fd, "data", 4);
    turn_until(reactor, user.received == 4);
    check_int(close(fd), 0);
    turn_until(reactor, vr_chain_next(reactor, NULL) == NULL);
    tear_down();
}
