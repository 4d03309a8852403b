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

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct hello_fetch *fetch =
        vr_container_of(chain, struct hello_fetch, chain);

    bool good = http_reply_print(&fetch->reply, why, NULL) == 0;
    http_reply_fini(&fetch->reply);
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
    vr_chain_init(&fetch->chain, fetch->reactor, on_closed);
    http_reply_init(&fetch->reply, fetch->reactor, &fetch->url);
    int err = vr_socket_init(&fetch->socket, fetch->reactor, NULL);
    if (!err)
        err = vr_chain(&fetch->chain, &fetch->socket.element,
                       &fetch->reply.agent.element);
    if (!err)
        err = vr_socket_connect(&fetch->socket, &fetch->peer);
    if (err)
        vr_chain_close(&fetch->chain,
                       &(struct vr_end){.kind = VR_END_ERROR, .code = err});
}

void hello_fetch_close(struct hello_fetch *fetch)
{
    hello_server_close(&fetch->server);
}
