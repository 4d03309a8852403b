/* SPDX-License-Identifier: MIT */
#include "bench/pipes.h"

#include <uv.h>

#include "bench/peer.h"

static uv_loop_t loop;
static uv_poll_t *readers;
static size_t reader_count;

static void on_poll(uv_poll_t *reader, int err, int what)
{
    (void)err, (void)what;
    if (pipes_act((size_t)(reader - readers)))
        uv_stop(reader->loop);
}

static void want(uv_poll_t *reader, int what)
{
    must(!uv_poll_start(reader, what, on_poll), "uv_poll_start");
}

static void open_loop(const int *fds, size_t count)
{
    must(!uv_loop_init(&loop), "uv_loop_init");
    readers = must_alloc(count, sizeof(*readers));
    reader_count = count;
    for (size_t i = 0; i < count; i++) {
        must(!uv_poll_init(&loop, &readers[i], fds[i]), "uv_poll_init");
        want(&readers[i], UV_READABLE);
    }
}

static void run(void)
{
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void toggle(long times)
{
    while (times-- > 0) {
        want(&readers[0], UV_READABLE | UV_WRITABLE);
        want(&readers[0], UV_READABLE);
    }
}

static void close_loop(void)
{
    for (size_t i = 0; i < reader_count; i++)
        uv_close((uv_handle_t *)&readers[i], NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    must(!uv_loop_close(&loop), "uv_loop_close");
    free(readers);
}

const struct piping pipes_libuv = {"libuv", open_loop, run, toggle, close_loop};
