/* SPDX-License-Identifier: MIT */
#include "hello_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/wire/socket.h>

enum { REQUEST_MAX = 16 * 1024 };

static const char answer[] = "HTTP/1.0 200 OK\r\n"
                             "Content-Type: text/plain\r\n"
                             "Content-Length: 30\r\n"
                             "\r\n"
                             "Hello from an agent of ours.\r\n";

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
};

static struct guest *guest_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct guest, agent.inbound);
}

static void on_attached(struct vr_consumer *in)
{
    vr_link_need(in, REQUEST_MAX);
    vr_link_grant(in, VR_UNLIMITED);
}

static bool has_whole_head(const unsigned char *data, size_t len)
{
    for (size_t i = 0; i + 4 <= len; i++)
        if (!memcmp(data + i, "\r\n\r\n", 4))
            return true;
    return false;
}

/* Take nothing until the whole head is there: the socket keeps the bytes for
 * us. A head longer than our need breaks the link. */
static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct guest *guest = guest_of(in);
    size_t most = offer->len < REQUEST_MAX ? offer->len : REQUEST_MAX;

    if (!has_whole_head(offer->data, most))
        return 0;
    if (!vr_writer_text(&guest->agent.writer, answer))
        vr_writer_end(&guest->agent.writer);
    return offer->len;
}

/* The client left early: there is no one to answer. */
static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_writer_end(&guest_of(in)->agent.writer);
}

static const struct vr_consumer_ops guest_ops = {
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_ended,
};

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    free(vr_container_of(chain, struct guest, chain));
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct guest *guest = malloc(sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    vr_chain_init(&guest->chain, listener->reactor, on_closed);
    vr_agent_init(&guest->agent, listener->reactor, &guest_ops);
    int err = vr_socket_init(&guest->socket, listener->reactor, NULL);
    if (!err)
        err = vr_chain(&guest->chain, &guest->socket.element,
                       &guest->agent.element);
    if (!err)
        err = vr_socket_adopt(&guest->socket, fd, peer);
    if (err)
        vr_chain_close(&guest->chain, NULL); /* and then freed */
    return err;
}

static const struct vr_listener_ops server_ops = {.accepted = on_accepted};

int hello_server_open(struct hello_server *server, struct vr_reactor *reactor,
                      struct vr_address *ret_address)
{
    struct vr_address local;

    int err = vr_address_ip(NULL, "127.0.0.1", 0, &local);
    if (!err)
        err = vr_listener_open(&server->listener, reactor, &local, NULL,
                               &server_ops);
    server->is_open = !err;
    if (!err)
        *ret_address = *vr_listener_local(&server->listener);
    return err;
}

void hello_server_close(struct hello_server *server)
{
    if (server->is_open)
        vr_listener_close(&server->listener);
    server->is_open = false;
}
