/* SPDX-License-Identifier: MIT */
/**
 * @file repeats.h
 * Repeats that note what they ran for, for tests of reactor/repeat.h.
 */
#ifndef VR_TESTS_REACTOR_REPEATS_H
#define VR_TESTS_REACTOR_REPEATS_H

#include <vreactor/reactor/repeat.h>

#include <string.h>

#include "tests/reactor/calls.h"

/* Notes the times it ran for, and does what the test wants of it. */
struct beat {
    struct vr_repeat repeat;
    int runs;
    vr_time last[64];
    uint64_t missed[64];
    void (*act)(struct beat *beat); /* NULL: nothing */
};

static struct beat one;
static vr_time begin;

static inline void on_beat(struct vr_repeat *repeat)
{
    struct beat *beat = vr_container_of(repeat, struct beat, repeat);
    int run = beat->runs++;

    check(vr_repeat_last(repeat) <= vr_turn_time(reactor));
    if (run < 64) {
        beat->last[run] = vr_repeat_last(repeat);
        beat->missed[run] = vr_repeat_missed(repeat);
    }
    if (beat->act)
        beat->act(beat);
}

static inline void beat_init(struct beat *beat)
{
    memset(beat, 0, sizeof(*beat));
    vr_repeat_init(&beat->repeat, reactor, on_beat);
}

static inline void set_up_one(enum vr_repeat_policy policy)
{
    set_up();
    beat_init(&one);
    vr_repeat_set_policy(&one.repeat, policy);
    begin = now();
}

static inline void turn_at_once(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

#endif
