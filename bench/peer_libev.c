/* SPDX-License-Identifier: MIT */
#include "bench/peer.h"

#include <ev.h>

static struct ev_loop *loop;
static struct ev_timer *timers;
static size_t fired;
static void (*turn_body)(void *arg);

static void on_timer(struct ev_loop *of, struct ev_timer *timer, int events)
{
    (void)of, (void)timer, (void)events;
    fired++;
}

static void on_turn(struct ev_loop *of, struct ev_timer *timer, int events)
{
    (void)of, (void)events;
    turn_body(timer->data);
}

static void open_loop(size_t count)
{
    loop = ev_loop_new(EVFLAG_AUTO);
    must(loop != NULL, "ev_loop_new");
    timers = must_alloc(count, sizeof(*timers));
    for (size_t i = 0; i < count; i++)
        ev_timer_init(&timers[i], on_timer, 0., 0.);
    fired = 0;
}

static void turn(void (*body)(void *arg), void *arg)
{
    struct ev_timer now;

    ev_timer_init(&now, on_turn, 0., 0.);
    now.data = arg;
    turn_body = body;
    ev_timer_start(loop, &now);
    ev_run(loop, EVRUN_ONCE);
}

static void arm(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        struct ev_timer *timer = &timers[step->timer];
        timer->repeat = step->delay_ms * 1e-3;
        ev_timer_again(loop, timer);
    }
}

static void replace(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        struct ev_timer *timer = &timers[step->timer];
        ev_timer_stop(loop, timer);
        ev_timer_set(timer, step->delay_ms * 1e-3, 0.);
        ev_timer_start(loop, timer);
    }
}

static size_t fire(size_t count)
{
    size_t before = fired;

    while (fired < count)
        ev_run(loop, EVRUN_NOWAIT);
    return count - before;
}

static void close_loop(void)
{
    ev_loop_destroy(loop);
    free(timers);
}

const struct peer peer_libev = {
    .name = "libev",
    .open = open_loop,
    .turn = turn,
    .arm = arm,
    .replace = replace,
    .fire = fire,
    .close = close_loop,
};
