/* SPDX-License-Identifier: MIT */
/**
 * @file test_connector.c
 * Tests of io/wire/connector.h: it connects, or says why not, once, from the
 * loop, unless it is cancelled.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <vreactor/base/err.h>

#include "tests/io/connector_fixture.h"
#include "tests/support/child.h"

static struct vr_reactor *reactor;
static struct attempt attempt, other;
static struct vr_address place;

static void set_up(void)
{
    reactor = session_reactor(NULL);
    attempt_init(&attempt, reactor);
}

static void tear_down(void)
{
    check_int(vr_reactor_free(reactor), 0);
}

static int start(const struct vr_address *peer)
{
    return vr_connector_start(&attempt.connector, peer, NULL);
}

/* ---- how it goes ---- */

static void check_connects(int family)
{
    char byte = 0;

    set_up();
    int listening = raw_listen(family, &place);
    attempt_begin(&attempt, reactor, &place);
    turn_until(reactor, attempt.done);
    check(attempt.fd >= 0);
    check(fcntl(attempt.fd, F_GETFL) & O_NONBLOCK);
    check(fcntl(attempt.fd, F_GETFD) & FD_CLOEXEC);
    check_int(vr_watch_list(reactor, VR_READ | VR_WRITE, NULL, 0), 0);

    int fd = raw_accept(listening);
    raw_send(attempt.fd, "x", 1);
    check_int(raw_read(fd, &byte, 1), 1);
    check_int(close(fd), 0);
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    turn_some(reactor, 3);
    check_int(attempt.done, 1);
    tear_down();
}

/* promise connections-1 */
TEST(connector, gives_a_connected_descriptor)
{
    check_connects(AF_INET);
    check_connects(AF_INET6);
    check_connects(AF_UNIX);
}

static void check_refused(int family, int err)
{
    set_up();
    place_of_nobody(family, &place);
    attempt_begin(&attempt, reactor, &place);
    turn_until(reactor, attempt.done);
    check_int(attempt.fd, -1);
    check_int(attempt.why.kind, VR_END_ERROR);
    check_int(attempt.why.code, err);
    turn_some(reactor, 3);
    check_int(attempt.done, 1);
    tear_down();
}

/* promise connections-1 */
TEST(connector, tells_why_it_could_not)
{
    check_refused(AF_INET, -ECONNREFUSED);
    check_refused(AF_UNIX, -ENOENT);
}

TEST(connector, refuses_what_cannot_be_connected_to)
{
    static const struct vr_address unknown;

    set_up();
    check_int(start(&unknown), -EINVAL);
    check(!vr_connector_is_connecting(&attempt.connector));
    raw_place(AF_INET, &place);
    check_int(vr_reactor_close(reactor), 0);
    check_int(start(&place), -VR_ECLOSED);
    check(!vr_connector_is_connecting(&attempt.connector));
    check_int(attempt.done, 0);
    tear_down();
}

static int start_in_child(void)
{
    child_check(start(&place) == -ECHILD);
    return 0;
}

/* promise fork-1 */
TEST(connector, of_a_child_connects_nothing)
{
    set_up();
    raw_place(AF_INET, &place);
    check_in_child(start_in_child);
    tear_down();
}

/* ---- from where ---- */

static int start_from(const struct vr_address *source)
{
    struct vr_connector_options options = VR_CONNECTOR_OPTIONS_INIT;

    options.source = source;
    return vr_connector_start(&attempt.connector, &place, &options);
}

TEST(connector, connects_from_the_source_that_it_is_given)
{
    struct vr_address source, seen;

    set_up();
    int listening = raw_listen(AF_INET, &place);
    place_of_nobody(AF_INET, &source);
    check_int(start_from(&source), 0);
    turn_until(reactor, attempt.done);
    check(attempt.fd >= 0);
    int fd = raw_accept(listening);
    check_int(vr_address_remote(NULL, fd, &seen), 0);
    check(vr_address_is_equal(&seen, &source));
    check_int(close(fd), 0);
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    tear_down();
}

TEST(connector, connects_from_no_source_that_does_not_fit)
{
    struct vr_address source;

    set_up();
    int listening = raw_listen(AF_INET, &place);
    raw_place(AF_UNIX, &source);
    check_int(start_from(&source), -EINVAL);
    raw_place(AF_INET6, &source);
    check_int(start_from(&source), -EINVAL);
    raw_close_listening(listening);

    raw_place(AF_UNIX, &place);
    source = place;
    check_int(start_from(&source), -EINVAL);
    tear_down();
}

TEST(connector, connects_from_no_source_that_is_in_use)
{
    struct vr_address source;

    set_up();
    raw_place(AF_INET, &place);
    int listening = raw_listen(AF_INET, &source);
    check_int(start_from(&source), -EADDRINUSE);
    check(!vr_connector_is_connecting(&attempt.connector));
    raw_close_listening(listening);
    tear_down();
}

/* ---- giving up ---- */

/* promise connections-2 */
TEST(connector, that_was_cancelled_is_not_heard_of)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    check_int(start(&place), 0);
    check_int(start(&place), -EALREADY);
    vr_connector_cancel(&attempt.connector);
    vr_connector_cancel(&attempt.connector);
    check(!vr_connector_is_connecting(&attempt.connector));
    turn_some(reactor, 3);
    check_int(attempt.done, 0);

    check_int(start(&place), 0); /* once more */
    turn_until(reactor, attempt.done);
    vr_connector_cancel(&attempt.connector); /* nothing happens */
    check_int(close(attempt.fd), 0);
    raw_close_listening(listening);
    tear_down();
}

/* promise connections-1 */
TEST(connector, ends_with_its_reactor)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    check_int(start(&place), 0);
    check_int(vr_reactor_close(reactor), 0);
    check_int(attempt.done, 1);
    check_int(attempt.fd, -1);
    check_int(attempt.why.kind, VR_END_LOCAL);
    check_int(attempt.why.code, -VR_ECLOSED);
    raw_close_listening(listening);
    tear_down();
}

/* ---- what the hook may do ---- */

static void cancel(struct attempt *one)
{
    vr_connector_cancel(&one->connector);
}

TEST(connector, may_be_cancelled_by_its_hook)
{
    set_up();
    place_of_nobody(AF_INET, &place);
    attempt.then = cancel;
    check_int(start(&place), 0);
    turn_until(reactor, attempt.done);
    turn_some(reactor, 3);
    check_int(attempt.done, 1);
    tear_down();
}

static void try_again(struct attempt *one)
{
    if (one->done < 3)
        check_int(vr_connector_start(&one->connector, &place, NULL), 0);
}

TEST(connector, may_be_started_again_by_its_hook)
{
    set_up();
    place_of_nobody(AF_INET, &place);
    attempt.then = try_again;
    check_int(start(&place), 0);
    turn_until(reactor, attempt.done == 3);
    tear_down();
}

static int freed;

static void free_it(struct attempt *one)
{
    if (one->fd >= 0)
        check_int(close(one->fd), 0);
    free(one);
    freed++;
}

/* promise connections-3 */
TEST(connector, may_be_freed_by_its_hook)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    for (int i = 0; i < 2; i++) {
        struct attempt *one = malloc(sizeof(*one));
        check(one != NULL);
        attempt_begin(one, reactor, &place);
        one->then = free_it;
        turn_until(reactor, freed == i + 1);
        if (i == 0)
            raw_close_listening(listening); /* the second fails */
    }
    tear_down();
}

/* ---- a race ---- */

static void cancel_other(struct attempt *one)
{
    vr_connector_cancel(one == &attempt ? &other.connector
                                        : &attempt.connector);
}

/* promise connections-2 */
TEST(connector, may_be_cancelled_by_another_that_is_done_before)
{
    set_up();
    int listening = raw_listen(AF_INET, &place);
    attempt_begin(&attempt, reactor, &place);
    attempt_begin(&other, reactor, &place);
    attempt.then = other.then = cancel_other;
    turn_until(reactor, attempt.done || other.done);
    turn_some(reactor, 3);
    check_int(attempt.done + other.done, 1);
    check_int(close(attempt.done ? attempt.fd : other.fd), 0);
    raw_close_listening(listening);
    tear_down();
}
