/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct client {
    struct echo_client base;
    struct echo_stream wire;
    struct vr_pending *talk; /* the result of the coroutine */
};

/* Called in the coroutine, so it may wait.  @return 0 if the line came back */
static int say(struct client *client, const char *text)
{
    struct vr_stream *stream = &client->wire.stream;
    struct vr_value value;

    int err = vr_await(vr_stream_text(stream, text), NULL, NULL);
    if (!err)
        err = vr_await(vr_within(vr_stream_read_line(stream, ECHO_LINE), NULL,
                                 ECHO_ANSWER),
                       &value, NULL);
    if (err)
        return err;

    const struct vr_bytes *line = value.ptr;
    err = echo_check(&client->base, line->data, line->len);
    vr_value_free(value);
    return err;
}

static struct vr_result converse(void *arg)
{
    struct client *client = arg;
    struct vr_stream *stream = &client->wire.stream;
    int err = 0;

    for (int nth = 0; nth < ECHO_LINES && !err; nth++)
        err = say(client, echo_lines[nth]);
    if (!err)
        err = vr_await(vr_within(vr_stream_close(stream), NULL, ECHO_ANSWER),
                       NULL, NULL);
    client->base.err = err;
    vr_chain_close(&client->wire.chain, NULL);
    return vr_ok(vr_value_none());
}

/* converse() does not fail: it had no stack. */
static struct vr_result give_up(void *arg, struct vr_failure *why)
{
    struct client *client = arg;

    client->base.err = why->code;
    vr_failure_unref(why);
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
    struct vr_coroutine_options options = VR_COROUTINE_OPTIONS_INIT;
    struct client *client = calloc(1, sizeof(*client));
    if (!client)
        return -ENOMEM;

    options.reactor = reactor;
    client->base.err = -VR_ECANCELLED;
    int err = echo_stream_join(&client->wire, reactor, on_closed);
    if (!err)
        err = vr_socket_connect(&client->wire.socket, peer);
    if (!err)
        client->talk = vr_spawn(NULL, &options, converse, client);
    if (!err)
        err = vr_pending_then(client->talk, NULL, give_up, client);
    if (err)
        vr_chain_close(&client->wire.chain, NULL); /* and then freed */
    else
        client->base.visit = visit;
    return err;
}
