/* SPDX-License-Identifier: MIT */
/* chat_server [ADDRESS]: pass lines on to all who are connected, until
 * interrupted. */
#include <signal.h>
#include <stdio.h>

#include "chat_room.h"

static struct vr_reactor *reactor;
static struct chat_room room;

static void end_room(struct vr_post *post)
{
    (void)post;
    chat_room_end(&room);
}

/* The second interrupt ends the program. */
static void on_interrupt(int number)
{
    static struct vr_post ending = {.run = end_room};

    signal(number, SIG_DFL);
    vr_reactor_post(reactor, &ending);
}

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7008";
    char text[VR_ADDRESS_TEXT_SIZE];
    struct vr_address place;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_address_parse(NULL, where, &place);
    if (!err)
        err = chat_room_open(&room, reactor, &place);
    if (!err) {
        signal(SIGINT, on_interrupt);
        printf("serving at %s\n",
               vr_address_format(vr_listener_local(&room.listener), text,
                                 sizeof(text)));
        fflush(stdout);
        err = vr_reactor_run(reactor);
        signal(SIGINT, SIG_DFL);
    }
    if (err)
        fprintf(stderr, "chat_server: %s: %s\n", where, vr_strerror(err));
    vr_reactor_free(reactor);
    return err ? 1 : 0;
}
