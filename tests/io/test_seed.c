/* SPDX-License-Identifier: MIT */
/**
 * @file test_seed.c
 * Two small programs from end to end: one that fetches a page in a reactor's
 * thread, and one that writes a text from below and from above.
 */
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/control.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/raw.h"
#include "tests/support/test.h"

static const char request[] = "GET /index.html HTTP/1.0\r\n\r\n";
static const char reply[] = "HTTP/1.0 200 OK\r\nServer: none\r\n\r\n"
                            "<html>hello</html>\n";

static struct vr_reactor *reactor;

/* What the main thread waits for. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_done;

static void set_done(void)
{
    pthread_mutex_lock(&lock);
    is_done = true;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void await_done(void)
{
    pthread_mutex_lock(&lock);
    while (!is_done)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

/* ---- a server of one page ---- */

static struct {
    struct vr_listener listener;
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
} server;

/* A whole request, or nothing yet. */
static size_t read_request(struct vr_consumer *in, const struct vr_offer *offer)
{
    if (offer->len < strlen(request)) {
        vr_link_need(in, sizeof(request));
        return 0;
    }
    check_mem(offer->data, request, strlen(request));
    check_int(vr_writer_text(&server.agent.writer, reply), 0);
    vr_writer_end(&server.agent.writer);
    return offer->len;
}

static int accept_client(struct vr_listener *listener, int fd,
                         const struct vr_address *peer)
{
    static const struct vr_consumer_ops ops = {.consume = read_request};

    vr_chain_init(&server.chain, listener->reactor, NULL);
    check_int(vr_socket_init(&server.socket, listener->reactor, NULL), 0);
    vr_agent_init(&server.agent, listener->reactor, &ops);
    check_int(
        vr_chain(&server.chain, &server.socket.element, &server.agent.element),
        0);
    return vr_socket_adopt(&server.socket, fd, peer);
}

static void open_server(void)
{
    static const struct vr_listener_ops ops = {.accepted = accept_client};
    struct vr_address place;

    raw_place(AF_INET, &place);
    check_int(vr_listener_open(&server.listener, reactor, &place, NULL, &ops),
              0);
}

/* ---- a client of it ---- */

static struct {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
    struct vr_buffer page;
} client;

static int send_request(struct vr_consumer *in, const struct vr_control *msg)
{
    (void)in;
    if (!vr_control_is(msg, vr_control_connected()))
        return -VR_ENOCONTROL;
    return vr_writer_text(&client.agent.writer, request);
}

static size_t collect(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    check_int(vr_buffer_append(&client.page, offer->data, offer->len), 0);
    return offer->len;
}

static void finish(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    check(vr_end_is_clean(why));
    vr_reactor_stop(reactor);
    set_done();
}

static void open_client(void)
{
    static const struct vr_consumer_ops ops = {
        .consume = collect, .ended = finish, .control = send_request};

    vr_buffer_init(&client.page, NULL);
    vr_chain_init(&client.chain, reactor, NULL);
    check_int(vr_socket_init(&client.socket, reactor, NULL), 0);
    vr_agent_init(&client.agent, reactor, &ops);
    check_int(
        vr_chain(&client.chain, &client.socket.element, &client.agent.element),
        0);
    check_int(
        vr_socket_connect(&client.socket, vr_listener_local(&server.listener)),
        0);
}

TEST(seed, fetches_a_page_and_releases_the_main_thread)
{
    char start[22], all[256] = "";

    check_int(vr_reactor_new(NULL, &reactor), 0);
    open_server();
    open_client();
    check_int(vr_reactor_start(reactor), 0);
    await_done();
    check_int(vr_reactor_join(reactor), 0);

    check_int(vr_buffer_peek(&client.page, start, sizeof(start)), 22);
    check_mem(start, reply, sizeof(start));
    check_int(vr_buffer_pop(&client.page, all, sizeof(all)), strlen(reply));
    check_str(all, reply);
    check_int(vr_reactor_free(reactor), 0);
}

/* ---- a text written from below: a descriptor and a callback ---- */

static const char text[] = "a text that takes a few writes to be written";

static struct {
    struct vr_watch watch;
    int fd;
    size_t done;
} handle;

static void write_some(struct vr_watch *watch)
{
    size_t len = strlen(text) - handle.done;

    ssize_t sent = write(handle.fd, text + handle.done, len < 5 ? len : 5);
    check(sent > 0);
    handle.done += (size_t)sent;
    if (handle.done < strlen(text))
        return;
    vr_watch_close(watch);
    check_int(close(handle.fd), 0);
}

static void register_handle(void *arg)
{
    static const struct vr_watch_ops ops = {.writable = write_some};

    (void)arg;
    check_int(vr_watch_open(&handle.watch, reactor, handle.fd, VR_WRITE, &ops),
              0);
}

static void check_arrives(int fd)
{
    char got[128] = "";

    check_int(raw_read(fd, got, sizeof(got) - 1), strlen(text));
    check_str(got, text);
    check_int(close(fd), 0);
}

/* The reactor's side of a pair becomes handle.fd. @return the other */
static int open_handle(void)
{
    int ends[2];

    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    handle.fd = ends[0];
    handle.done = 0;
    return ends[1];
}

static void end_run(void)
{
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(seed, writes_a_text_by_a_handle_registered_before_the_run)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int fd = open_handle();
    register_handle(NULL);
    check_int(vr_reactor_start(reactor), 0);
    check_arrives(fd);
    end_run();
}

TEST(seed, writes_a_text_by_a_handle_registered_while_it_runs)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int fd = open_handle();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_call_and_wait(reactor, register_handle, NULL), 0);
    check_arrives(fd);
    end_run();
}

/* ---- the same text from above: a byte writer and its consumer ---- */

static struct {
    struct vr_writer writer;
    struct vr_consumer in;
} pipe_line;

static void grant_some(struct vr_consumer *in)
{
    vr_link_grant(in, 5);
}

static size_t write_down(struct vr_consumer *in, const struct vr_offer *offer)
{
    check(offer->len <= 5);
    check_int(write(handle.fd, offer->data, offer->len), offer->len);
    vr_link_grant(in, 5);
    return offer->len;
}

static void close_handle(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    check(vr_end_is_clean(why));
    check_int(close(handle.fd), 0);
}

static void feed(void *arg)
{
    static const struct vr_consumer_ops ops = {
        .attached = grant_some, .consume = write_down, .ended = close_handle};

    (void)arg;
    vr_writer_init(&pipe_line.writer, reactor, NULL);
    vr_consumer_init(&pipe_line.in, &ops);
    check_int(vr_link_attach(&pipe_line.writer.out, &pipe_line.in), 0);
    check_int(vr_writer_text(&pipe_line.writer, text), 0);
    vr_writer_end(&pipe_line.writer);
}

TEST(seed, writes_the_same_text_through_a_consumer_fed_by_a_writer)
{
    check_int(vr_reactor_new(NULL, &reactor), 0);
    int fd = open_handle();
    check_int(vr_reactor_start(reactor), 0);
    check_int(vr_call_and_wait(reactor, feed, NULL), 0);
    check_arrives(fd);
    vr_reactor_stop(reactor);
    check_int(vr_reactor_join(reactor), 0);
    vr_writer_fini(&pipe_line.writer);
    check_int(vr_reactor_free(reactor), 0);
}
