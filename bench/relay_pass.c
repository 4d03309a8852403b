/* SPDX-License-Identifier: MIT */
#include "bench/relay_servers.h"

#include "bench/peer.h"
#include "bench/relay_session.h"

/* What comes in at the end of one chain goes out at that of the other. */
struct side {
    struct relay_side base;
    struct vr_element end;
    struct vr_stage across; /* from here to the other side */
};

struct session {
    struct side sides[2];
};

static void open_side(struct session *session, int which,
                      struct vr_reactor *reactor)
{
    static const struct vr_element_ops ending = {.name = "relay"};
    struct side *side = &session->sides[which];
    struct side *other = &session->sides[!which];

    vr_element_init_program(&side->end, &ending, &side->across.in,
                            &other->across.out);
    relay_open(&side->base, reactor, &side->end);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct session *session = must_alloc(1, sizeof(*session));
    struct side *sides = session->sides;

    for (int i = 0; i < 2; i++)
        vr_stage_init(&sides[i].across, listener->reactor, NULL, NULL);
    for (int i = 0; i < 2; i++)
        open_side(session, i, listener->reactor);
    relay_begin(&sides[0].base, &sides[1].base, listener, fd, peer);
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    relay_serve(port, backend, &ops);
}

const struct server relay_pass = {.name = "vreactor-pass", .serve = serve};
