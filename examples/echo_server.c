/* SPDX-License-Identifier: MIT */
#include "echo_server.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/socket.h>

/* One connection; frees itself when its chain has closed. */
struct echo {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
};

static void on_attached(struct vr_consumer *in)
{
    vr_grant(in, VR_UNLIMITED);
}

/* A peer that does not read is not read from either. */
static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct echo *echo = vr_container_of(in, struct echo, agent.in);

    if (!vr_writer_write(&echo->agent.writer, offer->data, offer->len))
        return offer->len;
    vr_pause(in);
    return 0;
}

static void on_drained(struct vr_writer *writer)
{
    vr_resume(&vr_container_of(writer, struct echo, agent.writer)->agent.in);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_writer_end(&vr_container_of(in, struct echo, agent.in)->agent.writer);
}

static const struct vr_consumer_ops reading = {.attached = on_attached,
                                               .consume = on_consume,
                                               .ended = on_ended,
                                               .aborted = on_ended};
static const struct vr_writer_ops writing = {.drained = on_drained};

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    free(vr_container_of(chain, struct echo, chain));
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_peer *peer)
{
    struct echo *echo = malloc(sizeof(*echo));
    if (!echo)
        return -ENOMEM;

    vr_chain_init(&echo->chain, listener->reactor, on_closed);
    vr_agent_init(&echo->agent, listener->reactor, &reading);
    vr_agent_hear_writer(&echo->agent, &writing);
    int err = vr_socket_init(&echo->socket, listener->reactor, NULL);
    if (!err)
        err =
            vr_chain(&echo->chain, &echo->socket.element, &echo->agent.element);
    if (!err)
        err = vr_socket_adopt(&echo->socket, fd, peer);
    if (err)
        vr_chain_close(&echo->chain, NULL); /* and then freed */
    return err;
}

static const struct vr_listener_ops listening = {.accepted = on_accepted};

int echo_server_open(struct echo_server *server, struct vr_reactor *reactor,
                     struct vr_peer *ret_peer)
{
    struct vr_peer local;

    int err = vr_peer_ip("127.0.0.1", 0, &local);
    if (!err)
        err = vr_listener_open(&server->listener, reactor, &local, NULL,
                               &listening);
    server->is_open = !err;
    if (!err)
        *ret_peer = *vr_listener_local(&server->listener);
    return err;
}

void echo_server_close(struct echo_server *server)
{
    if (server->is_open)
        vr_listener_close(&server->listener);
    server->is_open = false;
}
