/* SPDX-License-Identifier: MIT */
/**
 * @file server.c
 * Who answers.
 */
#include "tests/support/server.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>

#include "tests/support/raw.h"

struct guest {
    struct session session;
    struct server *server;
};

static void on_heard(struct session *session, enum session_word word)
{
    struct guest *guest = vr_container_of(session, struct guest, session);

    if (word != HEARD_CLOSED)
        return;
    guest->server->live--;
    free(guest);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct server *server = vr_container_of(listener, struct server, listener);

    server->accepted++;
    if (server->on_accepted)
        server->on_accepted(server);
    if (server->refuses > 0) {
        server->refuses--;
        return -ENOMEM;
    }
    struct guest *guest = malloc(sizeof(*guest));
    check(guest != NULL);
    session_init(&guest->session, server->reactor, NULL);
    guest->session.echoes = true;
    guest->session.hear = on_heard;
    guest->server = server;
    server->live++;
    if (server->live > server->most_live)
        server->most_live = server->live;
    check_int(vr_socket_accept(&guest->session.socket, listener, fd, peer), 0);
    return 0;
}

static int refuse(struct vr_listener *listener, int fd,
                  const struct vr_address *peer)
{
    (void)listener;
    (void)fd;
    (void)peer;
    return -ECONNREFUSED;
}

const struct vr_listener_ops server_of_nobody = {.accepted = refuse};

static void on_closed(struct vr_listener *listener)
{
    vr_container_of(listener, struct server, listener)->is_closed = true;
}

static const struct vr_listener_ops listening = {
    .accepted = on_accepted,
    .closed = on_closed,
};

void server_open(struct server *server, struct vr_reactor *reactor, int family,
                 const struct vr_listener_options *options)
{
    struct vr_address place;

    *server = (struct server){.reactor = reactor};
    raw_place(family, &place);
    check_int(vr_listener_open(&server->listener, reactor, &place, options,
                               &listening),
              0);
}

void server_adopt(struct server *server, struct vr_reactor *reactor, int fd,
                  const struct vr_listener_options *options)
{
    *server = (struct server){.reactor = reactor};
    check_int(
        vr_listener_adopt(&server->listener, reactor, fd, options, &listening),
        0);
}

void server_close(struct server *server)
{
    vr_listener_close(&server->listener);
    turn_until(server->reactor, server->is_closed && !server->live);
}

const struct vr_address *server_place(const struct server *server)
{
    return vr_listener_local(&server->listener);
}
