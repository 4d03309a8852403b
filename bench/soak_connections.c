/* SPDX-License-Identifier: MIT */
/**
 * @file soak_connections.c
 * Connections: clients that send, compare what comes back, and connect anew;
 * some are cut off.
 */
#include "bench/soak.h"

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/io/wire/connection.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/reactor/call.h>

#include "bench/peer.h"

enum {
    CLIENTS = 8,
    PAUSE_MS = 50, /* few enough of them that no port is wanting */
    TRIPS = 10,
    LONGEST = 32 * 1024,
    CUT_OF = 6,
};

struct client {
    struct vr_connection connection;
    struct vr_call next;
    int trips; /* to come */
    size_t sent, got;
    bool is_cut, is_done;
};

static struct client clients[CLIENTS];
static unsigned char bytes[LONGEST]; /* what is sent begins with these */
static struct vr_listener listener;
static int connecting; /* clients that have a connection, or will have one */
static int sessions;
static long connections_ended;

/* ---- the server: sends back what comes ---- */

static size_t send_back(struct vr_connection *session,
                        const struct vr_offer *offer)
{
    must(!vr_connection_write(session, offer->data, offer->len),
         "vr_connection_write");
    return offer->len;
}

static void look_whether_over(void)
{
    if (connecting || sessions)
        return;
    soak_part_is_over();
}

static void free_session(struct vr_connection *session,
                         const struct vr_end *why)
{
    (void)why;
    vr_dealloc(soak_env, session);
    sessions--;
    if (soak_is_ending)
        look_whether_over();
}

static int accept_session(struct vr_listener *from, int fd,
                          const struct vr_address *peer)
{
    static const struct vr_connection_ops ops = {.consume = send_back,
                                                 .closed = free_session};
    struct vr_connection *session = vr_alloc(soak_env, sizeof(*session));
    if (!session)
        return -ENOMEM;

    sessions++;
    vr_connection_accept(session, from, fd, peer, NULL, &ops);
    return 0;
}

/* ---- clients ---- */

static struct client *client_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct client, connection);
}

static void send_some(struct client *client)
{
    client->sent = 1 + soak_draw(LONGEST);
    client->got = 0;
    must(!vr_connection_write(&client->connection, bytes, client->sent),
         "vr_connection_write");
}

static void begin_trips(struct vr_connection *connection)
{
    send_some(client_of(connection));
}

static void end_trip(struct client *client)
{
    if (client->is_cut && client->trips == TRIPS / 2) {
        send_some(client);
        vr_connection_close(&client->connection, NULL);
    } else if (--client->trips > 0) {
        send_some(client);
    } else {
        client->is_done = true;
        vr_connection_finish(&client->connection);
    }
}

static size_t compare(struct vr_connection *connection,
                      const struct vr_offer *offer)
{
    struct client *client = client_of(connection);

    must(offer->len <= client->sent - client->got &&
             !memcmp(offer->data, bytes + client->got, offer->len),
         "the echo");
    client->got += offer->len;
    if (client->got == client->sent)
        end_trip(client);
    return offer->len;
}

/* No new one may come where the listener is closed once the last client is. */
static void go_on(struct client *client)
{
    if (!soak_is_ending) {
        vr_call_after(&client->next, PAUSE_MS * VR_MSEC);
        return;
    }
    if (--connecting == 0)
        vr_listener_close(&listener);
    look_whether_over();
}

static void end_client(struct vr_connection *connection,
                       const struct vr_end *why)
{
    struct client *client = client_of(connection);

    (void)why;
    must(client->is_done || client->is_cut, "a connection");
    connections_ended++;
    go_on(client);
}

static const struct vr_connection_ops ops = {
    .connected = begin_trips, .consume = compare, .closed = end_client};

static void connect_client(struct vr_call *call)
{
    struct client *client = vr_container_of(call, struct client, next);

    if (soak_is_ending) {
        go_on(client);
        return;
    }
    client->is_cut = soak_draw(CUT_OF) == 0;
    client->is_done = false;
    client->trips = TRIPS;
    vr_connection_connect(&client->connection, soak_reactor,
                          vr_listener_local(&listener), NULL, &ops);
}

/* ---- the part ---- */

static bool begin_connections(void)
{
    static const struct vr_listener_ops listener_ops = {.accepted =
                                                            accept_session};
    struct vr_address local;

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)soak_draw(256);
    must(!vr_address_ip(soak_env, "127.0.0.1", 0, &local), "vr_address_ip");
    must(
        !vr_listener_open(&listener, soak_reactor, &local, NULL, &listener_ops),
        "vr_listener_open");
    for (connecting = 0; connecting < CLIENTS; connecting++) {
        struct client *client = &clients[connecting];
        vr_call_init(&client->next, soak_reactor, connect_client);
        vr_call_after(&client->next, 0);
    }
    return true;
}

static void end_connections(void)
{
    /* each client ends with its connection, or when it would make the next */
}

const struct soak_part soak_connections = {"connections", begin_connections,
                                           end_connections, &connections_ended};
