/* SPDX-License-Identifier: MIT */
/**
 * @file spurious.c
 * What a wait says that is no event of a watch: a shortage that will pass, and
 * what has become of descriptors that nobody watches any more.  Neither ends
 * the run, nor keeps the loop spinning.
 */
#include <vreactor/reactor/reactor_impl.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>

enum { MOST_DOUBLINGS = 4 };

static const vr_time FIRST_NAP = VR_MSEC; /* the longest is 16 ms */

/* Sleep a little: no post ends it. */
static void nap(struct vr_reactor *reactor, vr_time most)
{
    vr_time span = FIRST_NAP << reactor->naps;

    if (reactor->naps < MOST_DOUBLINGS)
        reactor->naps++;
    if (most >= 0 && most < span)
        span = most;
    if (span > 0) /* else there is something to do, or a host that waits */
        vr_nap(&reactor->env, span);
}

static bool is_passing(int err)
{
    return err == -EAGAIN || err == -ENOMEM || err == -ENOBUFS;
}

static void bear_shortage(struct vr_reactor *reactor, int err, vr_time most)
{
    vr_log_limited(&reactor->shortages, reactor->logger, VR_LOG_WARN,
                   "cannot wait now, trying again: %s (%s)", vr_strerror(err),
                   vr_errname(err));
    nap(reactor, most);
}

/* The kernel reports open files, whatever their numbers: if a descriptor is
 * closed before its watch and there is a copy of it, its events come for
 * ever. */
static void name_stale(struct vr_reactor *reactor, uint64_t key)
{
    struct vr_slot *slot = vr_watch_table_slot(&reactor->watches, key);

    reactor->stale++;
    if (!slot || slot->stale)
        return;
    slot->stale = true;
    vr_log_warn(reactor->logger,
                "descriptor %d was closed before its watch, and a copy of "
                "it is open: the selector reports it for ever",
                (int)(uint32_t)key);
}

static bool is_watched(const struct vr_watch_table *table, uint64_t key)
{
    const struct vr_slot *slot = vr_watch_table_slot(table, key);

    return slot && slot->generation == (uint32_t)(key >> 32) &&
           (slot->reader || slot->writer);
}

bool vr_reactor_admit(struct vr_reactor *reactor, uint64_t key)
{
    if (is_watched(&reactor->watches, key))
        return true;
    name_stale(reactor, key);
    return false;
}

void vr_reactor_sifted(struct vr_reactor *reactor, int found, int live,
                       vr_time most)
{
    if (live < found && !live)
        nap(reactor, most);
    else
        reactor->naps = 0;
}

/* Of the @p live events, the one with the key of @p event takes up that one as
 * well: kqueue reports reading and writing apart, and a watch may want to hear
 * of both at once.  A place that is out of date shows another key, or lies
 * behind. */
static bool join(struct vr_reactor *reactor, int live,
                 const struct vr_ready *event)
{
    struct vr_slot *slot = vr_watch_table_slot(&reactor->watches, event->key);
    struct vr_ready *known = &reactor->ready[slot->place];

    if (slot->place < live && known->key == event->key) {
        known->events |= event->events;
        return true;
    }
    slot->place = live;
    return false;
}

/* @return how many are left, in front */
static int drop_stale(struct vr_reactor *reactor, int count)
{
    int live = 0;

    for (int i = 0; i < count; i++) {
        struct vr_ready event = reactor->ready[i];
        if (vr_reactor_admit(reactor, event.key) &&
            !join(reactor, live, &event))
            reactor->ready[live++] = event;
    }
    return live;
}

int vr_reactor_sift(struct vr_reactor *reactor, int result, vr_time most)
{
    if (result < 0 && !is_passing(result))
        return result;
    if (result < 0) {
        bear_shortage(reactor, result, most);
        return 0;
    }
    int live = drop_stale(reactor, result);
    vr_reactor_sifted(reactor, result, live, most);
    return live;
}
