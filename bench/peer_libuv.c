/* SPDX-License-Identifier: MIT */
#include "bench/peer.h"

#include <uv.h>

static uv_loop_t loop;
static uv_timer_t *timers;
static size_t timer_count;
static size_t fired;
static void (*turn_body)(void *arg);

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    fired++;
}

static void on_turn(uv_timer_t *timer)
{
    turn_body(timer->data);
}

static void open_loop(size_t count)
{
    must(!uv_loop_init(&loop), "uv_loop_init");
    timers = must_alloc(count, sizeof(*timers));
    timer_count = count;
    for (size_t i = 0; i < count; i++)
        uv_timer_init(&loop, &timers[i]);
    fired = 0;
}

static void turn(void (*body)(void *arg), void *arg)
{
    uv_timer_t now;

    uv_timer_init(&loop, &now);
    now.data = arg;
    turn_body = body;
    uv_timer_start(&now, on_turn, 0, 0);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_close((uv_handle_t *)&now, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
}

static void arm(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++)
        uv_timer_start(&timers[step->timer], on_timer, step->delay_ms, 0);
}

static void replace(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        uv_timer_stop(&timers[step->timer]);
        uv_timer_start(&timers[step->timer], on_timer, step->delay_ms, 0);
    }
}

static size_t fire(size_t count)
{
    size_t before = fired;

    while (fired < count)
        uv_run(&loop, UV_RUN_NOWAIT);
    return count - before;
}

static void close_loop(void)
{
    for (size_t i = 0; i < timer_count; i++)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    must(!uv_loop_close(&loop), "uv_loop_close");
    free(timers);
}

const struct peer peer_libuv = {
    .name = "libuv",
    .open = open_loop,
    .turn = turn,
    .arm = arm,
    .replace = replace,
    .fire = fire,
    .close = close_loop,
};
