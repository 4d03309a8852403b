/* SPDX-License-Identifier: MIT */
/**
 * @file enter_fixture.h
 * A server that reads lines and, asked for "starttls", says "220" and has a
 * filter enter, and its client.  The filter changes the case of letters, so
 * what went through it can be told from what did not.
 */
#ifndef VR_TESTS_IO_ENTER_FIXTURE_H
#define VR_TESTS_IO_ENTER_FIXTURE_H

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/filter.h>

#include "tests/support/session.h"

/* ---- the filter ---- */

struct flip {
    struct vr_filter filter;
    int entered, left, err; /* how often told, and what */
};

static inline void turn_case(unsigned char *to, const unsigned char *from,
                             size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = from[i] >= 'A' ? from[i] ^ 0x20 : from[i];
}

static inline size_t flip_consume(struct vr_consumer *in,
                                  const struct vr_offer *offer)
{
    unsigned char copy[64];
    struct vr_offer part = {.data = copy};

    part.len = offer->len < sizeof(copy) ? offer->len : sizeof(copy);
    turn_case(copy, offer->data, part.len);
    size_t took = vr_pass_consume(in, &part);
    if (took == part.len && took < offer->len)
        vr_link_pause_briefly(in);
    return took;
}

static inline void flip_entered(struct vr_filter *filter, int err)
{
    struct flip *flip = vr_container_of(filter, struct flip, filter);

    flip->entered++;
    flip->err = err;
    check(!err == !!filter->element.chain);
}

static inline void flip_left(struct vr_filter *filter, int err)
{
    struct flip *flip = vr_container_of(filter, struct flip, filter);

    flip->left++;
    flip->err = err;
}

static inline void init_flip(struct flip *flip, struct vr_reactor *reactor)
{
    static const struct vr_filter_ops ops = {
        .element = {.name = "flip"},
        .inbound = {.in = {.consume = flip_consume}, .need = VR_NEED_NONE},
        .outbound = {.in = {.consume = flip_consume}, .need = VR_NEED_NONE},
        .left = flip_left,
        .entered = flip_entered,
    };

    *flip = (struct flip){.err = 1};
    check_int(vr_filter_init(&flip->filter, reactor, &ops), 0);
}

/* ---- a filter that offers line by line what it is offered ---- */

static inline size_t split_consume(struct vr_consumer *in,
                                   const struct vr_offer *offer)
{
    size_t used = 0;

    while (used < offer->len) {
        const unsigned char *line = offer->data + used;
        const unsigned char *end = memchr(line, '\n', offer->len - used);
        size_t len = end ? (size_t)(end - line) + 1 : offer->len - used;
        size_t took =
            vr_pass_consume(in, &(struct vr_offer){.data = line, .len = len});
        used += took;
        if (took < len)
            break;
    }
    return used;
}

static inline void init_split(struct vr_filter *split,
                              struct vr_reactor *reactor)
{
    static const struct vr_filter_ops ops = {
        .element = {.name = "split"},
        .inbound = {.in = {.consume = split_consume}, .need = VR_NEED_NONE},
    };

    check_int(vr_filter_init(split, reactor, &ops), 0);
}

/* ---- the server ---- */

static struct vr_reactor *reactor;
static struct session client;
static struct flip flip, second;

static struct server {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
    bool starts_two; /* filters */
    size_t before;   /* bytes to write before the "220" */
    char story[128];
    bool is_closed;
} server;

static inline void write_much(struct vr_writer *writer, size_t len)
{
    static char much[4096];

    memset(much, '.', sizeof(much));
    while (len) {
        size_t now = len < sizeof(much) ? len : sizeof(much);
        check(vr_writer_append(writer, much, now) >= 0);
        len -= now;
    }
}

static inline int enter(struct flip *one)
{
    return vr_filter_enter(&one->filter, &server.socket.element);
}

static inline int start_tls(struct vr_filter *filter)
{
    int err = vr_writer_text(&server.agent.writer, "220\n");

    return err ? err : vr_filter_enter(filter, &server.socket.element);
}

static inline void start_filter(void)
{
    write_much(&server.agent.writer, server.before);
    check_int(start_tls(&flip.filter), 0);
    if (server.starts_two)
        check_int(enter(&second), 0);
    check(!flip.entered && flip.filter.element.chain);
    check_int(vr_writer_text(&server.agent.writer, "more"), 0);
}

static inline size_t server_consume(struct vr_consumer *in,
                                    const struct vr_offer *offer)
{
    static const char word[] = "starttls\n";
    size_t len = sizeof(word) - 1;

    (void)in;
    if (offer->len >= len && !memcmp(offer->data, word, len)) {
        strcat(server.story, "starttls ");
        start_filter();
        return len;
    }
    strncat(server.story, (const char *)offer->data, offer->len);
    return offer->len;
}

static inline void server_ended(struct vr_consumer *in,
                                const struct vr_end *why)
{
    (void)in;
    strcat(server.story, vr_end_kind_name(why->kind));
}

static inline void server_closed(struct vr_chain *chain,
                                 const struct vr_end *why)
{
    (void)chain;
    (void)why;
    server.is_closed = true;
}

static const struct vr_consumer_ops server_ops = {
    .consume = server_consume, .ended = server_ended, .aborted = server_ended};

static inline void set_up(void)
{
    reactor = session_reactor(NULL);
    memset(&server, 0, sizeof(server));
    init_flip(&flip, reactor);
    init_flip(&second, reactor);
    session_init(&client, reactor, NULL);
    vr_chain_init(&server.chain, reactor, server_closed);
    check_int(vr_socket_init(&server.socket, reactor, NULL), 0);
    vr_agent_init(&server.agent, reactor, &server_ops);
    vr_writer_set_limit(&server.agent.writer, 8 << 20);
    check_int(
        vr_chain(&server.chain, &server.socket.element, &server.agent.element),
        0);
    check_int(vr_socket_pair(&server.socket, &client.socket), 0);
    turn_until(reactor, client.peer[0]);
}

static inline void tear_down(void)
{
    vr_chain_close(&server.chain, NULL);
    turn_until(reactor, server.is_closed);
    session_close(&client);
    check_int(vr_reactor_free(reactor), 0);
}

static inline void client_hears(const char *text)
{
    turn_until(reactor, client.received >= strlen(text));
    check_str(client.text, text);
}

static inline void server_hears(const char *text)
{
    turn_until(reactor, strlen(server.story) >= strlen(text));
    check_str(server.story, text);
}

#endif
