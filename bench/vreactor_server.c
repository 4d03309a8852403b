/* SPDX-License-Identifier: MIT */
#include "bench/vreactor_server.h"

#include <vreactor/reactor/reactor.h>

#include "bench/peer.h"
#include "bench/selector.h"

struct vr_address vreactor_place(int port)
{
    struct vr_address place;

    must(!vr_address_ip(NULL, "127.0.0.1", port, &place), "vr_address_ip");
    return place;
}

void vreactor_serve(int port, const struct vr_listener_ops *ops)
{
    static struct vr_listener listener;
    struct vr_reactor_options options = bench_options();
    struct vr_address place = vreactor_place(port);
    struct vr_reactor *reactor;

    must(!vr_reactor_new(&options, &reactor), "vr_reactor_new");
    must(!vr_listener_open(&listener, reactor, &place, NULL, ops),
         "vr_listener_open");
    must(!vr_reactor_run(reactor), "vr_reactor_run");
}
