/* SPDX-License-Identifier: MIT */
/**
 * @file test_libevent_http.c
 * A program on libevent whose web server, evhttp, and whose agents of ours
 * share one loop and one thread: each serves a client of the other's.
 */
#include "tests/reactor/guests.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>

#include "tests/support/server.h"

static struct server server; /* ours: it echoes */
static struct evhttp *web;   /* libevent's */
static struct vr_address web_place;
static int requests;

/* The page is what was asked for. */
static void on_request(struct evhttp_request *request, void *arg)
{
    (void)arg;
    check(!vr_reactor_current());
    requests++;
    evbuffer_add_printf(evhttp_request_get_output_buffer(request), "page %s",
                        evhttp_request_get_uri(request));
    evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

static void open_web(void)
{
    web = evhttp_new(base);
    evhttp_set_gencb(web, on_request, NULL);
    struct evhttp_bound_socket *bound =
        evhttp_bind_socket_with_handle(web, "127.0.0.1", 0);
    check(bound != NULL);
    check_int(
        vr_address_local(NULL, evhttp_bound_socket_get_fd(bound), &web_place),
        0);
}

static void set_up_servers(int family)
{
    set_up();
    server_open(&server, reactor, family, NULL);
    open_web();
}

static void tear_down_servers(void)
{
    evhttp_free(web);
    vr_listener_close(&server.listener);
    run_until(server.is_closed && !server.live);
    tear_down();
}

/* ---- a client of libevent's, of our server ---- */

struct buffered {
    struct bufferevent *events;
    size_t to_send, sent, received;
    bool is_over;
};

static void on_readable(struct bufferevent *events, void *arg)
{
    struct buffered *client = arg;
    unsigned char data[4096];
    size_t len;

    while ((len = bufferevent_read(events, data, sizeof(data))) > 0)
        for (size_t i = 0; i < len; i++)
            check_int(data[i], session_pattern(client->received++));
    client->is_over = client->received == client->to_send;
}

static void on_writable(struct bufferevent *events, void *arg)
{
    struct buffered *client = arg;
    unsigned char data[4096];
    size_t left = client->to_send - client->sent;
    size_t len = left < sizeof(data) ? left : sizeof(data);

    if (!len)
        return;
    session_fill(data, len, client->sent);
    check_int(bufferevent_write(events, data, len), 0);
    client->sent += len;
}

static void on_event(struct bufferevent *events, short what, void *arg)
{
    check_int(what, BEV_EVENT_CONNECTED);
    on_writable(events, arg);
}

static void buffered_open(struct buffered *client, size_t to_send)
{
    struct vr_address place = *server_place(&server);

    *client = (struct buffered){.to_send = to_send};
    client->events = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    bufferevent_setcb(client->events, on_readable, on_writable, on_event,
                      client);
    check_int(bufferevent_enable(client->events, EV_READ | EV_WRITE), 0);
    check_int(bufferevent_socket_connect(client->events,
                                         (struct sockaddr *)&place.addr,
                                         (int)place.len),
              0);
}

/* ---- a client of libevent's, of its own server ---- */

struct web_client {
    struct evhttp_connection *connection;
    char body[64];
    bool is_over;
};

static void on_reply(struct evhttp_request *request, void *arg)
{
    struct web_client *client = arg;

    check(request && evhttp_request_get_response_code(request) == HTTP_OK);
    (void)evbuffer_remove(evhttp_request_get_input_buffer(request),
                          client->body, sizeof(client->body) - 1);
    client->is_over = true;
}

static void web_client_open(struct web_client *client, const char *path)
{
    *client = (struct web_client){.is_over = false};
    client->connection = evhttp_connection_base_new(
        base, NULL, "127.0.0.1", (ev_uint16_t)vr_address_port(&web_place));
    check_int(evhttp_make_request(client->connection,
                                  evhttp_request_new(on_reply, client),
                                  EVHTTP_REQ_GET, path),
              0);
}

/* ---- clients of ours ---- */

static void session_open(struct session *session, const struct vr_address *peer)
{
    session_init(session, reactor, NULL);
    check_int(vr_socket_connect(&session->socket, peer), 0);
}

static void session_end(struct session *session)
{
    vr_chain_close(&session->chain, NULL);
    run_until(session->is_closed);
}

static void ask_web(struct session *session, enum session_word word)
{
    if (word == HEARD_CONNECTED)
        session_say(session, "GET /ours HTTP/1.0\r\n\r\n");
}

TEST(libevent_http, a_web_server_and_agents_serve_all_in_one_loop)
{
    enum { BYTES = 1 << 20 };
    static struct session asking, echoed;
    struct buffered buffered;
    struct web_client browsing;

    set_up_servers(AF_INET);
    buffered_open(&buffered, BYTES);
    web_client_open(&browsing, "/theirs");
    session_open(&asking, &web_place);
    asking.hear = ask_web;
    session_open(&echoed, server_place(&server));
    echoed.is_pattern = true;
    echoed.to_send = BYTES;
    echoed.then_ends = true;
    run_until(buffered.is_over && browsing.is_over && asking.is_over &&
              echoed.is_over);

    check_int(requests, 2);
    check_str(browsing.body, "page /theirs");
    check(strncmp(asking.text, "HTTP/1.0 200 OK\r\n", 17) == 0);
    check(strstr(asking.text, "\r\n\r\npage /ours") != NULL);
    check_int(echoed.received, BYTES);
    check_int(server.accepted, 2);
    session_end(&asking);
    session_end(&echoed);
    bufferevent_free(buffered.events);
    evhttp_connection_free(browsing.connection);
    tear_down_servers();
}

/* ---- between their callbacks ---- */

static struct session asked_for;

static void begin_session(struct evhttp_request *request, void *arg)
{
    (void)arg;
    session_open(&asked_for, server_place(&server));
    asked_for.to_send = 5;
    asked_for.then_ends = true;
    evhttp_send_reply(request, HTTP_OK, "OK", NULL);
}

/* The program's callbacks may connect, write and close as ours may. */
TEST(libevent_http, a_callback_of_the_web_server_begins_a_session_of_ours)
{
    struct web_client browsing;

    set_up_servers(AF_UNIX);
    evhttp_set_gencb(web, begin_session, NULL);
    web_client_open(&browsing, "/");
    run_until(browsing.is_over && asked_for.is_over);
    check_int(asked_for.received, 5);
    session_end(&asked_for);
    evhttp_connection_free(browsing.connection);
    tear_down_servers();
}
