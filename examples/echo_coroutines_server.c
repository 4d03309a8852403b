/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct echo_stream wire;
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
    int err;

    do {
        err = hear(stream, &bytes);
        if (!err)
            err = give_back(stream, bytes);
    } while (!err);
    if (err == -ENOMEM)
        vr_stream_abort(stream, NULL); /* there was more to give back */
    (void)vr_await(vr_within(vr_stream_close(stream), NULL, ECHO_ANSWER), NULL,
                   NULL);
    return vr_ok(vr_value_none());
}

/* serve() does not fail: it had no stack. */
static struct vr_result give_up(void *arg, struct vr_failure *why)
{
    struct guest *guest = arg;

    vr_failure_unref(why);
    vr_chain_close(&guest->wire.chain, NULL);
    return vr_ok(vr_value_none());
}

/* The coroutine has ended, or is cancelled and ends by vr_pending_free(). */
static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(chain, struct guest, wire.chain);

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

    int err = echo_stream_join(&guest->wire, listener->reactor, on_closed);
    if (!err)
        guest->served = vr_spawn(NULL, NULL, serve, &guest->wire.stream);
    if (!err)
        err = vr_pending_then(guest->served, NULL, give_up, guest);
    if (!err)
        err = vr_socket_accept(&guest->wire.socket, listener, fd, peer);
    if (err)
        vr_chain_close(&guest->wire.chain, NULL); /* and then freed */
    return err;
}
