/* SPDX-License-Identifier: MIT */
/**
 * @file message_cost.h
 * Programs above a socket, with or without a filter between, whose system
 * calls, allocations and copied bytes are counted once they have come to rest.
 */
#ifndef VR_TESTS_IO_MESSAGE_COST_H
#define VR_TESTS_IO_MESSAGE_COST_H

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/copied.h>
#include <vreactor/io/stream.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/pending/kept.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/io/counting_filter.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MESSAGES = 100, LEN = 5 };

enum program {
    READER, /* an agent that takes what comes */
    ECHO,   /* one that writes it again */
    STREAM, /* deferreds that read and write it */
    PROGRAMS,
};

static struct vr_test_env test;
static struct vr_reactor *reactor;
static int peer;

static struct subject {
    enum program program;
    struct vr_chain chain;
    struct vr_socket socket;
    struct filter filter;
    struct vr_agent agent;
    struct vr_stream stream;
    struct vr_pending *round; /* of the stream */
    size_t received;
    size_t request; /* bytes that an agent echoes at a time; 0: all */
    size_t replies; /* to each of them; 0: 1 */
    bool paused;
    bool is_closed;
} it;

/* ---- an agent ---- */

static inline void reply(const unsigned char *data, size_t len)
{
    size_t replies = it.replies ? it.replies : 1;

    for (size_t i = 0; i < replies; i++)
        if (vr_writer_append(&it.agent.writer, data, len))
            vr_link_pause(&it.agent.inbound);
}

static inline size_t take(struct vr_consumer *in, const struct vr_offer *offer)
{
    size_t request = it.request ? it.request : offer->len;

    (void)in;
    it.received += offer->len;
    if (it.program == ECHO)
        for (size_t at = 0; at < offer->len; at += request)
            reply(offer->data + at, request);
    return offer->len;
}

static inline void begin(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static inline void go_on(struct vr_writer *writer)
{
    (void)writer;
    vr_link_resume(&it.agent.inbound);
}

static const struct vr_consumer_ops taking = {.attached = begin,
                                              .consume = take};
static const struct vr_writer_ops writing = {.drained = go_on};

/* ---- a stream ---- */

static inline struct vr_result read_next(void *arg, struct vr_value nothing);

static inline struct vr_result give_back(void *arg, struct vr_value value)
{
    const struct vr_bytes *bytes = value.ptr;
    struct vr_pending *given =
        vr_stream_write(&it.stream, bytes->data, bytes->len);

    (void)arg;
    it.received += bytes->len;
    vr_value_free(value);
    return vr_wait_for(given);
}

static inline void begin_round(void)
{
    struct vr_pending *round = vr_stream_read_some(&it.stream, 0);

    vr_pending_free(it.round);
    it.round = round;
    check_int(vr_pending_then(round, give_back, NULL, NULL), 0);
    check_int(vr_pending_then(round, read_next, NULL, NULL), 0);
}

static inline struct vr_result read_next(void *arg, struct vr_value nothing)
{
    (void)arg;
    if (!it.paused)
        begin_round();
    return vr_ok(nothing);
}

/* ---- pausing ---- */

static inline void pause_reading(void)
{
    it.paused = true;
    if (it.program == STREAM) {
        vr_pending_free(it.round);
        it.round = NULL;
    } else {
        vr_link_pause(&it.agent.inbound);
    }
}

static inline void resume_reading(void)
{
    it.paused = false;
    if (it.program == STREAM)
        begin_round();
    else
        vr_link_resume(&it.agent.inbound);
}

/* ---- counting ---- */

static int64_t allocations;
static uint64_t copied;

static inline void begin_to_count(void)
{
    vr_test_sys_reset();
    allocations = vr_test_allocations(&test);
    copied = vr_copied();
}

struct cost {
    int64_t reads, writes, allocations, copied;
};

static inline struct cost cost_now(void)
{
    return (struct cost){
        .reads = vr_test_sys_count(VR_TEST_SYS_RECV),
        .writes = vr_test_sys_count(VR_TEST_SYS_SENDMSG),
        .allocations = vr_test_allocations(&test) - allocations,
        .copied = (int64_t)(vr_copied() - copied),
    };
}

/* Since begin_to_count(), that of @times. */
static inline void check_cost(struct cost of_one, int times)
{
    struct cost now = cost_now();

    check_int(now.reads, of_one.reads * times);
    check_int(now.writes, of_one.writes * times);
    check_int(now.allocations, of_one.allocations * times);
    check_int(now.copied, of_one.copied * times);
}

/* Allocations for so many deferreds that are made in turns: none, as the
 * reactor keeps memory for them, save where a checker looks. */
static inline int64_t for_deferreds(int count)
{
    return vr_kept_is_on() ? 0 : count;
}

/* An agent reads in place.  What it writes is copied once, into spare memory of
 * the reactor.  A stream makes a value of what it reads: that is another copy,
 * and an allocation. */
static inline struct cost of_message(enum program program)
{
    if (program == READER)
        return (struct cost){.reads = 1};
    if (program == ECHO)
        return (struct cost){.reads = 1, .writes = 1, .copied = LEN};
    return (struct cost){.reads = 1,
                         .writes = 1,
                         .allocations = 1 + for_deferreds(2),
                         .copied = 2 * LEN};
}

/* ---- the connection ---- */

static inline void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)chain, (void)why;
    it.is_closed = true;
}

static inline void join(bool filtered)
{
    struct vr_element *program =
        it.program == STREAM ? &it.stream.agent.element : &it.agent.element;

    vr_chain_init(&it.chain, reactor, on_closed);
    check_int(vr_socket_init(&it.socket, reactor, NULL), 0);
    vr_agent_init(&it.agent, reactor, &taking);
    vr_agent_hear_writer(&it.agent, &writing);
    vr_stream_init(&it.stream, reactor);
    init_filter(&it.filter, reactor);
    if (filtered)
        check_int(vr_chain(&it.chain, &it.socket.element,
                           &it.filter.filter.element, program),
                  0);
    else
        check_int(vr_chain(&it.chain, &it.socket.element, program), 0);
}

static inline void send_one(void)
{
    size_t before = it.received;

    raw_send(peer, "hello", LEN);
    turn_until(reactor, it.received == before + LEN);
}

/* What the peer has, which it drops. @return how much */
static inline size_t drain(void)
{
    char text[65536];
    size_t len = 0;
    ssize_t got;

    while ((got = recv(peer, text, sizeof(text), MSG_DONTWAIT)) > 0)
        len += (size_t)got;
    return len;
}

/* The first message has what is needed once made. */
static inline void set_up(enum program program, bool filtered)
{
    int ends[2];

    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    it = (struct subject){.program = program};
    join(filtered);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    peer = ends[1];
    check_int(vr_socket_adopt(&it.socket, ends[0], NULL), 0);
    if (program == STREAM)
        begin_round();
    send_one();
    turn_some(reactor, 2);
    (void)drain();
    begin_to_count();
}

static inline void tear_down(void)
{
    vr_test_sys_limit(0);
    vr_pending_free(it.round);
    vr_chain_close(&it.chain, NULL);
    turn_until(reactor, it.is_closed);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
    check_int(close(peer), 0);
}

#endif
