/* SPDX-License-Identifier: MIT */
/**
 * @file test_listener_open.c
 * Tests of io/wire/listener.h: what a listener that cannot open says, and of
 * which address, and IPv6 beside IPv4.
 */
#include <vreactor/io/wire/listener.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/child.h"
#include "tests/support/raw.h"
#include "tests/support/server.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_log_watcher watcher;
static struct vr_listener listener;
static struct vr_address place;
static char warning[VR_ADDRESS_TEXT_SIZE + 128]; /* the last one */
static int warnings;

static void keep_warning(struct vr_log_watcher *self,
                         const struct vr_log_entry *entry)
{
    (void)self;
    if (entry->level < VR_LOG_WARN)
        return;
    warnings++;
    (void)snprintf(warning, sizeof(warning), "%s", entry->text);
}

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    warnings = 0;
    warning[0] = '\0';
    vr_log_watcher_init(&watcher, keep_warning);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
}

static void tear_down(void)
{
    vr_logger_detach(&watcher);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static int open_at(const struct vr_address *peer,
                   const struct vr_listener_options *options)
{
    return vr_listener_open(&listener, reactor, peer, options,
                            &server_of_nobody);
}

/* ---- what it says ---- */

/* The one warning names @p place and @p err. */
static void check_warned(int err)
{
    char text[VR_ADDRESS_TEXT_SIZE], want[sizeof(warning)];

    turn_some(reactor, 1);
    (void)snprintf(want, sizeof(want), "%s: cannot listen: %s (%s)",
                   vr_address_format(&place, text, sizeof(text)),
                   vr_strerror(err), vr_errname(err));
    check_str(warning, want);
    check_int(warnings, 1);
    warnings = 0;
}

static void check_names_what_is_used(int family)
{
    set_up();
    int listening = raw_listen(family, &place);
    check_int(open_at(&place, NULL), -EADDRINUSE);
    check_warned(-EADDRINUSE);
    raw_close_listening(listening);
    tear_down();
}

TEST(listener_open, an_error_names_the_address)
{
    check_names_what_is_used(AF_INET);
    check_names_what_is_used(AF_UNIX);
}

static void check_names(enum vr_test_sys_call call)
{
    vr_test_sys_fail(call, 1, 1, 0);
    check_int(open_at(&place, NULL), -vr_test_sys_likely(call));
    check_warned(-vr_test_sys_likely(call));
}

TEST(listener_open, each_step_that_fails_names_the_address)
{
    set_up();
    raw_place(AF_UNIX, &place);
    check_names(VR_TEST_SYS_SOCKET);
    check_names(VR_TEST_SYS_BIND);
    check_names(VR_TEST_SYS_LSTAT);
    check_names(VR_TEST_SYS_LISTEN);
    check_names(VR_TEST_SYS_GETSOCKNAME);
    check_int(access(raw_path(), F_OK), -1);
    tear_down();
}

TEST(listener_open, what_the_program_knows_is_not_told)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .backlog = -1};

    set_up();
    raw_place(AF_INET, &place);
    check_int(open_at(&place, &options), -EINVAL);
    turn_some(reactor, 1);
    check_int(vr_reactor_close(reactor), 0);
    warnings = 0; /* of the closing */
    check_int(open_at(&place, NULL), -VR_ECLOSED);
    check_int(warnings, 0);
    tear_down();
}

static int open_in_child(void)
{
    child_check(open_at(&place, NULL) == -ECHILD);
    child_check(vr_test_sys_count(VR_TEST_SYS_SOCKET) == 0);
    return 0;
}

/* promise fork-1 */
TEST(listener_open, a_child_opens_nothing)
{
    set_up();
    raw_place(AF_INET, &place);
    check_in_child(open_in_child);
    tear_down();
}

/* ---- [::] beside 0.0.0.0 ---- */

static struct vr_address any_ip4(int port)
{
    struct sockaddr_in addr = {.sin_family = AF_INET};
    struct vr_address peer;

    addr.sin_port = htons((in_port_t)port);
    check_int(
        vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr), &peer),
        0);
    return peer;
}

static struct vr_address any_ip6(void)
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6};
    struct vr_address peer;

    check_int(
        vr_address_from_sockaddr((struct sockaddr *)&addr, sizeof(addr), &peer),
        0);
    return peer;
}

enum { TRIES = 20 };

/* Its port may be used by somebody else at 0.0.0.0. */
TEST(listener_open, an_ipv6_listener_may_leave_ipv4_to_another)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .v6_only = true};
    struct vr_listener both;
    int err = -EADDRINUSE;

    set_up();
    raw_close_listening(raw_listen(AF_INET6, &place));
    for (int i = 0; i < TRIES && err == -EADDRINUSE; i++) {
        place = any_ip6();
        check_int(open_at(&place, &options), 0);
        place = any_ip4(vr_address_port(vr_listener_local(&listener)));
        err = vr_listener_open(&both, reactor, &place, &options,
                               &server_of_nobody);
        vr_listener_close(&listener);
        turn_some(reactor, 1);
    }
    check_int(err, 0);
    vr_listener_close(&both);
    turn_some(reactor, 1);
    tear_down();
}

TEST(listener_open, v6_only_reaches_the_descriptor)
{
    struct vr_listener_options options = {.size = sizeof(options),
                                          .v6_only = true};
    int on = 0;
    socklen_t len = sizeof(on);

    set_up();
    raw_close_listening(raw_listen(AF_INET6, &place));
    place = any_ip6();
    check_int(open_at(&place, &options), 0);
    check_int(getsockopt(listener.fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, &len), 0);
    check(on != 0);
    vr_listener_close(&listener);
    turn_some(reactor, 1);
    tear_down();
}
