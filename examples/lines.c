/* SPDX-License-Identifier: MIT */
/* lines: print the lines that come over a socket, each by its number. */
#include <stdio.h>

#include "line_filter.h"

struct session {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_filter lines;
    struct vr_agent agent;
    int count;
};

static struct vr_reactor *reactor;

static size_t on_line(struct vr_consumer *in, const struct vr_offer *line)
{
    struct session *session =
        vr_container_of(in, struct session, agent.inbound);

    printf("%d: %.*s\n", ++session->count, (int)line->len,
           (const char *)line->data);
    return 1; /* the record */
}

static void on_end(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in, (void)why;
    vr_reactor_stop(reactor);
}

static int init(struct session *session)
{
    static const struct vr_consumer_ops reading = {.knows = VR_WHOLE,
                                                   .consume = on_line,
                                                   .ended = on_end,
                                                   .aborted = on_end};

    vr_chain_init(&session->chain, reactor, NULL);
    vr_agent_init(&session->agent, reactor, &reading);
    int err = vr_socket_init(&session->socket, reactor, NULL);
    if (!err)
        err = vr_filter_init(&session->lines, reactor, &line_filter);
    if (!err)
        err = vr_chain(&session->chain, &session->socket.element,
                       &session->lines.element, &session->agent.element);
    return err;
}

/* The other end of the socket. */
static struct {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
} peer;

static size_t ignore(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static int init_peer(void)
{
    static const struct vr_consumer_ops reading = {.consume = ignore};

    vr_agent_init(&peer.agent, reactor, &reading);
    int err = vr_socket_init(&peer.socket, reactor, NULL);
    if (!err)
        err = vr_chain(&peer.chain, &peer.socket.element, &peer.agent.element);
    return err;
}

int main(void)
{
    static struct session session;

    if (vr_reactor_new(NULL, &reactor))
        return 1;
    vr_chain_init(&peer.chain, reactor, NULL);
    int err = init(&session);
    if (!err)
        err = init_peer();
    if (!err)
        err = vr_socket_pair(&session.socket, &peer.socket);
    if (!err)
        err = vr_writer_text(&peer.agent.writer, "one\ntwo");
    if (!err)
        err = vr_writer_text(&peer.agent.writer, " and a half\n\nfour\n");
    if (!err) {
        vr_writer_end(&peer.agent.writer);
        err = vr_reactor_run(reactor);
    }
    vr_chain_close(&session.chain, NULL);
    vr_chain_close(&peer.chain, NULL);
    vr_reactor_free(reactor);
    return err || session.count != 4;
}
