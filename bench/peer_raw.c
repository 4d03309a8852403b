/* SPDX-License-Identifier: MIT */
#include "bench/peer.h"

#include <string.h>
#include <time.h>

/* A wheel of lists, in milliseconds, and nothing else: no loop. */

enum { LEVELS = 5, BITS = 6, SLOTS = 1 << BITS };

struct timer {
    struct timer *next, **at; /* at NULL: not armed */
    uint64_t placed, due;     /* due may be later than where it is placed */
    void (*fn)(struct timer *timer);
};

static struct timer *slots[LEVELS][SLOTS];
static struct timer *timers;
static uint64_t now;
static size_t fired;

static uint64_t clock_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

static void on_timer(struct timer *timer)
{
    (void)timer;
    fired++;
}

static void unlink_timer(struct timer *timer)
{
    *timer->at = timer->next;
    if (timer->next)
        timer->next->at = timer->at;
    timer->at = NULL;
}

static void place(struct timer *timer)
{
    uint64_t apart = timer->due ^ now;
    int level = apart ? (63 - __builtin_clzll(apart)) / BITS : 0;
    struct timer **at =
        &slots[level][timer->due >> (level * BITS) & (SLOTS - 1)];

    timer->placed = timer->due;
    timer->next = *at;
    timer->at = at;
    if (*at)
        (*at)->at = &timer->next;
    *at = timer;
}

static void put(struct timer *timer, uint64_t due)
{
    timer->due = due;
    if (timer->at && due >= timer->placed)
        return; /* it moves when its slot comes */
    if (timer->at)
        unlink_timer(timer);
    place(timer);
}

static void open_wheel(size_t count)
{
    timers = must_alloc(count, sizeof(*timers));
    for (size_t i = 0; i < count; i++)
        timers[i].fn = on_timer;
    memset(slots, 0, sizeof(slots));
    now = clock_ms();
    fired = 0;
}

static void turn(void (*body)(void *arg), void *arg)
{
    body(arg);
}

static void arm(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++)
        put(&timers[step->timer], now + step->delay_ms);
}

static void replace(const struct step *steps, size_t count)
{
    for (const struct step *step = steps; step < steps + count; step++) {
        struct timer *timer = &timers[step->timer];
        if (timer->at)
            unlink_timer(timer);
        put(timer, now + step->delay_ms);
    }
}

/* What is due runs, the rest goes to where it belongs now. */
static void empty(struct timer **slot)
{
    struct timer *timer = *slot;

    *slot = NULL;
    for (struct timer *next; timer; timer = next) {
        next = timer->next;
        timer->at = NULL;
        if (timer->due <= now)
            timer->fn(timer);
        else
            place(timer);
    }
}

static void tick(void)
{
    now++;
    for (int level = LEVELS - 1; level >= 0; level--)
        if (!(now & ((UINT64_C(1) << (level * BITS)) - 1)))
            empty(&slots[level][now >> (level * BITS) & (SLOTS - 1)]);
}

static size_t fire(size_t count)
{
    size_t before = fired;

    while (fired < count)
        for (uint64_t until = clock_ms(); now < until;)
            tick();
    return count - before;
}

static void close_wheel(void)
{
    free(timers);
}

const struct peer peer_raw = {
    .name = "raw",
    .open = open_wheel,
    .turn = turn,
    .arm = arm,
    .replace = replace,
    .fire = fire,
    .close = close_wheel,
};
