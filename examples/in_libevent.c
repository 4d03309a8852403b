/* SPDX-License-Identifier: MIT */
/* in_libevent: agents of ours in a program built on libevent.  Its web server
 * stays, and our listener echoes beside it: in one loop, on one thread.  With a
 * port for the web server as argument, both serve until interrupted. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>

#include <vreactor/reactor/libevent.h>

#include "echo.h"

static const char hello[] = "Hello from libevent.\n";
static size_t echoed; /* bytes that came back */
static int pages;

/* ---- libevent's web server ---- */

static void on_request(struct evhttp_request *request, void *arg)
{
    (void)arg;
    evbuffer_add_printf(evhttp_request_get_output_buffer(request),
                        "Hello from evhttp; echoed: %zu bytes.\n", echoed);
    evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

/* @return its port, 0 if there is none */
static int web_open(struct evhttp *web, const char *port)
{
    struct vr_address place = {.len = 0};
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(
        web, "127.0.0.1", (ev_uint16_t)strtol(port, NULL, 10));

    evhttp_set_gencb(web, on_request, NULL);
    if (bound)
        (void)!vr_address_local(NULL, evhttp_bound_socket_get_fd(bound),
                                &place);
    return vr_address_port(&place);
}

/* ---- clients of libevent's, so that something happens ---- */

static void on_page(struct evhttp_request *request, void *base)
{
    pages += request && /* else it failed */
             evbuffer_write(evhttp_request_get_input_buffer(request), 1) > 0;
    event_base_loopbreak(base);
}

static void on_echo(struct bufferevent *client, void *web)
{
    echoed = evbuffer_get_length(bufferevent_get_input(client));
    struct event_base *base = bufferevent_get_base(client);
    evhttp_make_request(web, evhttp_request_new(on_page, base), EVHTTP_REQ_GET,
                        "/");
}

/* Have our listener echo something, then get the page. */
static void run_clients(struct event_base *base, struct vr_address *echo,
                        int port)
{
    struct evhttp_connection *web =
        evhttp_connection_base_new(base, NULL, "127.0.0.1", (ev_uint16_t)port);
    struct bufferevent *client =
        bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

    bufferevent_setcb(client, on_echo, NULL, NULL, web);
    bufferevent_enable(client, EV_READ | EV_WRITE);
    bufferevent_setwatermark(client, EV_READ, sizeof(hello), 0); /* all */
    bufferevent_write(client, hello, sizeof(hello));
    bufferevent_socket_connect(client, (void *)&echo->addr, (int)echo->len);
    event_base_dispatch(base);
    bufferevent_free(client);
    evhttp_connection_free(web);
}

int main(int argc, char **argv)
{
    struct event_base *base = event_base_new();
    struct evhttp *web = evhttp_new(base);
    struct vr_listener server;
    struct vr_reactor *reactor;
    struct vr_address echo; /* where our listener is */
    int port = web_open(web, argc > 1 ? argv[1] : "0");

    if (vr_libevent_reactor_new(base, NULL, &reactor) ||
        vr_address_ip(NULL, "127.0.0.1", 0, &echo) ||
        echo_server_open(&server, reactor, &echo))
        return fputs("in_libevent: no reactor, or no port\n", stderr), 1;
    fprintf(stderr, "web: %d, echo: %d\n", port, vr_address_port(&echo));
    if (argc > 1)
        event_base_dispatch(base);
    else
        run_clients(base, &echo, port);
    vr_listener_close(&server);
    vr_reactor_free(reactor);
    evhttp_free(web);
    event_base_free(base);
    return pages != 1;
}
