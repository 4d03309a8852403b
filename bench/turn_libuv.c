/* SPDX-License-Identifier: MIT */
#include "bench/turn.h"

#include <uv.h>

#include "bench/peer.h"

static uv_loop_t loop;
static uv_poll_t handle;
static long left;

static void on_poll(uv_poll_t *readable, int err, int what)
{
    (void)err, (void)what;
    if (!--left)
        uv_stop(readable->loop);
}

static void open_loop(int ready)
{
    must(!uv_loop_init(&loop), "uv_loop_init");
    must(!uv_poll_init(&loop, &handle, ready), "uv_poll_init");
    must(!uv_poll_start(&handle, UV_READABLE, on_poll), "uv_poll_start");
}

static void run(long count)
{
    left = count;
    uv_run(&loop, UV_RUN_DEFAULT);
}

static void turn(long count)
{
    for (left = count + 1; left > 1;)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static void close_loop(void)
{
    uv_close((uv_handle_t *)&handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    must(!uv_loop_close(&loop), "uv_loop_close");
}

const struct looping turn_libuv = {"libuv", open_loop, run, turn, close_loop};
