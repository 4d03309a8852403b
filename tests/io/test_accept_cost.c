/* SPDX-License-Identifier: MIT */
/**
 * @file test_accept_cost.c
 * What a connection costs that a listener accepts, counted: the system is asked
 * nothing that was just set, or said.
 */
#include <vreactor/io/wire/listener.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/io/connection_fixture.h"
#include "tests/support/counting.h"

enum { GUESTS = 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_listener listener;
static struct user guests[GUESTS];
static int fds[GUESTS];
static int accepted, closed;
static bool adopting;
static struct vr_socket_options options = VR_SOCKET_OPTIONS_INIT;

static void count_closed(struct user *user)
{
    closed += user->is_closed;
}

static int on_accepted(struct vr_listener *from, int fd,
                       const struct vr_address *peer)
{
    struct user *guest = &guests[accepted++];

    *guest = (struct user){.then = count_closed};
    if (adopting)
        vr_connection_adopt(&guest->connection, reactor, fd, peer, &options,
                            &user_ops);
    else
        vr_connection_accept(&guest->connection, from, fd, peer, &options,
                             &user_ops);
    return 0;
}

static void come(int count)
{
    accepted = closed = 0;
    for (int i = 0; i < count; i++)
        fds[i] = raw_connect(vr_listener_local(&listener));
    turn_until(reactor, accepted == count && guests[count - 1].story[0]);
}

static void go(int count)
{
    for (int i = 0; i < count; i++)
        check_int(close(fds[i]), 0);
    turn_until(reactor, closed == count);
}

static int no_delay_of(const struct user *guest)
{
    int on = -1;
    socklen_t len = sizeof(on);

    check_int(getsockopt(vr_socket_fd(&guest->connection.socket), IPPROTO_TCP,
                         TCP_NODELAY, &on, &len),
              0);
    return on != 0;
}

/* The first come and go has what is needed once. */
static void set_up(int family)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};
    struct vr_address place;

    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    raw_place(family, &place);
    check_int(vr_listener_open(&listener, reactor, &place, NULL, &ops), 0);
    come(GUESTS);
    go(GUESTS);
    vr_test_sys_reset();
}

static void tear_down(void)
{
    vr_listener_close(&listener);
    turn_some(reactor, 2);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void check_asked_nothing(void)
{
    check_int(vr_test_sys_count(VR_TEST_SYS_GETSOCKOPT), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_SETSOCKOPT), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_GETSOCKNAME), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_GETPEERNAME), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_GET_FD_FLAGS), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_SET_FD_FLAGS), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_GET_FL_FLAGS), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_SET_FL_FLAGS), 0);
}

/* Twice for each connection: it begins to be watched, and ends. */
static void check_watched_once(void)
{
    if (!strcmp(counting_selector()->name, "epoll"))
        check_int(vr_test_sys_count(VR_TEST_SYS_EPOLL_CTL), 2 * GUESTS);
}

static void check_cost(int family)
{
    set_up(family);
    come(GUESTS);
    check_asked_nothing();
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), 0);
    go(GUESTS);
    check_asked_nothing();
    check_watched_once();
    check_int(vr_test_sys_count(VR_TEST_SYS_RECV), GUESTS); /* its end */
    check_int(vr_test_sys_count(VR_TEST_SYS_CLOSE), GUESTS);
    tear_down();
}

/* promise connections-8 */
TEST(accept_cost, of_a_connection_is_accept_watch_and_close)
{
    check_cost(AF_INET);
    check_cost(AF_UNIX);
}

/* One call more finds that there are no more. */
TEST(accept_cost, of_many_that_come_at_once_is_one_call_each_and_one)
{
    set_up(AF_INET);
    come(GUESTS);
    check(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) <= 2 * GUESTS);
    check(vr_test_sys_count(VR_TEST_SYS_ANY_ACCEPT) >= GUESTS + 1);
    go(GUESTS);
    tear_down();
}

static void check_no_delay(bool adopts, bool delay)
{
    adopting = adopts;
    options.delay = delay;
    come(1);
    check_int(no_delay_of(&guests[0]), !delay);
    go(1);
}

/* They inherit that from the listener, unless they are to have it otherwise. */
TEST(accept_cost, small_pieces_of_what_is_accepted_are_not_delayed)
{
    set_up(AF_INET);
    for (int way = 0; way < 4; way++)
        check_no_delay(way & 1, way & 2);
    adopting = false;
    options.delay = false;
    tear_down();
}
