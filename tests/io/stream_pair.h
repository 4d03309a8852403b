/* SPDX-License-Identifier: MIT */
/**
 * @file stream_pair.h
 * Two streams whose sockets are connected with each other, in time that is the
 * test's.
 */
#ifndef VR_TESTS_IO_STREAM_PAIR_H
#define VR_TESTS_IO_STREAM_PAIR_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/io/stream.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/async/timeout.h>
#include <vreactor/testing/clock.h>

#include "tests/support/test.h"

/* A chain of a socket and a stream. */
struct side {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
    bool is_closed;
};

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct side left, right;

static inline void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    vr_container_of(chain, struct side, chain)->is_closed = true;
}

static inline void side_init(struct side *side)
{
    *side = (struct side){0};
    vr_chain_init(&side->chain, reactor, on_closed);
    check_int(vr_socket_init(&side->socket, reactor, NULL), 0);
    vr_stream_init(&side->stream, reactor);
    check_int(vr_chain(&side->chain, &side->socket.element,
                       &side->stream.agent.element),
              0);
}

static inline void set_up_apart(void)
{
    vr_test_env_init(&test, 0);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    side_init(&left);
    side_init(&right);
}

static inline void set_up(void)
{
    set_up_apart();
    check_int(vr_socket_pair(&left.socket, &right.socket), 0);
}

static inline void tear_down(void)
{
    vr_chain_close(&left.chain, NULL);
    vr_chain_close(&right.chain, NULL);
    check_int(vr_reactor_free(reactor), 0);
    check(left.is_closed && right.is_closed);
    check_int(vr_test_blocks(&test), 0);
}

/* What came of a call: "text", or the name of an error and the kind of end. */
struct outcome {
    struct vr_pending *pending;
    bool is_there;
    char text[64];
};

static inline struct vr_result keep(void *arg, struct vr_result result)
{
    struct outcome *outcome = arg;
    const struct vr_bytes *bytes = result.value.ptr;
    const struct vr_failure *failure = result.failure;

    outcome->is_there = true;
    if (failure)
        (void)snprintf(outcome->text, sizeof(outcome->text), "%s:%s",
                       vr_errname(failure->code),
                       failure->end ? vr_end_kind_name(failure->end->kind)
                                    : "");
    else
        (void)snprintf(outcome->text, sizeof(outcome->text), "%s",
                       bytes ? bytes->data : "done");
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

static inline void expect(struct outcome *outcome, struct vr_pending *pending)
{
    *outcome = (struct outcome){.pending = pending};
    check(pending);
    check_int(vr_pending_both(pending, keep, outcome), 0);
}

#define turn_until(condition)                                                  \
    do {                                                                       \
        while (!(condition))                                                   \
            check_int(vr_reactor_turn(reactor, -1), 0);                        \
    } while (0)

/* Wait for it, and see what it is. */
#define check_outcome(outcome, want)                                           \
    do {                                                                       \
        turn_until((outcome)->is_there);                                       \
        check_str((outcome)->text, want);                                      \
        vr_pending_free((outcome)->pending);                                   \
        (outcome)->pending = NULL;                                             \
    } while (0)

/* Begin a call and wait for what comes of it. */
#define check_call(call, want)                                                 \
    do {                                                                       \
        struct outcome outcome_;                                               \
        expect(&outcome_, call);                                               \
        check_outcome(&outcome_, want);                                        \
    } while (0)

#endif
