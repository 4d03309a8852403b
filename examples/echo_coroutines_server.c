/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct echo_guest base;
    struct vr_stream stream;
    struct vr_pending *served; /* the result of the coroutine */
};

/* A guest that is silent for too long counts as gone. */
static int hear(struct vr_stream *stream, struct vr_value *ret_bytes)
{
    struct vr_pending *heard = vr_stream_read_some(stream, 0);

    return vr_await(vr_within(heard, NULL, ECHO_PATIENCE), ret_bytes, NULL);
}

static int give_back(struct vr_stream *stream, struct vr_value value)
{
    const struct vr_bytes *bytes = value.ptr;
    struct vr_pending *given = vr_stream_write(stream, bytes->data, bytes->len);

    vr_value_free(value);
    return vr_await(given, NULL, NULL);
}

static struct vr_result serve(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_value bytes;

    while (!hear(stream, &bytes) && !give_back(stream, bytes))
        ;
    (void)vr_await(vr_within(vr_stream_close(stream), NULL, ECHO_ANSWER), NULL,
                   NULL);
    return vr_ok(vr_value_none());
}

/* The coroutine has ended, or is cancelled and ends by vr_pending_free(). */
static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(chain, struct guest, base.chain);

    (void)why;
    vr_pending_free(guest->served);
    free(guest);
}

int echo_server_accept(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct guest *guest = calloc(1, sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    vr_stream_init(&guest->stream, listener->reactor);
    int err = echo_guest_join(&guest->base, listener->reactor,
                              &guest->stream.agent.element, on_closed);
    if (!err)
        guest->served = vr_spawn(NULL, NULL, serve, &guest->stream);
    if (!err && !guest->served)
        err = -ENOMEM;
    if (!err)
        err = vr_socket_adopt(&guest->base.socket, fd, peer);
    if (err)
        vr_chain_close(&guest->base.chain, NULL); /* and then freed */
    return err;
}
