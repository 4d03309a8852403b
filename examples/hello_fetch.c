/* SPDX-License-Identifier: MIT */
#include "hello_fetch.h"

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor.h>

int hello_fetch_open(struct hello_fetch *fetch, struct vr_reactor *reactor,
                     int pages)
{
    *fetch = (struct hello_fetch){
        .reactor = reactor, .pages = pages, .err = -VR_ECANCELLED};
    int err = url_parse("http://localhost/", &fetch->url);
    if (err)
        return err;

    return hello_server_open(&fetch->server, reactor, &fetch->peer);
}

static void on_over(struct http_reply *reply, const struct vr_end *why)
{
    struct hello_fetch *fetch =
        vr_container_of(reply, struct hello_fetch, reply);

    bool good = http_reply_print(reply, why, NULL) == 0;
    http_reply_fini(reply);
    fetch->is_busy = false;
    fetch->pages = good ? fetch->pages - 1 : 0;
    if (fetch->pages)
        return;

    fetch->err = good ? 0 : -VR_EPROTOCOL;
    vr_reactor_stop(fetch->reactor);
}

void hello_fetch_begin(struct hello_fetch *fetch)
{
    if (fetch->is_busy || !fetch->pages)
        return;

    fetch->is_busy = true;
    http_reply_init(&fetch->reply, fetch->reactor, &fetch->url, on_over);
    vr_connection_connect(&fetch->reply.connection, fetch->reactor,
                          &fetch->peer, NULL, &http_reply_ops);
}

void hello_fetch_close(struct hello_fetch *fetch)
{
    vr_server_finish(&fetch->server);
}
