/* SPDX-License-Identifier: MIT */
#include "bench/relay_servers.h"

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/watch.h>

#include "bench/pair.h"
#include "bench/peer.h"
#include "bench/vreactor_server.h"

struct session {
    struct pair pair;
    struct vr_watch watches[2];
};

static int backend_port;

static unsigned want_of(struct session *session, int side)
{
    unsigned wanted = side_wanted(&session->pair.sides[side]);

    return (wanted & SIDE_READS ? VR_READ : 0u) |
           (wanted & SIDE_WRITES ? VR_WRITE : 0u);
}

static void act(struct session *session, int side, unsigned what)
{
    bool goes_on = side_act(&session->pair.sides[side], what);

    for (int i = 0; i < 2; i++)
        if (goes_on)
            vr_watch_want(&session->watches[i], want_of(session, i));
        else
            vr_watch_close(&session->watches[i]);
    if (goes_on)
        return;
    pair_close(&session->pair);
    free(session);
}

/* ---- the hooks of either side ---- */

static struct session *session_of(struct vr_watch *watch, int side)
{
    return vr_container_of(watch - side, struct session, watches);
}

static void near_readable(struct vr_watch *watch)
{
    act(session_of(watch, 0), 0, SIDE_READS);
}

static void near_writable(struct vr_watch *watch)
{
    act(session_of(watch, 0), 0, SIDE_WRITES);
}

static void far_readable(struct vr_watch *watch)
{
    act(session_of(watch, 1), 1, SIDE_READS);
}

static void far_writable(struct vr_watch *watch)
{
    act(session_of(watch, 1), 1, SIDE_WRITES);
}

static const struct vr_watch_ops watching[2] = {
    {.readable = near_readable, .writable = near_writable},
    {.readable = far_readable, .writable = far_writable},
};

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct session *session = must_alloc(1, sizeof(*session));

    (void)peer;
    pair_open(&session->pair, fd, backend_port);
    for (int i = 0; i < 2; i++)
        must(!vr_watch_open(&session->watches[i], listener->reactor,
                            session->pair.sides[i].fd, VR_READ, &watching[i]),
             "vr_watch_open");
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    backend_port = backend;
    vreactor_serve(port, &ops);
}

const struct server relay_readers = {.name = "vreactor-readers",
                                     .serve = serve};
