/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_itself.c
 * A socket that connects to a port of nobody may meet itself, as two
 * that connect to each other at once do.
 */
#include <vreactor/io/wire/socket.h>

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <vreactor/base/env.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session;
static struct vr_env env;
static struct vr_sys sys;

static bool is_taken; /* somebody else has the port by now */

/* As the kernel does by itself, once in a while. */
static int connect_to_itself(int fd, const struct sockaddr *addr, socklen_t len)
{
    if (bind(fd, addr, len) == 0)
        return connect(fd, addr, len);

    check_int(errno, EADDRINUSE);
    is_taken = true;
    return -1;
}

/* @return false if the port is somebody's: another is to be tried */
static bool check_meets_itself(const void *addr, socklen_t len)
{
    struct vr_address place;

    is_taken = false;
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.connect = connect_to_itself;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    reactor = session_reactor(&env);
    session_init(&session, reactor, NULL);
    check_int(vr_address_from_sockaddr(addr, len, &place), 0);
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.is_closed || session.peer[0]);

    check_int(session.end.code, is_taken ? -EADDRINUSE : -ECONNREFUSED);
    check_int(session.end.stage, VR_STAGE_CONNECT);
    check(!strstr(session.story, "connected"));
    session_close(&session);
    check_int(vr_reactor_free(reactor), 0);
    return !is_taken;
}

/* One that nobody has now. */
static in_port_t free_port(int family)
{
    struct sockaddr_in6 ip6;
    struct sockaddr_in ip4;
    struct vr_address place;

    raw_close_listening(raw_listen(family, &place));
    memcpy(&ip4, &place.addr, sizeof(ip4));
    memcpy(&ip6, &place.addr, sizeof(ip6));
    return family == AF_INET ? ip4.sin_port : ip6.sin6_port;
}

static void check_ip4(in_addr_t host)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};

    addr.sin_addr.s_addr = htonl(host);
    do
        addr.sin_port = free_port(AF_INET);
    while (!check_meets_itself(&addr, sizeof(addr)));
}

TEST(socket_itself, a_socket_that_met_itself_is_not_connected)
{
    check_ip4(INADDR_LOOPBACK);
}

/* 0.0.0.0 is another name of this machine. */
TEST(socket_itself, nor_by_an_address_that_means_any)
{
    check_ip4(INADDR_ANY);
}

static void check_ip6(struct in6_addr host, unsigned scope)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6};

    addr.sin6_addr = host;
    addr.sin6_scope_id = scope;
    do
        addr.sin6_port = free_port(AF_INET6);
    while (!check_meets_itself(&addr, sizeof(addr)));
}

static struct in6_addr mapped(in_addr_t host)
{
    struct in6_addr addr = {.s6_addr = {[10] = 0xff, [11] = 0xff}};

    host = htonl(host);
    memcpy(addr.s6_addr + 12, &host, sizeof(host));
    return addr;
}

TEST(socket_itself, nor_by_any_form_of_an_ipv6_address)
{
    check_ip6(in6addr_loopback, 0);
    check_ip6(in6addr_loopback, 1); /* "::1%1" */
    check_ip6(in6addr_any, 0);
    check_ip6(mapped(INADDR_LOOPBACK), 0);
    check_ip6(mapped(INADDR_ANY), 0);
}
