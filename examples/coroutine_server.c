/* SPDX-License-Identifier: MIT */
/* coroutine_server [ADDRESS]: give back the lines that guests send, by
 * coroutines, for ever. */
#include <stdio.h>

#include <vreactor/vreactor.h>

#include "coroutine_echo.h"

int main(int argc, char **argv)
{
    struct vr_reactor *reactor = NULL;
    struct vr_listener listener;
    struct vr_peer place;
    char text[VR_PEER_TEXT_SIZE];

    int err = vr_peer_parse(argc > 1 ? argv[1] : "127.0.0.1:7007", &place);
    if (!err)
        err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = coroutine_echo_open(&listener, reactor, &place);
    if (!err) {
        printf("coroutine_server: at %s\n",
               vr_peer_format(&place, text, sizeof(text)));
        err = vr_reactor_run(reactor);
    }
    if (err)
        fprintf(stderr, "coroutine_server: %s\n", vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
