/* SPDX-License-Identifier: MIT */
/**
 * @file relay_fixture.h
 * Two connections whose chains meet in stages that pass on.
 */
#ifndef VR_TESTS_IO_RELAY_FIXTURE_H
#define VR_TESTS_IO_RELAY_FIXTURE_H

#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/filter.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { SMALL = 4096 };

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
static struct vr_socket_options options;
static int family;
static struct side left, right;
static struct vr_stage rightward, leftward;

static inline void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    vr_container_of(chain, struct side, chain)->closed = why->kind;
}

/* @return connected, with a small receive buffer */
static inline int connect_small(const struct vr_address *place)
{
    int size = SMALL, fd = socket(family, SOCK_STREAM, 0);

    check_int(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)), 0);
    check_int(connect(fd, (const struct sockaddr *)&place->addr, place->len),
              0);
    return fd;
}

/* Bytes of this side go on by @p away, and come by @p home. */
static inline void open_side(struct side *side, const struct vr_filter_ops *ops,
                             struct vr_stage *away, struct vr_stage *home)
{
    static const struct vr_element_ops no_ops;
    struct vr_address place;
    int listening = raw_listen(family, &place);

    side->closed = VR_END_NONE;
    vr_chain_init(&side->chain, reactor, on_closed);
    check_int(vr_socket_init(&side->socket, reactor, &options), 0);
    check_int(vr_filter_init(&side->filter, reactor, ops), 0);
    vr_element_init_program(&side->stages, &no_ops, &away->in, &home->out);
    check_int(vr_chain(&side->chain, &side->socket.element,
                       &side->filter.element, &side->stages),
              0);
    side->fd = connect_small(&place);
    check_int(vr_socket_adopt(&side->socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
}

static inline void set_up_with(const struct vr_filter_ops *ops)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    vr_stage_init(&rightward, reactor, NULL, NULL);
    vr_stage_init(&leftward, reactor, NULL, NULL);
    open_side(&left, ops, &rightward, &leftward);
    open_side(&right, ops, &leftward, &rightward);
}

/* As most tests have it. */
static inline void be_plain(void)
{
    options = (struct vr_socket_options)VR_SOCKET_OPTIONS_INIT;
    family = AF_INET;
}

static inline void set_up(void)
{
    static const struct vr_filter_ops passing;

    be_plain();
    set_up_with(&passing);
}

static inline void tear_down(void)
{
    vr_producer_fini(&rightward.out);
    vr_producer_fini(&leftward.out);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* As where TLS finds no close_notify before the end. */
static inline void truncate_it(struct vr_consumer *in, const struct vr_end *why)
{
    static const struct vr_end truncated = {.kind = VR_END_TRUNCATED,
                                            .code = -VR_ETRUNCATED};

    vr_pass_ended(in, vr_end_is_clean(why) ? &truncated : why);
}

static const struct vr_filter_ops cutting = {
    .inbound = {.in = {.ended = truncate_it}}};

static inline void pass_time(vr_time span)
{
    vr_test_advance(&test, span);
    turn_some(reactor, 1);
}

/* A reset may wait. */
#define pass_time_until(condition)                                             \
    do {                                                                       \
        while (!(condition))                                                   \
            pass_time(VR_MSEC);                                                \
    } while (0)

#endif
