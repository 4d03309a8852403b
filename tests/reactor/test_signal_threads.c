/* SPDX-License-Identifier: MIT */
/**
 * @file test_signal_threads.c
 * Signals that come on several threads, while reactors on others open and close
 * what hears them.
 */
#include "signals.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { REACTORS = 3, ROUNDS = 300, SENDERS = 2, LEAST = 100 };

static atomic_bool over;
static atomic_int sent;

/* Each raises it on its own thread. */
static void *send_signals(void *arg)
{
    while (!over) {
        check_int(pthread_kill(pthread_self(), SIGUSR1), 0);
        atomic_fetch_add(&sent, 1);
        (void)sched_yield();
    }
    return arg;
}

static void open_and_close(struct vr_reactor *mine)
{
    struct listener *listener = vr_alloc(NULL, sizeof(*listener));

    check(listener);
    check_int(vr_signal_open(&listener->signal, mine, SIGUSR1, note_signal), 0);
    check_int(vr_reactor_turn(mine, 0), 0);
    vr_signal_close(&listener->signal);
    vr_dealloc(NULL, listener);
}

static void *come_and_go(void *arg)
{
    struct vr_reactor *mine;

    for (int i = 0; i < ROUNDS; i++) {
        if (i % 50 == 0)
            check_int(vr_reactor_new(NULL, &mine), 0);
        open_and_close(mine);
        if (i % 50 == 49)
            check_int(vr_reactor_free(mine), 0);
    }
    return arg;
}

/* One that stays hears all, whatever the others do. */
/* promises reactor-31, reactor-32 */
TEST(signal_threads, are_heard_while_others_come_and_go)
{
    pthread_t senders[SENDERS], others[REACTORS];
    struct listener listener;

    set_up();
    listen_to(&listener, SIGUSR1);
    for (int i = 0; i < SENDERS; i++)
        check(!pthread_create(&senders[i], NULL, send_signals, NULL));
    for (int i = 0; i < REACTORS; i++)
        check(!pthread_create(&others[i], NULL, come_and_go, NULL));
    for (int i = 0; i < REACTORS; i++)
        check(!pthread_join(others[i], NULL));
    while (sent < LEAST)
        turn_once();
    over = true;
    for (int i = 0; i < SENDERS; i++)
        check(!pthread_join(senders[i], NULL));
    turn_once();
    check_int(listener.heard, sent);
    vr_signal_close(&listener.signal);
    tear_down();
}

/* A reactor's own thread blocks the signal: this one has the handler. */
/* promise reactor-30 */
TEST(signal_threads, are_heard_by_a_reactor_in_a_thread_of_its_own)
{
    struct listener listener;

    set_up();
    listen_to(&listener, SIGTERM);
    listener.act = stop_it;
    check_int(vr_reactor_start(reactor), 0);
    send_signal(SIGTERM);
    check_int(vr_reactor_join(reactor), 0);
    check_int(listener.heard, 1);
    vr_signal_close(&listener.signal);
    tear_down();
}
