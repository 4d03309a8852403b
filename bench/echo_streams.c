/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <vreactor/base/container_of.h>
#include <vreactor/io/stream.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/stacks.h>

#include "bench/peer.h"
#include "bench/vreactor_server.h"

struct session {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
    struct vr_pending *served;
};

static struct vr_stacks *stacks;

static int answer(struct vr_stream *stream, struct vr_value value)
{
    const struct vr_bytes *bytes = value.ptr;
    struct vr_pending *written =
        vr_stream_write(stream, bytes->data, bytes->len);

    vr_value_free(value);
    return vr_await(written, NULL, NULL);
}

static struct vr_result run(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_value bytes;

    while (!vr_await(vr_stream_read_some(stream, 0), &bytes, NULL) &&
           !answer(stream, bytes))
        ;
    (void)vr_await(vr_stream_close(stream), NULL, NULL);
    return vr_ok(vr_value_none());
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct session *session = vr_container_of(chain, struct session, chain);

    (void)why;
    vr_pending_free(session->served);
    free(session);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct vr_coroutine_options options = VR_COROUTINE_OPTIONS_INIT;
    struct session *session = must_alloc(1, sizeof(*session));

    options.stacks = stacks;
    vr_chain_init(&session->chain, listener->reactor, on_closed);
    vr_stream_init(&session->stream, listener->reactor);
    must(!vr_socket_init(&session->socket, listener->reactor, NULL) &&
             !vr_chain(&session->chain, &session->socket.element,
                       &session->stream.agent.element),
         "vr_chain");
    session->served = vr_spawn(NULL, &options, run, &session->stream);
    must(session->served != NULL, "vr_spawn");
    must(!vr_socket_accept(&session->socket, listener, fd, peer),
         "vr_socket_accept");
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    (void)backend;
    must(!vr_stacks_new(NULL, NULL, &stacks), "vr_stacks_new");
    vreactor_serve(port, &ops);
}

const struct server echo_streams = {.name = "vreactor-streams", .serve = serve};
