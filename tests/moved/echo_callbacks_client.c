/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include <string.h>

/* One connection; frees itself when its chain has closed. */
struct client {
    struct echo_client base;
    struct vr_agent agent;
    struct vr_call deadline;
};

static void part(struct client *client, int err)
{
    client->base.err = err;
    vr_call_after(&client->deadline, ECHO_ANSWER);
    if (err)
        vr_chain_close(&client->base.chain, NULL);
    else
        vr_writer_end(&client->agent.writer);
}

static void say(struct client *client)
{
    int err =
        vr_writer_text(&client->agent.writer, echo_lines[client->base.count]);

    vr_call_after(&client->deadline, ECHO_ANSWER);
    if (err)
        part(client, err);
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
static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct client *client = vr_container_of(in, struct client, agent.in);
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

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct client *client = vr_container_of(in, struct client, agent.in);

    if (client->base.err)
        part(client, vr_end_code(why));
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct client *client = vr_container_of(chain, struct client, base.chain);

    (void)why;
    vr_call_cancel(&client->deadline);
    echo_client_over(&client->base);
    free(client);
}

int echo_client_open(struct vr_reactor *reactor, const struct vr_peer *peer,
                     struct echo_visit *visit)
{
    static const struct vr_consumer_ops ops = {
        .consume = on_consume, .ended = on_ended, .aborted = on_ended};
    struct client *client = calloc(1, sizeof(*client));
    if (!client)
        return -ENOMEM;

    vr_call_init(&client->deadline, reactor, on_deadline);
    vr_agent_init(&client->agent, reactor, &ops);
    int err = echo_client_connect(&client->base, reactor, peer,
                                  &client->agent.element, on_closed);
    if (err)
        return err; /* it is freed when the chain has closed */
    client->base.visit = visit;
    vr_need(&client->agent.in, ECHO_LINE);
    say(client);
    return 0;
}
