/* SPDX-License-Identifier: MIT */
/* coroutine_client [ADDRESS]: send some lines to an echo server, ours if none
 * is named, and see that they come back.  A conversation as one function. */
#include <stdio.h>
#include <string.h>

#include <vreactor/vreactor.h>

#include "coroutine_echo.h"

struct talk {
    struct vr_reactor *reactor;
    struct vr_listener listener; /* used where no address is given */
    struct vr_peer peer;
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
};

/* Called in the coroutine, so it may wait.  @return 0 if the line came back */
static int say(struct vr_stream *stream, const char *text)
{
    struct vr_value value;

    int err = vr_await(vr_stream_text(stream, text), NULL, NULL);
    if (!err)
        err = vr_await(
            vr_within(NULL, 5 * VR_SEC, vr_stream_read_line(stream, 1000)),
            &value, NULL);
    if (err)
        return err;

    const struct vr_bytes *line = value.ptr;
    printf("%s\n", line->data);
    err = strncmp(line->data, text, line->len) ? -VR_EPROTOCOL : 0;
    vr_value_free(value);
    return err;
}

static struct vr_result converse(void *arg)
{
    static const char *const lines[] = {"Hello.\n", "Who?\n", "Bye.\n"};
    struct talk *talk = arg;
    int err = vr_socket_connect(&talk->socket, &talk->peer);

    for (int i = 0; i < 3 && !err; i++)
        if (!(err = vr_sleep(VR_MSEC)))
            err = say(&talk->stream, lines[i]);
    if (err)
        return vr_fail(vr_failure_new(NULL, err, "talk", NULL, NULL));
    return vr_wait_for(
        vr_within(NULL, 5 * VR_SEC, vr_stream_close(&talk->stream)));
}

static struct vr_result on_over(void *arg, struct vr_result result)
{
    vr_reactor_stop(arg);
    return result;
}

/* Spawn the conversation, and run until it is over. @return how it went */
static int run(struct talk *talk)
{
    struct vr_coroutine_options options = {.size = sizeof(options),
                                           .reactor = talk->reactor};
    struct vr_pending *over = NULL;

    vr_chain_init(&talk->chain, talk->reactor, NULL);
    vr_stream_init(&talk->stream, talk->reactor);
    int err = vr_socket_init(&talk->socket, talk->reactor, NULL);
    if (!err)
        err = vr_chain(&talk->chain, &talk->socket.element,
                       &talk->stream.element);
    if (!err)
        err = vr_spawn(NULL, &options, converse, talk, &over);
    if (!err)
        err = vr_pending_both(over, on_over, talk->reactor);
    if (!err)
        err = vr_reactor_run(talk->reactor);
    int outcome = vr_await(over, NULL, NULL); /* it is there: no waiting */
    vr_chain_close(&talk->chain, NULL);
    return err ? err : outcome;
}

int main(int argc, char **argv)
{
    struct talk talk = {0};

    int err = vr_reactor_new(NULL, &talk.reactor);
    if (!err)
        err = vr_peer_parse(argc > 1 ? argv[1] : "127.0.0.1:0", &talk.peer);
    if (!err && argc < 2)
        err = coroutine_echo_open(&talk.listener, talk.reactor, &talk.peer);
    if (!err)
        err = run(&talk);
    if (err)
        fprintf(stderr, "coroutine_client: %s\n", vr_strerror(err));
    vr_reactor_free(talk.reactor);
    return err ? 1 : 0;
}
