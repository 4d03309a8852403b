/* SPDX-License-Identifier: MIT */
/**
 * @file connection_fixture.h
 * Connections whose program tells what it heard, in words.
 */
#ifndef VR_TESTS_IO_CONNECTION_FIXTURE_H
#define VR_TESTS_IO_CONNECTION_FIXTURE_H

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/io/wire/connection.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

struct user {
    bool echoes;
    size_t least; /* bytes that it takes at once, if more are not the end */
    void (*then)(struct user *user); /* called with each word; NULL: nothing */
    struct vr_connection connection;
    char story[256]; /* each word once while it repeats itself, and as many as
                        there is room for */
    char text[64];   /* the first bytes read */
    size_t received;
    struct vr_end why;
    bool is_closed;
};

static inline struct user *user_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct user, connection);
}

static inline void user_hears(struct user *user, const char *word,
                              const struct vr_end *why)
{
    size_t used = strlen(user->story);
    char text[64];

    (void)snprintf(text, sizeof(text), "%s%s%s ", word, why ? ":" : "",
                   why ? vr_end_kind_name(why->kind) : "");
    size_t len = strlen(text);
    if ((used < len || strcmp(user->story + used - len, text) != 0) &&
        used + len < sizeof(user->story))
        strcpy(user->story + used, text);
    if (user->then)
        user->then(user);
}

static inline void user_connected(struct vr_connection *connection)
{
    user_hears(user_of(connection), "connected", NULL);
}

static inline size_t user_consume(struct vr_connection *connection,
                                  const struct vr_offer *offer)
{
    struct user *user = user_of(connection);

    if (offer->len < user->least && !offer->end)
        return 0;
    for (size_t i = 0; i < offer->len; i++)
        if (user->received + i < sizeof(user->text) - 1)
            user->text[user->received + i] = (char)offer->data[i];
    user->received += offer->len;
    if (user->echoes &&
        vr_connection_write(connection, offer->data, offer->len))
        vr_connection_close(connection, NULL);
    if (offer->len)
        user_hears(user, "data", NULL);
    return offer->len;
}

static inline void user_ended(struct vr_connection *connection,
                              const struct vr_end *why)
{
    user_hears(user_of(connection), "ended", why);
}

static inline void user_drained(struct vr_connection *connection)
{
    user_hears(user_of(connection), "drained", NULL);
}

static inline void user_stopped(struct vr_connection *connection,
                                const struct vr_end *why)
{
    user_hears(user_of(connection), "stopped", why);
}

static inline void user_closed(struct vr_connection *connection,
                               const struct vr_end *why)
{
    struct user *user = user_of(connection);

    check(!user->is_closed);
    user->is_closed = true;
    vr_end_keep(&user->why, why);
    user_hears(user, "closed", why);
}

/** Hears all but its peer's end, so that it ends with that. */
static const struct vr_connection_ops user_ops = {
    .connected = user_connected,
    .consume = user_consume,
    .drained = user_drained,
    .stopped = user_stopped,
    .closed = user_closed,
};

/** Hears the peer's end, and may write on. */
static const struct vr_connection_ops user_ops_with_end = {
    .connected = user_connected,
    .consume = user_consume,
    .ended = user_ended,
    .drained = user_drained,
    .stopped = user_stopped,
    .closed = user_closed,
};

/** Give @p user one side of a connection. @return the other one */
static inline int user_adopt(struct user *user, struct vr_reactor *reactor,
                             const struct vr_connection_ops *ops)
{
    int ends[2];

    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    vr_connection_adopt(&user->connection, reactor, ends[0], NULL, NULL, ops);
    return ends[1];
}

/** Give @p user one side of a TCP connection. @return the other one */
static inline int user_adopt_tcp(struct user *user, struct vr_reactor *reactor,
                                 const struct vr_connection_ops *ops)
{
    struct vr_address place;
    int listening = raw_listen(AF_INET, &place);
    int fd = raw_connect(&place);

    vr_connection_adopt(&user->connection, reactor, raw_accept(listening), NULL,
                        NULL, ops);
    raw_close_listening(listening);
    return fd;
}

#endif
