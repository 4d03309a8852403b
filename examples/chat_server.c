/* SPDX-License-Identifier: MIT */
/* chat_server [ADDRESS]: pass lines on to all who are connected, until
 * interrupted. */
#include <stdio.h>

#include "chat_room.h"

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7008";
    struct vr_reactor *reactor = NULL;
    struct vr_address place;
    struct chat_room room;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_address_parse(NULL, where, &place);
    if (!err)
        err = chat_room_open(&room, reactor, &place);
    if (!err) {
        printf("serving at %s\n", vr_server_text(&room.server));
        fflush(stdout);
        err = vr_server_run(&room.server);
    }
    if (err)
        fprintf(stderr, "chat_server: %s: %s\n", where, vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
