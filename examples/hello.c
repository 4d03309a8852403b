/* SPDX-License-Identifier: MIT */
/* hello [ADDRESS]: answer every HTTP request, until interrupted. */
#include <signal.h>
#include <stdio.h>

#include <vreactor/vreactor.h>

#include "hello_server.h"

static struct vr_reactor *reactor;

static void on_interrupt(int number)
{
    (void)number;
    vr_reactor_stop(reactor);
}

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7009";
    char text[VR_ADDRESS_TEXT_SIZE];
    struct hello_server server;
    struct vr_address place;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_address_parse(NULL, where, &place);
    if (!err)
        err = hello_server_open(&server, reactor, &place);
    if (!err) {
        signal(SIGINT, on_interrupt);
        printf("serving at %s\n",
               vr_address_format(&place, text, sizeof(text)));
        fflush(stdout);
        err = vr_reactor_run(reactor);
        signal(SIGINT, SIG_DFL);
    }
    if (err)
        fprintf(stderr, "hello: %s: %s\n", where, vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
