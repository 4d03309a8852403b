/* SPDX-License-Identifier: MIT */
/**
 * @file signal.c
 * What a reactor hears of signals.
 */
#include <vreactor/reactor/signal.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/signal_table.h>
#include <vreactor/reactor/state.h>

static struct vr_signal_ear *ear_of(struct vr_post *post)
{
    return vr_container_of(post, struct vr_signal_ear, post);
}

static void free_ear(struct vr_signal_ear *ear)
{
    vr_list_remove(&ear->link);
    vr_dealloc(&ear->inbox->home.env, ear);
}

static void hear(struct vr_post *post)
{
    struct vr_signal_ear *ear = ear_of(post);
    struct vr_signal *signal = ear->owner;
    unsigned count = atomic_exchange(&ear->unheard, 0);

    if (!signal) {
        free_ear(ear);
        return;
    }
    signal->count = count;
    signal->sender = atomic_load(&ear->sender);
    signal->heard(signal);
}

/* The reactor is closed, and so was the signal before. */
static void drop(struct vr_post *post)
{
    free_ear(ear_of(post));
}

/* It hears no more: a post that is under way frees it. */
static void let_go(struct vr_signal_ear *ear)
{
    ear->owner = NULL;
    if (atomic_load(&ear->unheard) == 0)
        free_ear(ear);
}

static int listen_to(struct vr_reactor *reactor, int number,
                     struct vr_signal_ear **ret_ear)
{
    struct vr_signal_ear *ear = vr_alloc(&reactor->env, sizeof(*ear));
    if (!ear)
        return -ENOMEM;

    ear->inbox = reactor->inbox;
    ear->post = (struct vr_post){.run = hear, .cancelled = drop};
    vr_list_append(&reactor->signals, &ear->link);
    int err = vr_signal_table_add(&reactor->env, number, ear);
    if (err)
        let_go(ear);
    else
        *ret_ear = ear;
    return err;
}

int vr_signal_open(struct vr_signal *signal, struct vr_reactor *reactor,
                   int number, vr_signal_fn *heard)
{
    struct vr_signal_ear *ear;

    assert(heard);
    vr_assert_may_touch(reactor);
    *signal = (struct vr_signal){.number = 0};
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    int err = listen_to(reactor, number, &ear);
    if (err)
        return err;

    *signal = (struct vr_signal){.ear = ear, .heard = heard, .number = number};
    ear->owner = signal;
    return 0;
}

void vr_signal_close(struct vr_signal *signal)
{
    struct vr_signal_ear *ear = signal->ear;
    if (!ear)
        return;

    vr_signal_table_remove(&ear->inbox->home.env, signal->number, ear);
    *signal = (struct vr_signal){.number = 0};
    let_go(ear);
}

static struct vr_signal_ear *ear_at(struct vr_list *link)
{
    return vr_container_of(link, struct vr_signal_ear, link);
}

void vr_signals_close(struct vr_reactor *reactor)
{
    struct vr_list *head = &reactor->signals;
    int count = 0;

    for (struct vr_list *link = head->next, *next; link != head; link = next) {
        next = link->next;
        if (ear_at(link)->owner) {
            vr_signal_close(ear_at(link)->owner);
            count++;
        }
    }
    if (count > 0)
        vr_log_info(reactor->logger, "closed with %d %s still watched", count,
                    count == 1 ? "signal" : "signals");
}

/* In a child: what was on its way is the parent's to hear. */
static void forget_heard(struct vr_reactor *reactor)
{
    struct vr_list *head = &reactor->signals;

    for (struct vr_list *link = head->next, *next; link != head; link = next) {
        struct vr_signal_ear *ear = ear_at(link);
        next = link->next;
        vr_inbox_take_back(reactor->inbox, &ear->post);
        atomic_store(&ear->unheard, 0);
        if (!ear->owner)
            free_ear(ear);
    }
}

int vr_signals_renew(struct vr_reactor *reactor)
{
    const struct vr_env *env = &reactor->env;
    struct vr_list *head = &reactor->signals, *link;
    int err = 0;

    forget_heard(reactor);
    for (link = head->next; !err && link != head; link = link->next)
        err =
            vr_signal_table_add(env, ear_at(link)->owner->number, ear_at(link));
    if (!err)
        return 0;

    for (link = link->prev->prev; link != head; link = link->prev)
        vr_signal_table_remove(env, ear_at(link)->owner->number, ear_at(link));
    return err;
}

/* Their posts never run. */
void vr_signals_forget(struct vr_reactor *reactor)
{
    struct vr_list *head = &reactor->signals;

    while (!vr_list_is_empty(head)) {
        struct vr_signal_ear *ear = ear_at(head->next);
        atomic_store(&ear->unheard, 0);
        if (ear->owner)
            vr_signal_close(ear->owner);
        else
            free_ear(ear);
    }
}

int vr_signal_number(const struct vr_signal *signal)
{
    return signal->number;
}

unsigned vr_signal_count(const struct vr_signal *signal)
{
    return signal->count;
}

pid_t vr_signal_sender(const struct vr_signal *signal)
{
    return signal->sender;
}
