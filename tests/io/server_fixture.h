/* SPDX-License-Identifier: MIT */
/**
 * @file server_fixture.h
 * A server, struct vr_server, whose connections echo, and which counts what it
 * hears.
 */
#ifndef VR_TESTS_IO_SERVER_FIXTURE_H
#define VR_TESTS_IO_SERVER_FIXTURE_H

#include <vreactor/io/wire/server.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/testing/env.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

/* What a shell leaves in the background ignores SIGINT. */
static struct sigaction interrupt_before, terminate_before;

/** Note what SIGINT and SIGTERM do, before a server is opened. */
static inline void note_signals(void)
{
    check_int(sigaction(SIGINT, NULL, &interrupt_before), 0);
    check_int(sigaction(SIGTERM, NULL, &terminate_before), 0);
}

/** Does it do what note_signals() has found? */
static inline bool is_as_before(int number)
{
    const struct sigaction *before =
        number == SIGINT ? &interrupt_before : &terminate_before;
    struct sigaction now;

    check_int(sigaction(number, NULL, &now), 0);
    return now.sa_handler == before->sa_handler;
}

/** The hooks, as a test has something done in one of them. */
enum host_hook {
    HOST_NONE,
    HOST_ACCEPTED,
    HOST_BYTES,
    HOST_FINISH,
    HOST_GUEST_CLOSED,
    HOST_CLOSED,
};

struct guest {
    struct vr_connection connection;
    int number; /* from 1 */
    char room[1000];
};

struct host {
    bool keeps;        /* `finish` leaves connections as they are */
    enum host_hook in; /* where `act` is called */
    void (*act)(struct host *host, struct vr_connection *connection);
    struct vr_server server;
    int accepted, finished, gone, ended; /* how often each hook ran */
    struct vr_end why;                   /* of the last that went */
    int err;                             /* told at the end */
};

static inline struct guest *guest_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct guest, connection);
}

static inline struct host *host_of(struct vr_connection *connection)
{
    return vr_container_of(vr_server_of(connection), struct host, server);
}

static inline void host_act(struct host *host, enum host_hook hook,
                            struct vr_connection *connection)
{
    if (host->in == hook && host->act)
        host->act(host, connection);
}

static inline void host_accepted(struct vr_server *server,
                                 struct vr_connection *connection)
{
    struct host *host = vr_container_of(server, struct host, server);
    struct guest *guest = guest_of(connection);

    check_int(guest->number, 0);
    for (size_t i = 0; i < sizeof(guest->room); i++)
        check_int(guest->room[i], 0);
    memset(guest->room, 'x', sizeof(guest->room));
    guest->number = ++host->accepted;
    check(vr_server_of(connection) == server);
    host_act(host, HOST_ACCEPTED, connection);
}

static inline size_t host_consume(struct vr_connection *connection,
                                  const struct vr_offer *offer)
{
    if (vr_connection_write(connection, offer->data, offer->len))
        vr_connection_close(connection, NULL);
    host_act(host_of(connection), HOST_BYTES, connection);
    return offer->len;
}

static inline void host_finish(struct vr_connection *connection)
{
    struct host *host = host_of(connection);

    host->finished++;
    if (!host->keeps)
        vr_connection_finish(connection);
    host_act(host, HOST_FINISH, connection);
}

/* Each that was accepted goes once, as its number says. */
static inline void host_guest_closed(struct vr_connection *connection,
                                     const struct vr_end *why)
{
    struct host *host = host_of(connection);
    struct guest *guest = guest_of(connection);

    check(guest->number > 0);
    guest->number = -1;
    host->gone++;
    vr_end_drop(&host->why);
    vr_end_keep(&host->why, why);
    host_act(host, HOST_GUEST_CLOSED, connection);
}

static inline void host_closed(struct vr_server *server, int err)
{
    struct host *host = vr_container_of(server, struct host, server);

    check_int(vr_server_count(server), 0);
    check_int(host->gone, host->accepted);
    host->ended++;
    host->err = err;
    vr_end_drop(&host->why);
    host_act(host, HOST_CLOSED, NULL);
}

static const struct vr_server_ops host_ops = {
    .connection = {.consume = host_consume, .closed = host_guest_closed},
    .accepted = host_accepted,
    .finish = host_finish,
    .closed = host_closed,
};

/** Sockets that do not wait for the peer's end: its client closes later. */
static const struct vr_socket_options host_sockets = {
    .size = sizeof(host_sockets), .linger_time = -1};

static inline struct vr_server_options host_options(void)
{
    return (struct vr_server_options){.size = sizeof(struct vr_server_options),
                                      .connection_size = sizeof(struct guest),
                                      .socket = &host_sockets};
}

static inline void host_open(struct host *host, struct vr_reactor *reactor,
                             int family,
                             const struct vr_server_options *options)
{
    struct vr_address place;

    raw_place(family, &place);
    check_int(
        vr_server_open(&host->server, reactor, &place, options, &host_ops), 0);
}

/** Leave behind what is not 0 where the next memory comes from. */
static inline void host_soil_memory(void)
{
    enum { SOILED = 64 * 1024 };
    char *volatile memory = malloc(SOILED);

    check(memory);
    memset(memory, 'x', SOILED);
    free(memory);
}

/** Connect, and make turns until the server has the connection. */
static inline int host_connect(struct host *host)
{
    int before = host->accepted;
    int fd = raw_connect(vr_server_local(&host->server));

    host_soil_memory();
    turn_until(host->server.reactor, host->accepted > before);
    return fd;
}

/** A byte goes to the server and comes back. */
static inline void host_check_echo(struct host *host, int fd)
{
    char byte = 'x';

    raw_send(fd, &byte, 1);
    turn_until(host->server.reactor, raw_is_readable(fd));
    check_int(raw_read(fd, &byte, 1), 1);
}

/** Make turns until the peer's end, which is @p end: 0 or -errno. */
static inline void host_check_end(struct host *host, int fd, int end)
{
    static char text[8 * 1024 * 1024];
    int got;

    (void)session_read_all(host->server.reactor, fd, text, sizeof(text), &got);
    check_int(got, end);
    check_int(close(fd), 0);
}

#endif
