/* SPDX-License-Identifier: MIT */
/**
 * @file test_relay.c
 * Two connections whose chains meet in stages that pass on: how one ends is how
 * the other ends.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/filter.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

/* One connection: fd is its other end, the element where the stages begin. */
struct side {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_filter filter;
    struct vr_element stages;
    int fd;
    enum vr_end_kind closed; /* how; NONE: it is open */
};

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct side left, right;
static struct vr_stage rightward, leftward;

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    vr_container_of(chain, struct side, chain)->closed = why->kind;
}

/* Bytes of this side go on by @p away, and come by @p home. */
static void open_side(struct side *side, const struct vr_filter_ops *ops,
                      struct vr_stage *away, struct vr_stage *home)
{
    static const struct vr_element_ops no_ops;
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place);

    side->closed = VR_END_NONE;
    vr_chain_init(&side->chain, reactor, on_closed);
    check_int(vr_socket_init(&side->socket, reactor, NULL), 0);
    check_int(vr_filter_init(&side->filter, reactor, ops), 0);
    vr_element_init_program(&side->stages, &no_ops, &away->in, &home->out);
    check_int(vr_chain(&side->chain, &side->socket.element,
                       &side->filter.element, &side->stages),
              0);
    side->fd = raw_connect(&place);
    check_int(vr_socket_adopt(&side->socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
}

static void set_up_with(const struct vr_filter_ops *ops)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    vr_stage_init(&rightward, reactor, NULL, NULL);
    vr_stage_init(&leftward, reactor, NULL, NULL);
    open_side(&left, ops, &rightward, &leftward);
    open_side(&right, ops, &leftward, &rightward);
}

static void set_up(void)
{
    static const struct vr_filter_ops passing;

    set_up_with(&passing);
}

static void tear_down(void)
{
    vr_producer_fini(&rightward.out);
    vr_producer_fini(&leftward.out);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* @return what @p to reads once @p from has sent it */
static void carry(const struct side *from, const struct side *to)
{
    char text[8];

    raw_send(from->fd, "abc", 3);
    turn_until(reactor, raw_is_readable(to->fd));
    check_int(recv(to->fd, text, sizeof(text), 0), 3);
}

/* @return what @p side reads instead of bytes: 0 for an end, or -errno */
static long end_of(const struct side *side)
{
    char byte;

    turn_until(reactor, left.closed && right.closed);
    long end = raw_read(side->fd, &byte, 1);
    check_int(close(side->fd), 0);
    tear_down();
    return end;
}

static void check_reset(struct side *from, struct side *to)
{
    set_up();
    carry(from, to);
    carry(to, from);
    raw_reset(from->fd);
    check_int(end_of(to), -ECONNRESET);
    check_int(from->closed, VR_END_RESET);
    check_int(to->closed, VR_END_RESET);
}

/* promise sockets-20 */
TEST(relay, of_a_reset_is_a_reset)
{
    check_reset(&left, &right);
    check_reset(&right, &left);
}

TEST(relay, of_an_orderly_end_is_an_orderly_end)
{
    set_up();
    check_int(shutdown(left.fd, SHUT_WR), 0);
    turn_until(reactor, raw_is_readable(right.fd));
    carry(&right, &left); /* the other direction goes on */
    check_int(close(left.fd), 0);
    check_int(shutdown(right.fd, SHUT_WR), 0);
    check_int(end_of(&right), 0);
    check_int(left.closed, VR_END_EOF);
    check_int(right.closed, VR_END_EOF);
}

/* As where TLS finds no close_notify before the end. */
static void truncate_it(struct vr_consumer *in, const struct vr_end *why)
{
    static const struct vr_end truncated = {.kind = VR_END_TRUNCATED,
                                            .code = -VR_ETRUNCATED};

    vr_pass_ended(in, vr_end_is_clean(why) ? &truncated : why);
}

static const struct vr_filter_ops cutting = {
    .inbound = {.in = {.ended = truncate_it}}};

static void check_truncated(struct side *from, struct side *to)
{
    set_up_with(&cutting);
    carry(from, to);
    check_int(close(from->fd), 0);
    check_int(end_of(to), -ECONNRESET);
    check_int(from->closed, VR_END_TRUNCATED);
    check_int(to->closed, VR_END_TRUNCATED);
}

/* promise sockets-20 */
TEST(relay, of_what_was_truncated_is_a_reset)
{
    check_truncated(&left, &right);
    check_truncated(&right, &left);
}

/* promise sockets-20 */
TEST(relay, writes_what_is_queued_before_the_reset)
{
    char text[8];

    set_up_with(&cutting);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 1000, EAGAIN);
    raw_send(left.fd, "abc", 3);
    check_int(close(left.fd), 0);
    while (!right.socket.write_ending)
        check(vr_reactor_turn(reactor, -1) >= 0);
    check_int(right.socket.queue.len, 3);
    check(!right.closed);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
    turn_until(reactor, right.closed);
    check_int(recv(right.fd, text, sizeof(text), 0), 3);
    check_int(end_of(&right), -ECONNRESET);
}

static void abort_it(struct vr_consumer *in, const struct vr_end *why)
{
    vr_pass_aborted(in, why);
}

/* Bytes may be missing: also where the reason is this program's own. */
TEST(relay, of_what_was_aborted_is_a_reset)
{
    static const struct vr_filter_ops aborting = {
        .inbound = {.in = {.ended = abort_it}}};

    set_up_with(&aborting);
    check_int(close(left.fd), 0);
    check_int(end_of(&right), -ECONNRESET);
}
