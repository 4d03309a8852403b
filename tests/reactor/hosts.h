/* SPDX-License-Identifier: MIT */
/**
 * @file hosts.h
 * A host that notes what it is told, of a reactor over a script, for tests of
 * vr_reactor_embed().
 */
#ifndef VR_TESTS_REACTOR_HOSTS_H
#define VR_TESTS_REACTOR_HOSTS_H

#include <vreactor/reactor/embed.h>

#include "tests/reactor/calls.h"

static struct host {
    int words;
    vr_time due;                    /* the last word */
    void (*act)(struct host *host); /* when it is told; NULL: nothing */
    int depth;                      /* of need_turn, now */
} host;

static inline void need_turn(void *arg, vr_time due)
{
    struct host *told = arg;

    check(told == &host);
    check_int(told->depth++, 0); /* it is never told while it is told */
    told->words++;
    told->due = due;
    if (told->act)
        told->act(told);
    told->depth--;
}

static inline void set_up_told_as(struct vr_reactor_options options)
{
    options.size = sizeof(options);
    reactor = script_reactor(&script, &test, &options);
    check_int(vr_reactor_embed(reactor, need_turn, &host), 0);
}

static inline void set_up_told(void)
{
    set_up_told_as((struct vr_reactor_options){.size = 0});
}

static inline void turn_at_once(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/** The host heard @p words so far, the last of them @p due. */
static inline void check_told(int words, vr_time due)
{
    check_int(host.words, words);
    check_int(host.due, due);
}

#endif
