/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include <string.h>

/* One connection; frees itself when it has closed. */
struct client {
    struct echo_client base;
    struct vr_connection connection;
    struct vr_call deadline;
};

static struct client *client_of(struct vr_connection *connection)
{
    return vr_container_of(connection, struct client, connection);
}

static void part(struct client *client, int err)
{
    client->base.err = err;
    vr_call_after(&client->deadline, ECHO_ANSWER);
    if (err)
        vr_connection_close(&client->connection, NULL);
    else
        vr_writer_end(&client->connection.agent.writer);
}

static void say(struct client *client)
{
    const char *line = echo_lines[client->base.count];
    int err = vr_connection_write(&client->connection, line, strlen(line));

    vr_call_after(&client->deadline, ECHO_ANSWER);
    if (err)
        part(client, err);
}

static void on_connected(struct vr_connection *connection)
{
    say(client_of(connection));
}

static void on_line(struct client *client, const char *line, size_t len)
{
    int err = echo_check(&client->base, line, len);

    if (err || client->base.count == ECHO_LINES)
        part(client, err);
    else
        say(client);
}

/* The server sends one line at a time.  A line longer than our need breaks the
 * link. */
static size_t on_bytes(struct vr_connection *connection,
                       const struct vr_offer *offer)
{
    struct client *client = client_of(connection);
    const char *data = (const char *)offer->data;
    size_t most = offer->len < ECHO_LINE ? offer->len : ECHO_LINE;
    const char *end = most ? memchr(data, '\n', most) : NULL;

    if (!client->base.err || (end && end + 1 != data + offer->len))
        part(client, -VR_EPROTOCOL);
    else if (end)
        on_line(client, data, (size_t)(end - data));
    return end ? offer->len : 0;
}

static void on_deadline(struct vr_call *deadline)
{
    part(vr_container_of(deadline, struct client, deadline), -ETIMEDOUT);
}

static void on_ended(struct vr_connection *connection, const struct vr_end *why)
{
    struct client *client = client_of(connection);

    if (client->base.err)
        part(client, vr_end_code(why));
}

static void on_closed(struct vr_connection *connection,
                      const struct vr_end *why)
{
    struct client *client = client_of(connection);

    if (client->base.err == -VR_ECANCELLED) /* it could not begin */
        client->base.err = vr_end_code(why);
    vr_call_cancel(&client->deadline);
    echo_client_over(&client->base);
    free(client);
}

int echo_client_open(struct vr_reactor *reactor, const struct vr_address *peer,
                     struct echo_visit *visit)
{
    static const struct vr_connection_ops ops = {.need = ECHO_LINE,
                                                 .connected = on_connected,
                                                 .consume = on_bytes,
                                                 .ended = on_ended,
                                                 .closed = on_closed};
    struct client *client = malloc(sizeof(*client));
    if (!client)
        return -ENOMEM;

    client->base = (struct echo_client){.visit = visit, .err = -VR_ECANCELLED};
    vr_call_init(&client->deadline, reactor, on_deadline);
    vr_call_after(&client->deadline, ECHO_ANSWER);
    vr_connection_connect(&client->connection, reactor, peer, NULL, &ops);
    return 0;
}
