/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when it has closed. */
struct guest {
    struct vr_connection connection;
    struct vr_call patience;
};

static struct guest *guest_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct guest, connection);
}

static void on_silence(struct vr_call *patience)
{
    vr_connection_close(
        &vr_container_of(patience, struct guest, patience)->connection, NULL);
}

/* While the guest does not read what we write, we do not read either. */
static size_t on_bytes(struct vr_connection *connection,
                       const struct vr_offer *offer)
{
    vr_call_after(&guest_of(connection)->patience, ECHO_PATIENCE);
    if (vr_connection_write(connection, offer->data, offer->len))
        vr_connection_close(connection, NULL);
    return offer->len;
}

static void on_closed(struct vr_connection *connection,
                      const struct vr_end *why)
{
    struct guest *guest = guest_of(connection);

    (void)why;
    vr_call_cancel(&guest->patience);
    free(guest);
}

int echo_server_accept(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_connection_ops ops = {.consume = on_bytes,
                                                 .closed = on_closed};
    struct guest *guest = malloc(sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    vr_call_init(&guest->patience, listener->reactor, on_silence);
    vr_call_after(&guest->patience, ECHO_PATIENCE);
    vr_connection_accept(&guest->connection, listener, fd, peer, NULL, &ops);
    return 0;
}
