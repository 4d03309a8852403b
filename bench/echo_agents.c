/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/wire/socket.h>

#include "bench/peer.h"
#include "bench/vreactor_server.h"

struct session {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
};

static size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct session *session =
        vr_container_of(in, struct session, agent.inbound);
    int err = vr_writer_write(&session->agent.writer, offer->data, offer->len);

    if (err == -EAGAIN)
        vr_link_pause(in);
    else if (err)
        vr_chain_close(&session->chain, NULL);
    return err ? 0 : offer->len;
}

static void on_drained(struct vr_writer *writer)
{
    vr_link_resume(
        &vr_container_of(writer, struct session, agent.writer)->agent.inbound);
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    free(vr_container_of(chain, struct session, chain));
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_consumer_ops reading = {.consume = on_bytes};
    static const struct vr_writer_ops writing = {.drained = on_drained};
    struct session *session = must_alloc(1, sizeof(*session));

    vr_chain_init(&session->chain, listener->reactor, on_closed);
    vr_agent_init(&session->agent, listener->reactor, &reading);
    vr_agent_hear_writer(&session->agent, &writing);
    must(!vr_socket_init(&session->socket, listener->reactor, NULL) &&
             !vr_chain(&session->chain, &session->socket.element,
                       &session->agent.element) &&
             !vr_socket_accept(&session->socket, listener, fd, peer),
         "vr_socket_accept");
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    (void)backend;
    vreactor_serve(port, &ops);
}

const struct server echo_agents = {.name = "vreactor-agents", .serve = serve};
