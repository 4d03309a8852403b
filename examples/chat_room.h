/* SPDX-License-Identifier: MIT */
/* A room in which each guest hears the lines of all the others. */
#ifndef EXAMPLES_CHAT_ROOM_H
#define EXAMPLES_CHAT_ROOM_H

#include <vreactor/vreactor.h>

enum { CHAT_GUESTS = 100, CHAT_LINE = 1000 };
#define CHAT_IDLE (600 * VR_SEC) /* who says nothing that long goes */
#define CHAT_STALL (10 * VR_SEC) /* who is behind that long goes */

struct chat_room {
    struct vr_server server;
    int behind; /* of the guests, those who do not read as fast as others speak
                 */
};

/** SIGINT and SIGTERM end it, or vr_server_finish(): each guest hears a
 *  goodbye. */
int chat_room_open(struct chat_room *room, struct vr_reactor *reactor,
                   const struct vr_address *place);

#endif
