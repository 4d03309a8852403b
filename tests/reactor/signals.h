/* SPDX-License-Identifier: MIT */
/**
 * @file signals.h
 * Signals that note how often they are heard, for tests of reactor/signal.h.
 */
#ifndef VR_TESTS_REACTOR_SIGNALS_H
#define VR_TESTS_REACTOR_SIGNALS_H

#include <vreactor/reactor/signal.h>

#include <signal.h>
#include <unistd.h>

#include "tests/support/child.h"
#include "watches.h"

/** Notes what it hears, and does what the test wants of it. */
struct listener {
    struct vr_signal signal;
    int calls;
    unsigned heard; /* signals */
    pid_t sender;
    void (*act)(struct listener *listener); /* NULL: nothing */
};

static inline void note_signal(struct vr_signal *signal)
{
    struct listener *listener =
        vr_container_of(signal, struct listener, signal);

    listener->calls++;
    listener->heard += vr_signal_count(signal);
    listener->sender = vr_signal_sender(signal);
    if (listener->act)
        listener->act(listener);
}

/** Hear @p number on the reactor of the test. */
static inline void listen_to(struct listener *listener, int number)
{
    *listener = (struct listener){.calls = 0};
    check_int(vr_signal_open(&listener->signal, reactor, number, note_signal),
              0);
}

/** A signal to this process, which has arrived when this returns. */
static inline void send_signal(int number)
{
    check_int(kill(getpid(), number), 0);
}

/** What some do when they hear one. */
static inline void stop_it(struct listener *listener)
{
    (void)listener;
    vr_reactor_stop(reactor);
}

static inline void turn_once(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/** The disposition of @p number. */
static inline struct sigaction disposition(int number)
{
    struct sigaction now;

    check_int(sigaction(number, NULL, &now), 0);
    return now;
}

#endif
