/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct echo_stream wire;
    struct vr_pending *round; /* read and write back once; then a new one */
};

static struct vr_result give_back(void *arg, struct vr_value value)
{
    struct guest *guest = arg;
    const struct vr_bytes *bytes = value.ptr;
    struct vr_pending *written =
        vr_stream_write(&guest->wire.stream, bytes->data, bytes->len);

    vr_value_free(value);
    return vr_wait_for(written);
}

static void begin_round(struct guest *guest);

static struct vr_result on_given(void *arg, struct vr_value nothing)
{
    begin_round(arg);
    return vr_ok(nothing);
}

/* It was the last round: the guest has ended, is silent, or does not read. */
static struct vr_result part(void *arg, struct vr_failure *why)
{
    struct guest *guest = arg;

    if (!why) /* no memory: there was more to give back */
        vr_stream_abort(&guest->wire.stream, NULL);
    vr_failure_unref(why);
    return vr_wait_for(vr_within(vr_stream_close(&guest->wire.stream),
                                 guest->wire.chain.reactor, ECHO_ANSWER));
}

/* A new deferred for each round: no round waits for all that follow. */
static void begin_round(struct guest *guest)
{
    struct vr_pending *round =
        vr_within(vr_stream_read_some(&guest->wire.stream, 0),
                  guest->wire.chain.reactor, ECHO_PATIENCE);

    vr_pending_free(guest->round);
    guest->round = round;
    if (vr_pending_then(round, give_back, NULL, guest) ||
        vr_pending_then(round, on_given, part, guest) ||
        vr_pending_recover(round, vr_value_none()))
        vr_chain_close(&guest->wire.chain, NULL);
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(chain, struct guest, wire.chain);

    (void)why;
    vr_pending_free(guest->round);
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
        err = vr_socket_accept(&guest->wire.socket, listener, fd, peer);
    if (err)
        vr_chain_close(&guest->wire.chain, NULL); /* and then freed */
    else
        begin_round(guest);
    return err;
}
