/* SPDX-License-Identifier: MIT */
#include "chat_room.h"

#include <errno.h>
#include <string.h>

struct guest {
    struct vr_connection connection;
    struct vr_call late; /* says nothing, or takes nothing, for too long */
    bool behind;
};

static struct guest *guest_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct guest, connection);
}

static struct chat_room *room_of(const struct guest *guest)
{
    return vr_container_of(vr_server_of(&guest->connection), struct chat_room,
                           server);
}

/* @return the guest behind @guest, the first behind NULL; NULL: none */
static struct guest *next_of(struct chat_room *room, const struct guest *guest)
{
    struct vr_connection *next =
        vr_server_next(&room->server, guest ? &guest->connection : NULL);

    return next ? guest_of(next) : NULL;
}

#define for_each(each, room)                                                   \
    for (struct guest *each = next_of(room, NULL); each;                       \
         each = next_of(room, each))

/* While somebody does not read as fast as others speak nobody speaks, so that
 * nothing is lost, and no queue grows beyond its limit and a line. */
static void set_behind(struct guest *guest, bool behind)
{
    struct chat_room *room = room_of(guest);

    if (guest->behind == behind)
        return;
    guest->behind = behind;
    vr_call_after(&guest->late, behind ? CHAT_STALL : CHAT_IDLE);
    room->behind += behind ? 1 : -1;
    for_each (each, room)
        if (room->behind)
            vr_connection_pause(&each->connection);
        else
            vr_connection_resume(&each->connection);
}

/* One copy of the line, however many hear it. */
static void say(struct chat_room *room, const struct guest *from,
                const void *line, size_t len)
{
    struct vr_shared *shared = vr_shared_new(NULL, line, len);

    for_each (guest, room)
        if (guest != from) {
            int full = vr_writer_share(&guest->connection.agent.writer, shared);
            if (full > 0)
                set_behind(guest, true);
            else if (full == -ENOMEM)
                vr_connection_close(&guest->connection, NULL);
        }
    vr_shared_unref(shared);
}

static size_t on_bytes(struct vr_connection *connection,
                       const struct vr_offer *offer)
{
    struct guest *guest = guest_of(connection);
    struct chat_room *room = room_of(guest);
    const unsigned char *line = offer->data, *end = line + offer->len, *stop;

    (void)vr_call_reset(&guest->late, CHAT_IDLE);
    while (!room->behind && line < end &&
           (stop = memchr(line, '\n', (size_t)(end - line)))) {
        say(room, guest, line, (size_t)(stop + 1 - line));
        line = stop + 1;
    }
    return (size_t)(line - offer->data);
}

static void on_drained(struct vr_connection *connection)
{
    set_behind(guest_of(connection), false);
}

static void on_late(struct vr_call *call)
{
    vr_connection_close(&vr_container_of(call, struct guest, late)->connection,
                        &(struct vr_end){.kind = VR_END_TIMEOUT});
}

static void on_closed(struct vr_connection *connection,
                      const struct vr_end *why)
{
    struct guest *guest = guest_of(connection);

    (void)why;
    set_behind(guest, false);
    (void)vr_call_cancel(&guest->late);
}

static void on_accepted(struct vr_server *server,
                        struct vr_connection *connection)
{
    struct guest *guest = guest_of(connection);

    vr_call_init(&guest->late, server->reactor, on_late);
    vr_call_after(&guest->late, CHAT_IDLE);
    if (room_of(guest)->behind)
        vr_connection_pause(connection);
}

static void on_finish(struct vr_connection *connection)
{
    if (vr_connection_write(connection, "goodbye\n", 8))
        vr_connection_close(connection, NULL);
    else
        vr_connection_finish(connection);
}

int chat_room_open(struct chat_room *room, struct vr_reactor *reactor,
                   const struct vr_address *place)
{
    static const struct vr_server_ops ops = {
        .connection = {.need = CHAT_LINE,
                       .consume = on_bytes,
                       .drained = on_drained,
                       .closed = on_closed},
        .accepted = on_accepted,
        .finish = on_finish,
    };
    static const struct vr_socket_options sockets = {.size = sizeof(sockets),
                                                     .flush_time = CHAT_STALL};
    static const struct vr_server_options options = {.size = sizeof(options),
                                                     .connection_size =
                                                         sizeof(struct guest),
                                                     .limit = CHAT_GUESTS,
                                                     .signals = true,
                                                     .socket = &sockets};

    *room = (struct chat_room){.behind = 0};
    return vr_server_open(&room->server, reactor, place, &options, &ops);
}
