/* SPDX-License-Identifier: MIT */
#include "bench/peer.h"

#include <event2/event.h>
#include <event2/event_struct.h>

static struct event_base *base;
static struct event *timers;
static size_t fired;
static void (*turn_body)(void *arg);

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what, (void)arg;
    fired++;
}

static void on_turn(evutil_socket_t fd, short what, void *arg)
{
    (void)fd, (void)what;
    turn_body(arg);
}

static void open_loop(size_t count)
{
    base = event_base_new();
    must(base != NULL, "event_base_new");
    timers = must_alloc(count, sizeof(*timers));
    for (size_t i = 0; i < count; i++)
        evtimer_assign(&timers[i], base, on_timer, NULL);
    fired = 0;
}

static void turn(void (*body)(void *arg), void *arg)
{
    turn_body = body;
    must(!event_base_once(base, -1, EV_TIMEOUT, on_turn, arg, NULL),
         "event_base_once");
    must(event_base_loop(base, EVLOOP_ONCE) >= 0, "event_base_loop");
}

static struct timeval span(uint32_t ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void arm(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        struct timeval delay = span(step->delay_ms);
        evtimer_add(&timers[step->timer], &delay);
    }
}

static void replace(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        struct timeval delay = span(step->delay_ms);
        evtimer_del(&timers[step->timer]);
        evtimer_add(&timers[step->timer], &delay);
    }
}

static size_t fire(size_t count)
{
    size_t before = fired;

    while (fired < count)
        must(event_base_loop(base, EVLOOP_NONBLOCK) >= 0, "event_base_loop");
    return count - before;
}

static void close_loop(void)
{
    event_base_free(base); /* deletes what is armed */
    free(timers);
}

const struct peer peer_libevent = {
    .name = "libevent",
    .open = open_loop,
    .turn = turn,
    .arm = arm,
    .replace = replace,
    .fire = fire,
    .close = close_loop,
};
