/* SPDX-License-Identifier: MIT */
#include "chat_room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct guest {
    struct vr_connection connection;
    struct vr_list link;
    struct chat_room *room;
    struct vr_call late; /* says nothing, or takes nothing, for too long */
    bool behind;
};

static struct guest *guest_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct guest, connection);
}

/* @return the guest behind @link, the head for the first; NULL: none */
static struct guest *next_of(struct chat_room *room, struct vr_list *link)
{
    return link->next == &room->guests
               ? NULL
               : vr_container_of(link->next, struct guest, link);
}

#define for_each(each, room)                                                   \
    for (struct guest *each = next_of(room, &(room)->guests); each;            \
         each = next_of(room, &each->link))

/* While somebody does not read as fast as others speak nobody speaks, so that
 * nothing is lost, and no queue grows beyond its limit and a line. */
static void set_behind(struct guest *guest, bool behind)
{
    struct chat_room *room = guest->room;

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
    const unsigned char *line = offer->data, *end = line + offer->len, *stop;

    (void)vr_call_reset(&guest->late, CHAT_IDLE);
    while (!guest->room->behind && line < end &&
           (stop = memchr(line, '\n', (size_t)(end - line)))) {
        say(guest->room, guest, line, (size_t)(stop + 1 - line));
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
    struct chat_room *room = guest->room;

    (void)why;
    vr_list_remove(&guest->link);
    set_behind(guest, false);
    (void)vr_call_cancel(&guest->late);
    free(guest);
    vr_listener_allow(&room->listener, 1);
    if (room->ending && vr_list_is_empty(&room->guests))
        vr_reactor_stop(room->reactor);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_connection_ops ops = {.need = CHAT_LINE,
                                                 .consume = on_bytes,
                                                 .drained = on_drained,
                                                 .closed = on_closed};
    static const struct vr_socket_options options = {.size = sizeof(options),
                                                     .flush_time = CHAT_STALL};
    struct chat_room *room =
        vr_container_of(listener, struct chat_room, listener);
    struct guest *guest = malloc(sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    *guest = (struct guest){.room = room};
    vr_call_init(&guest->late, room->reactor, on_late);
    vr_call_after(&guest->late, CHAT_IDLE);
    vr_list_append(&room->guests, &guest->link);
    vr_connection_accept(&guest->connection, listener, fd, peer, &options,
                         &ops);
    if (room->behind)
        vr_connection_pause(&guest->connection);
    return 0;
}

int chat_room_open(struct chat_room *room, struct vr_reactor *reactor,
                   const struct vr_address *place)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};
    const struct vr_listener_options capped = {.size = sizeof(capped),
                                               .controlled = true};

    *room = (struct chat_room){.reactor = reactor};
    vr_list_init(&room->guests);
    int err = vr_listener_open(&room->listener, reactor, place, &capped, &ops);
    if (!err)
        vr_listener_allow(&room->listener, CHAT_GUESTS);
    return err;
}

void chat_room_end(struct chat_room *room)
{
    room->ending = true;
    vr_listener_close(&room->listener);
    say(room, NULL, "goodbye\n", 8);
    for_each (guest, room)
        vr_connection_finish(&guest->connection);
    if (vr_list_is_empty(&room->guests))
        vr_reactor_stop(room->reactor);
}
