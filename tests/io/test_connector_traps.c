/* SPDX-License-Identifier: MIT */
/**
 * @file test_connector_traps.c
 * Tests of io/wire/connector.h among what can be taken for a connection, or for
 * a failure.
 */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/io/connector_fixture.h"
#include "tests/support/script.h"

typedef int connect_fn(int fd, const struct sockaddr *addr, socklen_t len);

static struct vr_reactor *reactor;
static struct attempt attempt;
static struct vr_address place;
static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_env env;
static struct vr_sys sys;

static void set_up(connect_fn *connect_fd)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.connect = connect_fd;
    env = (struct vr_env)VR_ENV_INIT;
    env.sys = &sys;
    reactor = session_reactor(&env);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- connect(2) ---- */

static void set_up_failing(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    raw_place(AF_INET, &place);
}

static void tear_down_failing(void)
{
    tear_down();
    check_int(vr_test_blocks(&test), 0);
}

static void check_fails_at_once(int err, enum vr_end_kind kind)
{
    set_up_failing();
    vr_test_sys_fail(VR_TEST_SYS_CONNECT, 1, 1, err);
    attempt_begin(&attempt, reactor, &place);
    vr_test_advance(&test, 30 * VR_MSEC);
    turn_until(reactor, attempt.done);
    check_int(attempt.fd, -1);
    check_int(attempt.why.after, 30 * VR_MSEC);
    check_int(attempt.why.kind, kind);
    check_int(attempt.why.code, -err);
    tear_down_failing();
}

/* promise connections-1 */
TEST(connector_traps, a_failure_at_once_is_told_from_the_loop)
{
    check_fails_at_once(ENETUNREACH, VR_END_ERROR);
    check_fails_at_once(ETIMEDOUT, VR_END_TIMEOUT);
    check_fails_at_once(ECONNRESET, VR_END_RESET);
}

/* promise connections-2 */
TEST(connector_traps, a_failure_at_once_may_be_cancelled)
{
    set_up_failing();
    vr_test_sys_fail(VR_TEST_SYS_CONNECT, 1, 1, ENETUNREACH);
    attempt_begin(&attempt, reactor, &place);
    vr_connector_cancel(&attempt.connector);
    turn_some(reactor, 3);
    check_int(attempt.done, 0);
    tear_down_failing();
}

/* promise connections-1 */
TEST(connector_traps, a_failure_at_once_is_told_if_the_reactor_is_closed)
{
    set_up_failing();
    vr_test_sys_fail(VR_TEST_SYS_CONNECT, 1, 1, ENETUNREACH);
    attempt_begin(&attempt, reactor, &place);
    check_int(vr_reactor_close(reactor), 0);
    check_int(attempt.done, 1);
    tear_down_failing();
}

TEST(connector_traps, the_time_is_told_of_a_connection_too)
{
    set_up_failing();
    int listening = raw_listen(AF_INET, &place);
    attempt_begin(&attempt, reactor, &place);
    vr_test_advance(&test, 20 * VR_MSEC);
    turn_until(reactor, attempt.done);
    check_int(attempt.why.after, 20 * VR_MSEC);
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    tear_down_failing();
}

/* A signal ends the call, and not the attempt. */
static int connect_interrupted(int fd, const struct sockaddr *addr,
                               socklen_t len)
{
    (void)connect(fd, addr, len);
    errno = EINTR;
    return -1;
}

TEST(connector_traps, what_was_interrupted_goes_on)
{
    set_up(connect_interrupted);
    int listening = raw_listen(AF_INET, &place);
    attempt_begin(&attempt, reactor, &place);
    turn_until(reactor, attempt.done);
    check(attempt.fd >= 0);
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    tear_down();
}

/* ---- readiness ---- */

static int poll_found; /* what poll(2) is to say */

static int poll_as_told(struct pollfd *fds, size_t count, vr_time timeout)
{
    (void)count;
    (void)timeout;
    fds->revents = poll_found ? fds->events : 0;
    return poll_found;
}

/* The test connects it, or nobody does. */
static int connect_later(int fd, const struct sockaddr *addr, socklen_t len)
{
    (void)fd;
    (void)addr;
    (void)len;
    errno = EINPROGRESS;
    return -1;
}

/* On its way, by a selector that says what it is told. */
static int set_up_on_its_way(void)
{
    sys = (struct vr_sys)VR_SYS_INIT;
    sys.connect = connect_later;
    sys.poll = poll_as_told;
    vr_test_env_init(&test, VR_SEC);
    test.env.sys = &sys;
    vr_test_script_init(&script, &test);
    check_int(vr_test_script_reactor(&script, NULL, &reactor), 0);
    int listening = raw_listen(AF_INET, &place);
    attempt_begin(&attempt, reactor, &place);
    return listening;
}

static void say_it_is_writable(void)
{
    script_ready(&script, attempt.connector.fd, VR_WRITE);
    turn_some(reactor, 2);
}

TEST(connector_traps, nothing_is_connected_because_it_is_called_ready)
{
    int listening = set_up_on_its_way();

    poll_found = 0;
    say_it_is_writable();
    check_int(attempt.done, 0);

    struct pollfd one = {.fd = attempt.connector.fd, .events = POLLOUT};
    (void)connect(one.fd, (const struct sockaddr *)&place.addr, place.len);
    check_int(poll(&one, 1, -1), 1);
    say_it_is_writable();
    check_int(attempt.done, 1);
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    tear_down();
}

/* Whoever looks for errors takes them away, and it is ready for ever. */
TEST(connector_traps, what_lost_its_error_to_another_has_failed)
{
    int listening = set_up_on_its_way();

    poll_found = 1;
    say_it_is_writable();
    check_int(attempt.fd, -1);
    check_int(attempt.why.code, -ENOTCONN);
    raw_close_listening(listening);
    tear_down();
}

/* ---- itself ---- */

/* As the kernel does by itself, once in a while. */
static int connect_to_itself(int fd, const struct sockaddr *addr, socklen_t len)
{
    check_int(bind(fd, addr, len), 0);
    return connect(fd, addr, len);
}

TEST(connector_traps, what_met_itself_is_not_connected)
{
    set_up(connect_to_itself);
    place_of_nobody(AF_INET, &place);
    attempt_begin(&attempt, reactor, &place);
    turn_until(reactor, attempt.done);
    check_int(attempt.fd, -1);
    check_int(attempt.why.code, -ECONNREFUSED);
    tear_down();
}
