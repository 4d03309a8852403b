/* SPDX-License-Identifier: MIT */
#include "bench/libevent_server.h"

#include <event2/event.h>

#include "bench/network.h"
#include "bench/peer.h"

static struct event_base *base;
static libevent_accepted_fn *hand_out;

static void on_acceptable(evutil_socket_t listener, short what, void *arg)
{
    (void)what, (void)arg;
    for (int fd; (fd = network_accept(listener)) >= 0;)
        hand_out(base, fd);
}

void libevent_serve(int port, libevent_accepted_fn *accepted)
{
    hand_out = accepted;
    base = event_base_new();
    must(base != NULL, "event_base_new");

    struct event *acceptable = event_new(
        base, network_listen(port), EV_READ | EV_PERSIST, on_acceptable, NULL);
    must(acceptable && !event_add(acceptable, NULL), "event_add");
    event_base_dispatch(base);
}
