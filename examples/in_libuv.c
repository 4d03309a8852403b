/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L /* for uv.h */
/* in_libuv: a reactor inside a libuv loop.  A timer of libuv's fetches a page
 * now and then; server and client are agents of ours. */
#include <stdio.h>
#include <uv.h>

#include <vreactor/vreactor.h>

#include "hello_fetch.h"

/* ---- the glue ---- */

/* A reactor among the handles of a uv_loop_t. */
struct reactor_handles {
    struct vr_reactor *reactor;
    uv_poll_t ready; /* the reactor's descriptor */
    uv_timer_t due;  /* when the next turn is due */
    uv_idle_t now;   /* it is due: timers of 0 would leave no turn to others */
};

static void make_turn(struct reactor_handles *self)
{
    if (vr_reactor_turn(self->reactor, 0))
        uv_stop(self->ready.loop); /* it was stopped, or cannot go on */
}

static void on_ready(uv_poll_t *ready, int status, int events)
{
    (void)status;
    (void)events;
    make_turn(ready->data);
}

static void on_due(uv_timer_t *due)
{
    make_turn(due->data);
}

static void on_now(uv_idle_t *now)
{
    make_turn(now->data);
}

/* libuv counts milliseconds from a time that it reads now and then. */
static void need_turn(void *host, vr_time due)
{
    struct reactor_handles *self = host;
    vr_time now = vr_now(vr_reactor_env(self->reactor));

    uv_timer_stop(&self->due);
    uv_idle_stop(&self->now);
    uv_update_time(self->due.loop);
    if (due <= now)
        uv_idle_start(&self->now, on_now);
    else if (due < VR_TIME_MAX)
        uv_timer_start(&self->due, on_due, (uint64_t)vr_time_to_ms(due - now),
                       0);
}

/* @return 0; or below 0, which is -ENOTSUP where there is no descriptor */
static int reactor_handles_open(struct reactor_handles *self, uv_loop_t *loop,
                                struct vr_reactor *reactor)
{
    int fd = vr_reactor_fd(reactor);
    int err = fd < 0 ? fd : uv_poll_init(loop, &self->ready, fd);
    if (err)
        return err;

    uv_timer_init(loop, &self->due);
    uv_idle_init(loop, &self->now);
    self->reactor = reactor;
    self->ready.data = self->due.data = self->now.data = self;
    uv_poll_start(&self->ready, UV_READABLE, on_ready);
    return vr_reactor_embed(reactor, need_turn, self);
}

/* Before the reactor is freed.  The loop runs once more, until all are gone. */
static void reactor_handles_close(struct reactor_handles *self)
{
    (void)!vr_reactor_embed(self->reactor, NULL, NULL);
    uv_close((uv_handle_t *)&self->ready, NULL);
    uv_close((uv_handle_t *)&self->due, NULL);
    uv_close((uv_handle_t *)&self->now, NULL);
}

/* ---- a program that has a loop already ---- */

static void on_tick(uv_timer_t *tick)
{
    hello_fetch_begin(tick->data);
}

int main(void)
{
    uv_loop_t *loop = uv_default_loop();
    struct hello_fetch fetch = {.err = -1};
    uv_timer_t tick = {.data = &fetch};
    struct reactor_handles handles;
    struct vr_reactor *reactor = NULL;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = reactor_handles_open(&handles, loop, reactor);
    if (err) {
        fprintf(stderr, "in_libuv: no descriptor: %s\n", vr_strerror(err));
        return vr_reactor_free(reactor), 1;
    }
    uv_timer_init(loop, &tick);
    uv_timer_start(&tick, on_tick, 10, 10); /* milliseconds */
    if (!hello_fetch_open(&fetch, reactor, 3))
        uv_run(loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&tick, NULL);
    hello_fetch_close(&fetch);
    reactor_handles_close(&handles);
    uv_run(loop, UV_RUN_DEFAULT);
    vr_reactor_free(reactor);
    return fetch.err != 0;
}
