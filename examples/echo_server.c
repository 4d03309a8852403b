/* SPDX-License-Identifier: MIT */
/* echo_server [ADDRESS]: send back what clients send, until interrupted. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <vreactor/vreactor.h>

static struct vr_reactor *reactor;

/* Bytes came, and all are taken. */
static size_t on_bytes(struct vr_connection *client,
                       const struct vr_offer *offer)
{
    if (vr_connection_write(client, offer->data, offer->len))
        vr_connection_close(client, NULL);
    return offer->len;
}

/* The last callback of a connection: its memory is ours again. */
static void on_closed(struct vr_connection *client, const struct vr_end *why)
{
    (void)why;
    free(client);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_connection_ops ops = {.consume = on_bytes,
                                                 .closed = on_closed};
    struct vr_connection *client = malloc(sizeof(*client));
    if (!client)
        return -ENOMEM;

    vr_connection_accept(client, listener, fd, peer, NULL, &ops);
    return 0;
}

/* A signal handler may stop a reactor, and so may any thread. */
static void on_interrupt(int number)
{
    (void)number;
    vr_reactor_stop(reactor);
}

int main(int argc, char **argv)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};
    static struct vr_listener listener;
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7007";
    char text[VR_ADDRESS_TEXT_SIZE];
    struct vr_address place;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_address_parse(NULL, where, &place);
    if (!err)
        err = vr_listener_open(&listener, reactor, &place, NULL, &ops);
    if (!err) {
        signal(SIGINT, on_interrupt);
        printf("serving at %s\n",
               vr_address_format(vr_listener_local(&listener), text,
                                 sizeof(text)));
        fflush(stdout);
        err = vr_reactor_run(reactor);
        signal(SIGINT, SIG_DFL);
    }
    if (err)
        fprintf(stderr, "echo_server: %s: %s\n", where, vr_strerror(err));
    vr_reactor_free(reactor); /* with what is still open */
    return err ? 1 : 0;
}
