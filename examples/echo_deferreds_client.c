/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct client {
    struct echo_client base;
    struct echo_stream wire;
    struct vr_pending *talk; /* all of it */
};

static struct vr_result hear(void *arg, struct vr_value nothing)
{
    struct client *client = arg;

    (void)nothing;
    return vr_wait_for(
        vr_within(vr_stream_read_line(&client->wire.stream, ECHO_LINE),
                  client->wire.chain.reactor, ECHO_ANSWER));
}

static struct vr_result check(void *arg, struct vr_value value)
{
    struct client *client = arg;
    const struct vr_bytes *line = value.ptr;
    int err = echo_check(&client->base, line->data, line->len);

    vr_value_free(value);
    return err ? vr_fail(vr_failure_new(NULL, err, "echo", NULL, NULL))
               : vr_ok(vr_value_none());
}

static struct vr_pending *say(void *arg, size_t nth)
{
    struct client *client = arg;
    struct vr_pending *said =
        vr_stream_text(&client->wire.stream, echo_lines[nth]);

    if (!vr_pending_then(said, hear, NULL, client) &&
        !vr_pending_then(said, check, NULL, client))
        return said;
    vr_pending_free(said);
    return NULL;
}

static struct vr_result part(void *arg, struct vr_value replies)
{
    struct client *client = arg;

    vr_value_free(replies);
    return vr_wait_for(vr_within(vr_stream_close(&client->wire.stream),
                                 client->wire.chain.reactor, ECHO_ANSWER));
}

static struct vr_result on_over(void *arg, struct vr_result result)
{
    struct client *client = arg;

    client->base.err = result.failure ? result.failure->code : 0;
    vr_result_free(result);
    vr_chain_close(&client->wire.chain, NULL);
    return vr_ok(vr_value_none());
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct client *client = vr_container_of(chain, struct client, wire.chain);

    (void)why;
    vr_pending_free(client->talk);
    echo_client_over(&client->base);
    free(client);
}

int echo_client_open(struct vr_reactor *reactor, const struct vr_address *peer,
                     struct echo_visit *visit)
{
    struct client *client = calloc(1, sizeof(*client));
    if (!client)
        return -ENOMEM;

    client->base.err = -VR_ECANCELLED;
    int err = echo_stream_join(&client->wire, reactor, on_closed);
    if (!err)
        err = vr_socket_connect(&client->wire.socket, peer);
    if (!err)
        client->talk = vr_pending_sequence(NULL, ECHO_LINES, 1, say, client);
    if (!err)
        err = vr_pending_then(client->talk, part, NULL, client);
    if (!err)
        err = vr_pending_both(client->talk, on_over, client);
    if (err)
        vr_chain_close(&client->wire.chain, NULL); /* and then freed */
    else
        client->base.visit = visit;
    return err;
}
