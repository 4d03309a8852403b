/* SPDX-License-Identifier: MIT */
/* echo_callbacks, echo_deferreds, echo_coroutines [serve] [ADDRESS]: serve at
 * the address, until interrupted; or send a client there, or to a server of our
 * own. */
#include "echo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct vr_reactor *reactor;
static struct vr_listener listener;
static int outcome;

static void on_over(struct echo_visit *visit, int err)
{
    (void)visit;
    outcome = err;
    vr_reactor_stop(reactor);
}

/* A signal handler may stop a reactor. */
static void on_interrupt(int number)
{
    (void)number;
    vr_reactor_stop(reactor);
}

static int serve(struct vr_peer *place)
{
    char text[VR_PEER_TEXT_SIZE];
    int err = echo_server_open(&listener, reactor, place);
    if (err)
        return err;

    signal(SIGINT, on_interrupt);
    printf("serving at %s\n", vr_peer_format(place, text, sizeof(text)));
    fflush(stdout);
    err = vr_reactor_run(reactor);
    signal(SIGINT, SIG_DFL);
    return err;
}

static int visit_it(struct vr_peer *place, int is_ours)
{
    static struct echo_visit visit = {.over = on_over};
    int err = is_ours ? echo_server_open(&listener, reactor, place) : 0;

    if (!err)
        err = echo_client_open(reactor, place, &visit);
    if (!err)
        err = vr_reactor_run(reactor);
    return err ? err : outcome;
}

int main(int argc, char **argv)
{
    int serves = argc > 1 && !strcmp(argv[1], "serve");
    int has_address = argc > 1 + serves;
    struct vr_peer place;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_peer_parse(NULL,
                            has_address ? argv[argc - 1]
                            : serves    ? "127.0.0.1:7007"
                                        : "127.0.0.1:0",
                            &place);
    if (!err)
        err = serves ? serve(&place) : visit_it(&place, !has_address);
    if (err)
        fprintf(stderr, "%s: %s\n", argv[0], vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
