/* SPDX-License-Identifier: MIT */
/**
 * @file soons.h
 * Pumps and closings that tell by a letter that they ran, on a reactor over a
 * script, for tests of reactor/soon.h.
 */
#ifndef VR_TESTS_REACTOR_SOONS_H
#define VR_TESTS_REACTOR_SOONS_H

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/watch.h>

#include "tests/support/script.h"

/** Tells its letter, and does what the test wants of it. */
struct teller {
    struct vr_soon soon;
    char letter;
    void (*act)(struct teller *teller); /* NULL: nothing */
    struct teller *other;
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static struct teller first, second; /* 'a' and 'b' */
static char story[64];
static int told;

static inline void tell(char letter)
{
    check(told < (int)sizeof(story) - 1);
    story[told++] = letter;
    story[told] = '\0';
}

static inline void tell_and_act(struct vr_soon *soon)
{
    struct teller *teller = vr_container_of(soon, struct teller, soon);

    tell(teller->letter);
    if (teller->act)
        teller->act(teller);
}

static inline void teller_init(struct teller *teller, char letter)
{
    *teller = (struct teller){.letter = letter};
    vr_soon_init(&teller->soon, tell_and_act);
}

static inline void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    teller_init(&first, 'a');
    teller_init(&second, 'b');
    told = 0;
    story[0] = '\0';
}

static inline void tear_down(void)
{
    script_free(&script, reactor);
}

static inline void pump(struct teller *teller)
{
    vr_soon_add_pump(&teller->soon, reactor);
}

static inline void close_last(struct teller *teller)
{
    vr_soon_add_closing(&teller->soon, reactor);
}

/** Acts. */
static inline void pump_other(struct teller *teller)
{
    pump(teller->other);
}

static inline void stop(struct teller *teller)
{
    (void)teller;
    vr_reactor_stop(reactor);
}

/** Make a turn, which tells @p heard, and may wait for ever. */
#define check_turn(heard)                                                      \
    do {                                                                       \
        check_int(vr_reactor_turn(reactor, -1), 0);                            \
        check_story(heard);                                                    \
    } while (0)

/** What was told since the last time. */
#define check_story(heard)                                                     \
    do {                                                                       \
        check_str(story, heard);                                               \
        told = 0;                                                              \
        story[0] = '\0';                                                       \
    } while (0)

#endif
