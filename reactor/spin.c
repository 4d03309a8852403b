/* SPDX-License-Identifier: MIT */
/**
 * @file spin.c
 * What a busy thread does before it sleeps, if asked: look a little longer.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>

enum { MOST_LOOKS = 4096 }; /* a clock may stand still, in a test */

static bool is_called(const struct vr_reactor *reactor)
{
    return vr_inbox_has_some(reactor->inbox) || atomic_load(&reactor->stop) ||
           atomic_load(&reactor->wake);
}

/* Awake all the time, so that who posts need not wake it. */
int vr_reactor_spin(struct vr_reactor *reactor, vr_time most)
{
    struct vr_selector *selector = reactor->selector;
    vr_time span = most >= 0 && most < reactor->spin ? most : reactor->spin;
    vr_time end = vr_time_add(reactor->now, span);
    int count = 0;

    reactor->spins++;
    for (int looks = 0; looks < MOST_LOOKS && reactor->now < end; looks++) {
        count = selector->ops->wait(selector, reactor->ready,
                                    reactor->events_per_turn, 0);
        if (count || is_called(reactor)) {
            reactor->spins_caught++;
            break;
        }
        reactor->now = vr_now(&reactor->env);
    }
    return count;
}

void vr_reactor_spins(const struct vr_reactor *reactor, uint64_t *ret_spins,
                      uint64_t *ret_caught)
{
    *ret_spins = reactor->spins;
    *ret_caught = reactor->spins_caught;
}
