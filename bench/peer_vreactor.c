/* SPDX-License-Identifier: MIT */
#include "bench/peer.h"

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "bench/selector.h"

struct turn {
    struct vr_call call;
    void (*body)(void *arg);
    void *arg;
};

static struct vr_reactor *reactor;
static struct vr_call *timers;
static size_t fired;

static void on_timer(struct vr_call *call)
{
    (void)call;
    fired++;
}

static void on_turn(struct vr_call *call)
{
    struct turn *turn = vr_container_of(call, struct turn, call);

    turn->body(turn->arg);
}

static void open_loop(size_t count)
{
    struct vr_reactor_options options = bench_options();

    must(!vr_reactor_new(&options, &reactor), "vr_reactor_new");
    timers = must_alloc(count, sizeof(*timers));
    for (size_t i = 0; i < count; i++)
        vr_call_init(&timers[i], reactor, on_timer);
    fired = 0;
}

static void make_turn(void (*body)(void *arg), void *arg)
{
    struct turn turn = {.body = body, .arg = arg};

    vr_call_init(&turn.call, reactor, on_turn);
    vr_call_at(&turn.call, 0);
    must(!vr_reactor_turn(reactor, 0), "vr_reactor_turn");
}

static void arm(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++)
        vr_call_at(&timers[step->timer],
                   vr_turn_time(reactor) + step->delay_ms * VR_MSEC);
}

static void replace(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        vr_call_cancel(&timers[step->timer]);
        vr_call_at(&timers[step->timer],
                   vr_turn_time(reactor) + step->delay_ms * VR_MSEC);
    }
}

static void arm_after(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++)
        vr_call_after(&timers[step->timer], step->delay_ms * VR_MSEC);
}

static void replace_after(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        vr_call_cancel(&timers[step->timer]);
        vr_call_after(&timers[step->timer], step->delay_ms * VR_MSEC);
    }
}

static size_t fire(size_t count)
{
    size_t before = fired;

    while (fired < count)
        must(!vr_reactor_turn(reactor, 0), "vr_reactor_turn");
    return count - before;
}

static void close_loop(void)
{
    must(!vr_reactor_free(reactor), "vr_reactor_free"); /* forgets calls */
    free(timers);
}

const struct peer peer_vreactor = {
    .name = "vreactor",
    .open = open_loop,
    .turn = make_turn,
    .arm = arm,
    .replace = replace,
    .fire = fire,
    .close = close_loop,
};

const struct peer peer_vreactor_after = {
    .name = "vreactor-after",
    .open = open_loop,
    .turn = make_turn,
    .arm = arm_after,
    .replace = replace_after,
    .fire = fire,
    .close = close_loop,
};
