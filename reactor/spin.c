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
static int look(struct vr_reactor *reactor, vr_time end)
{
    struct vr_selector *selector = reactor->selector;
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

int vr_reactor_spin(struct vr_reactor *reactor, vr_time span, vr_time *most)
{
    vr_time begin = reactor->now;

    if (span < 0 || span > reactor->spin)
        span = reactor->spin;
    int count = look(reactor, vr_time_add(begin, span));
    if (*most > 0)
        *most = vr_time_until(vr_time_add(begin, *most), reactor->now);
    return count ? vr_reactor_sift(reactor, count, 0) : 0;
}

void vr_reactor_spins(const struct vr_reactor *reactor, uint64_t *ret_spins,
                      uint64_t *ret_caught)
{
    *ret_spins = reactor->spins;
    *ret_caught = reactor->spins_caught;
}
