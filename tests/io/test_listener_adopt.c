/* SPDX-License-Identifier: MIT */
/**
 * @file test_listener_adopt.c
 * Tests of io/wire/listener.h: which listening descriptors it takes over from
 * whoever made them.
 */
#include <vreactor/io/wire/listener.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/base/err.h>

#include "tests/support/child.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

static struct vr_reactor *reactor;
static struct server server;
static struct vr_listener listener;
static struct vr_listener_options options;
static struct vr_address place;

static void set_up(const struct vr_env *env)
{
    reactor = session_reactor(env);
    options = (struct vr_listener_options){.size = sizeof(options)};
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- what listens ---- */

static void check_echoes(int fd)
{
    char byte = 'x';

    raw_send(fd, &byte, 1);
    turn_until(reactor, raw_is_readable(fd));
    check_int(raw_read(fd, &byte, 1), 1);
    check_int(close(fd), 0);
}

static void check_serves(int family)
{
    set_up(NULL);
    int listening = raw_listen(family, &place);
    int before = raw_connect(&place);
    server_adopt(&server, reactor, listening, NULL);
    check(vr_address_is_equal(server_place(&server), &place));
    check(fcntl(listening, F_GETFL) & O_NONBLOCK);
    check(fcntl(listening, F_GETFD) & FD_CLOEXEC);

    int after = raw_connect(&place);
    turn_until(reactor, server.accepted == 2);
    check_echoes(before);
    check_echoes(after);
    server_close(&server);
    check_int(fcntl(listening, F_GETFD), -1);
    (void)unlink(raw_path());
    tear_down();
}

TEST(listener_adopt, serves_those_that_came_before_it_and_after)
{
    check_serves(AF_INET);
    check_serves(AF_UNIX);
}

TEST(listener_adopt, serves_at_an_abstract_name)
{
    set_up(NULL);
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    if (vr_address_abstract("vr-test-adopt", 13, &place) ||
        bind(listening, (struct sockaddr *)&place.addr, place.len))
        test_skip("there are no abstract names here");
    check_int(listen(listening, 1), 0);
    server_adopt(&server, reactor, listening, NULL);
    int client = raw_connect(&place);
    turn_until(reactor, server.accepted == 1);
    check_echoes(client);
    server_close(&server);
    tear_down();
}

TEST(listener_adopt, accepts_only_as_many_as_it_is_allowed)
{
    set_up(NULL);
    options.controlled = true;
    server_adopt(&server, reactor, raw_listen(AF_INET, &place), &options);
    int first = raw_connect(&place), second = raw_connect(&place);
    turn_some(reactor, 5);
    check_int(server.accepted, 0);
    vr_listener_allow(&server.listener, 1);
    turn_until(reactor, server.accepted == 1);
    turn_some(reactor, 5);
    check_int(server.accepted, 1);
    check_int(close(first), 0);
    check_int(close(second), 0);
    server_close(&server);
    tear_down();
}

/* Whoever started the program may hand the socket to the next one, too. */
/* promise sockets-24 */
TEST(listener_adopt, leaves_the_path_to_those_that_bound_it)
{
    set_up(NULL);
    server_adopt(&server, reactor, raw_listen(AF_UNIX, &place), NULL);
    server_close(&server);
    check_int(access(raw_path(), F_OK), 0);
    check_int(unlink(raw_path()), 0);
    tear_down();
}

/* ---- what does not ---- */

static int adopt(int fd)
{
    return vr_listener_adopt(&listener, reactor, fd, &options,
                             &server_of_nobody);
}

/* It stays as it was. */
static void check_refused(int fd, int err)
{
    int flags = fcntl(fd, F_GETFL), own = fcntl(fd, F_GETFD);

    check_int(adopt(fd), err);
    check_int(fcntl(fd, F_GETFL), flags);
    check_int(fcntl(fd, F_GETFD), own);
    vr_listener_close(&listener); /* nothing happens */
}

static void close_both(const int ends[2])
{
    check_int(close(ends[0]), 0);
    check_int(close(ends[1]), 0);
}

TEST(listener_adopt, what_is_no_socket_is_refused_at_once)
{
    int ends[2];

    set_up(NULL);
    check_int(pipe(ends), 0);
    check_refused(ends[0], -ENOTSOCK);
    close_both(ends);
    check_int(adopt(ends[0]), -EBADF);
    check_int(adopt(-1), -EBADF);
    tear_down();
}

TEST(listener_adopt, what_is_no_stream_is_refused_at_once)
{
    int ends[2];

    set_up(NULL);
    check_int(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends), 0);
    check_refused(ends[0], -EPROTOTYPE);
    close_both(ends);
    tear_down();
}

/* promise sockets-25 */
TEST(listener_adopt, what_does_not_listen_is_refused_at_once)
{
    int ends[2];

    set_up(NULL);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_refused(ends[0], -EINVAL);
    close_both(ends);

    int fd = socket(AF_INET, SOCK_STREAM, 0);
    check_refused(fd, -EINVAL);
    check_int(close(fd), 0);
    tear_down();
}

/* As that of a virtual machine's host. */
static int tell_strange_name(int fd, struct sockaddr *addr, socklen_t *len)
{
    (void)fd;
    *addr = (struct sockaddr){.sa_family = 200};
    *len = sizeof(*addr);
    return 0;
}

TEST(listener_adopt, a_family_that_nobody_knows_is_refused_at_once)
{
    struct vr_sys sys = VR_SYS_INIT;
    struct vr_env env = VR_ENV_INIT;

    sys.getsockname = tell_strange_name;
    env.sys = &sys;
    set_up(&env);
    int listening = raw_listen(AF_INET, &place);
    check_refused(listening, -EAFNOSUPPORT);
    raw_close_listening(listening);
    tear_down();
}

/* They were decided when it was bound. */
TEST(listener_adopt, options_of_binding_are_refused)
{
    set_up(NULL);
    int listening = raw_listen(AF_INET, &place);
    options.backlog = 1;
    check_refused(listening, -EINVAL);
    options = (struct vr_listener_options){.size = sizeof(options),
                                           .reuse_port = true};
    check_refused(listening, -EINVAL);
    options =
        (struct vr_listener_options){.size = sizeof(options), .v6_only = true};
    check_refused(listening, -EINVAL);
    raw_close_listening(listening);
    tear_down();
}

/* promise sockets-25 */
TEST(listener_adopt, a_closed_reactor_leaves_it_to_the_caller)
{
    set_up(NULL);
    int listening = raw_listen(AF_INET, &place);
    check_int(vr_reactor_close(reactor), 0);
    check_refused(listening, -VR_ECLOSED);
    raw_close_listening(listening);
    tear_down();
}

static int listening_for_child;

static int adopt_in_child(void)
{
    child_check(adopt(listening_for_child) == -ECHILD);
    return 0;
}

/* promise fork-1 */
TEST(listener_adopt, a_child_adopts_nothing)
{
    set_up(NULL);
    listening_for_child = raw_listen(AF_INET, &place);
    check_in_child(adopt_in_child);
    raw_close_listening(listening_for_child);
    tear_down();
}
