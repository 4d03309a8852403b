/* SPDX-License-Identifier: MIT */
#include "coroutine_echo.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/vreactor.h>

enum { LONGEST_LINE = 1000 };

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
    struct vr_pending *served; /* what the coroutine comes to */
};

/* A guest who is silent for a minute is gone. */
static int read_line(struct vr_stream *stream, struct vr_value *ret_line)
{
    struct vr_pending *line = vr_stream_read_line(stream, LONGEST_LINE);

    return vr_await(vr_within(NULL, 60 * VR_SEC, line), ret_line, NULL);
}

static int give_back(struct vr_stream *stream, const struct vr_bytes *line)
{
    int err =
        vr_await(vr_stream_write(stream, line->data, line->len), NULL, NULL);

    return err ? err : vr_await(vr_stream_text(stream, "\n"), NULL, NULL);
}

static struct vr_result serve(void *arg)
{
    struct vr_stream *stream = arg;
    struct vr_value line;
    int err = 0;

    while (!err && !read_line(stream, &line)) {
        err = give_back(stream, line.ptr);
        vr_value_free(line);
    }
    (void)vr_await(vr_within(NULL, 5 * VR_SEC, vr_stream_close(stream)), NULL,
                   NULL);
    return vr_ok(vr_value_none());
}

/* The coroutine has ended, or ends by this: nothing can be read any more. */
static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(chain, struct guest, chain);

    (void)why;
    vr_pending_free(guest->served);
    free(guest);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_peer *peer)
{
    struct guest *guest = calloc(1, sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    vr_chain_init(&guest->chain, listener->reactor, on_closed);
    vr_stream_init(&guest->stream, listener->reactor);
    int err = vr_socket_init(&guest->socket, listener->reactor, NULL);
    if (!err)
        err = vr_chain(&guest->chain, &guest->socket.element,
                       &guest->stream.element);
    if (!err)
        err = vr_spawn(NULL, NULL, serve, &guest->stream, &guest->served);
    if (!err)
        err = vr_socket_adopt(&guest->socket, fd, peer);
    if (err)
        vr_chain_close(&guest->chain, NULL); /* and then freed */
    return err;
}

int coroutine_echo_open(struct vr_listener *listener,
                        struct vr_reactor *reactor, struct vr_peer *place)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    int err = vr_listener_open(listener, reactor, place, NULL, &ops);
    if (!err)
        *place = *vr_listener_local(listener);
    return err;
}
