/* SPDX-License-Identifier: MIT */
/**
 * @file soak_loop.c
 * Calls, posts of other threads, and signals.
 */
#include "bench/soak.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/signal.h>

#include "bench/peer.h"

/* ---- calls: they put each other off ---- */

enum { CALLS = 1000, LONGEST_MS = 50 };

static struct vr_call calls[CALLS];
static long calls_ran;

static void schedule(struct vr_call *call)
{
    vr_call_after(call, soak_draw(LONGEST_MS * 1000) * VR_USEC);
}

static void on_call(struct vr_call *call)
{
    struct vr_call *other = &calls[soak_draw(CALLS)];

    calls_ran++;
    schedule(call);
    if (vr_call_cancel(other))
        schedule(other);
}

static bool begin_calls(void)
{
    for (int i = 0; i < CALLS; i++) {
        vr_call_init(&calls[i], soak_reactor, on_call);
        schedule(&calls[i]);
    }
    return true;
}

static void end_calls(void)
{
    for (int i = 0; i < CALLS; i++)
        vr_call_cancel(&calls[i]);
    soak_part_is_over();
}

const struct soak_part soak_calls = {"calls", begin_calls, end_calls,
                                     &calls_ran};

/* ---- posts: so many a millisecond ---- */

enum { SENDERS = 2, A_MS = 10 };

static pthread_t senders[SENDERS];
static int senders_left;
static sem_t may_send;
static atomic_bool ends;
static struct vr_call allowing;
static long posts_ran;

static void free_post(struct vr_post *post)
{
    posts_ran++;
    vr_dealloc(soak_env, post);
}

static void free_last(struct vr_post *post)
{
    vr_dealloc(soak_env, post);
    if (--senders_left)
        return;

    for (int i = 0; i < SENDERS; i++)
        pthread_join(senders[i], NULL);
    vr_call_cancel(&allowing);
    must(!sem_destroy(&may_send), "sem_destroy");
    soak_part_is_over();
}

static void send_post(void (*run)(struct vr_post *post))
{
    struct vr_post *post = vr_alloc(soak_env, sizeof(*post));

    must(post != NULL, "vr_alloc");
    *post = (struct vr_post){.run = run};
    vr_reactor_post(soak_reactor, post);
}

static void *send_on(void *arg)
{
    (void)arg;
    while (!atomic_load(&ends))
        if (!sem_wait(&may_send))
            send_post(free_post);
    send_post(free_last);
    return NULL;
}

static void allow(struct vr_call *call)
{
    (void)call;
    for (int i = 0; i < A_MS; i++)
        must(!sem_post(&may_send), "sem_post");
}

static bool begin_posts(void)
{
    sigset_t all, before;

    must(!sem_init(&may_send, 0, 0), "sem_init");
    sigfillset(&all); /* signals are for the loop's thread */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (senders_left = 0; senders_left < SENDERS; senders_left++)
        must(!pthread_create(&senders[senders_left], NULL, send_on, NULL),
             "pthread_create");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    vr_call_init(&allowing, soak_reactor, allow);
    vr_call_repeat(&allowing, VR_MSEC);
    return true;
}

/* Whoever waits is allowed to go on still, and sees it then. */
static void end_posts(void)
{
    atomic_store(&ends, true);
}

const struct soak_part soak_posts = {"posts", begin_posts, end_posts,
                                     &posts_ran};

/* ---- signals: two listen, a third comes and goes ---- */

enum { LISTENERS = 3, PERIOD_MS = 5 };

static struct vr_signal listeners[LISTENERS];
static struct vr_call raising;
static long signals_sent, signals_heard; /* by the first */

static void hear(struct vr_signal *signal)
{
    if (signal == &listeners[0])
        signals_heard += vr_signal_count(signal);
}

static void listen_by(struct vr_signal *signal)
{
    must(!vr_signal_open(signal, soak_reactor, SIGUSR1, hear),
         "vr_signal_open");
}

static void send_signal(struct vr_call *call)
{
    struct vr_signal *third = &listeners[LISTENERS - 1];

    (void)call;
    for (uint32_t i = soak_draw(4); i > 0; i--, signals_sent++)
        must(!kill(getpid(), SIGUSR1), "kill");
    vr_signal_close(third);
    listen_by(third);
}

static bool begin_signals(void)
{
    for (int i = 0; i < LISTENERS; i++)
        listen_by(&listeners[i]);
    vr_call_init(&raising, soak_reactor, send_signal);
    vr_call_repeat(&raising, PERIOD_MS * VR_MSEC);
    return true;
}

/* Calls run behind posts, by which signals are heard. */
static void finish_signals(struct vr_call *call)
{
    (void)call;
    must(signals_heard == signals_sent, "hearing of each signal");
    for (int i = 0; i < LISTENERS; i++)
        vr_signal_close(&listeners[i]);
    soak_part_is_over();
}

static void end_signals(void)
{
    vr_call_cancel(&raising);
    vr_call_init(&raising, soak_reactor, finish_signals);
    vr_call_after(&raising, PERIOD_MS * VR_MSEC);
}

const struct soak_part soak_signals = {"signals", begin_signals, end_signals,
                                       &signals_heard};
