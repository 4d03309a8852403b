/* SPDX-License-Identifier: MIT */
#include "bench/relay_session.h"

#include <vreactor/base/container_of.h>

#include "bench/peer.h"
#include "bench/vreactor_server.h"

static struct vr_address backend_place;

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct relay_side *side = vr_container_of(chain, struct relay_side, chain);
    struct relay_side *other = side->other;

    side->is_closed = true;
    if (other->is_closed)
        free(side->is_front ? side : other);
    else
        vr_chain_close(&other->chain, why);
}

void relay_open(struct relay_side *side, struct vr_reactor *reactor,
                struct vr_element *program)
{
    vr_chain_init(&side->chain, reactor, on_closed);
    must(!vr_socket_init(&side->socket, reactor, NULL) &&
             !vr_chain(&side->chain, &side->socket.element, program),
         "vr_chain");
}

void relay_begin(struct relay_side *front, struct relay_side *back,
                 struct vr_listener *listener, int fd,
                 const struct vr_address *peer)
{
    front->is_front = true;
    front->other = back;
    back->other = front;
    must(!vr_socket_accept(&front->socket, listener, fd, peer) &&
             !vr_socket_connect(&back->socket, &backend_place),
         "vr_socket_connect");
}

void relay_serve(int port, int backend, const struct vr_listener_ops *ops)
{
    backend_place = vreactor_place(backend);
    vreactor_serve(port, ops);
}
