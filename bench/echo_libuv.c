/* SPDX-License-Identifier: MIT */
/* As test/echo-server.c of libuv has it. */
#include "bench/echo_servers.h"

#include <uv.h>

#include "bench/network.h"
#include "bench/peer.h"

enum { BACKLOG = 4096 };

struct reply {
    uv_write_t request;
    uv_buf_t bytes;
};

static void give_buffer(uv_handle_t *handle, size_t suggested,
                        uv_buf_t *ret_buffer)
{
    (void)handle;
    *ret_buffer = uv_buf_init(malloc(suggested), (unsigned)suggested);
    must(ret_buffer->base != NULL, "malloc");
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_written(uv_write_t *request, int err)
{
    struct reply *reply = (struct reply *)request;

    (void)err; /* the reader hears of it, too */
    free(reply->bytes.base);
    free(reply);
}

static void on_bytes(uv_stream_t *stream, ssize_t len, const uv_buf_t *buffer)
{
    if (len <= 0) {
        free(buffer->base);
        if (len < 0)
            uv_close((uv_handle_t *)stream, on_closed);
        return;
    }

    struct reply *reply = malloc(sizeof(*reply));
    must(reply != NULL, "malloc");
    reply->bytes = uv_buf_init(buffer->base, (unsigned)len);
    must(!uv_write(&reply->request, stream, &reply->bytes, 1, on_written),
         "uv_write");
}

static void on_connection(uv_stream_t *listener, int err)
{
    uv_tcp_t *connection = malloc(sizeof(*connection));

    must(!err && connection, "uv_listen");
    must(!uv_tcp_init(listener->loop, connection), "uv_tcp_init");
    must(!uv_accept(listener, (uv_stream_t *)connection), "uv_accept");
    must(!uv_read_start((uv_stream_t *)connection, give_buffer, on_bytes),
         "uv_read_start");
}

static void serve(int port, int backend)
{
    static uv_tcp_t listener;
    static uv_loop_t loop;

    (void)backend;
    must(!uv_loop_init(&loop), "uv_loop_init");
    must(!uv_tcp_init(&loop, &listener), "uv_tcp_init");
    must(!uv_tcp_open(&listener, network_listen(port)), "uv_tcp_open");
    must(!uv_listen((uv_stream_t *)&listener, BACKLOG, on_connection),
         "uv_listen");
    uv_run(&loop, UV_RUN_DEFAULT);
}

const struct server echo_libuv = {.name = "libuv", .serve = serve};
