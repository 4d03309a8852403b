/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <vreactor/base/container_of.h>
#include <vreactor/io/wire/socket.h>

#include "bench/peer.h"
#include "bench/vreactor_server.h"

/* What comes in at the end goes out there. */
struct session {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_element end;
    struct vr_stage turn;
};

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    free(vr_container_of(chain, struct session, chain));
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_element_ops ending = {.name = "turn"};
    struct session *session = must_alloc(1, sizeof(*session));

    vr_chain_init(&session->chain, listener->reactor, on_closed);
    vr_stage_init(&session->turn, listener->reactor, NULL, NULL);
    vr_element_init_program(&session->end, &ending, &session->turn.in,
                            &session->turn.out);
    must(!vr_socket_init(&session->socket, listener->reactor, NULL) &&
             !vr_chain(&session->chain, &session->socket.element,
                       &session->end) &&
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

const struct server echo_pass = {.name = "vreactor-pass", .serve = serve};
