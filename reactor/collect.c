/* SPDX-License-Identifier: MIT */
/**
 * @file collect.c
 * A wait outside of turns, or inside a callback of one.
 *
 * What it finds for others is found again by the next turn, as all selectors
 * are level-triggered.
 */
#include <vreactor/reactor/collect.h>

#include <errno.h>
#include <poll.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/reactor/fd_wait.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/reactor/wheel.h>

enum {
    MOST = 256, /* entries of one wait */
    ALL_FLAGS = VR_COLLECT_NO_EVENTS | VR_COLLECT_NO_TIMES,
};

/* One call of vr_reactor_collect(). */
struct round {
    struct vr_reactor *reactor;
    unsigned flags;
    bool makes_turns; /* else what is due ends no wait */
    vr_time end;
    struct vr_collected *ready;
    int cap, count;
    bool others; /* are ready, with callbacks */
    bool is_over;
};

/* ---- what is due ---- */

static bool has_due_calls(const struct round *round, vr_time now)
{
    struct vr_wheel *wheel = round->reactor->wheel;

    return !(round->flags & VR_COLLECT_NO_TIMES) &&
           (!vr_list_is_empty(&wheel->batch) || vr_wheel_next(wheel) <= now);
}

static bool is_turn_due(const struct round *round, vr_time now)
{
    struct vr_reactor *reactor = round->reactor;
    bool events = !(round->flags & VR_COLLECT_NO_EVENTS);

    return vr_reactor_stops(reactor) || !vr_list_is_empty(&reactor->pumps) ||
           !vr_list_is_empty(&reactor->closings) ||
           vr_inbox_has_some(reactor->inbox) ||
           (events && reactor->watches.dirty >= 0) || has_due_calls(round, now);
}

static vr_time sooner(vr_time a, vr_time b)
{
    return a < b ? a : b;
}

static vr_time time_to_wait(const struct round *round)
{
    struct vr_reactor *reactor = round->reactor;
    vr_time now = vr_now(&reactor->env), end = round->end;

    if (round->makes_turns && is_turn_due(round, now))
        return 0;
    if (round->makes_turns && !(round->flags & VR_COLLECT_NO_TIMES))
        end = sooner(end, vr_wheel_next(reactor->wheel));
    return end == VR_TIME_MAX ? -1 : vr_time_until(end, now);
}

/* ---- what is ready ---- */

static void hand_out(struct round *round, struct vr_slot *slot, unsigned events)
{
    struct vr_collected *known = &round->ready[slot->place];

    if (slot->place < round->count && known->watch == slot->reader) {
        known->events |= events; /* reading and writing came apart */
        return;
    }
    slot->place = round->count;
    round->ready[round->count++] =
        (struct vr_collected){.watch = slot->reader, .events = events};
}

/* A watch with callbacks is ready.  Where no turn can be made it would end each
 * wait: the selector hears of it again when the next turn begins to wait. */
static void pass_over(struct round *round, int fd)
{
    struct vr_reactor *reactor = round->reactor;

    round->others = true;
    if (round->makes_turns)
        return;
    if (!reactor->in_turn || vr_watch_table_arm(&reactor->watches, fd, 0) < 0) {
        round->is_over = true;
        return;
    }
    vr_watch_table_changed(reactor, fd);
}

static void take(struct round *round, const struct vr_ready *found)
{
    struct vr_reactor *reactor = round->reactor;
    struct vr_slot *slot = vr_watch_table_slot(&reactor->watches, found->key);
    int fd = (int)(uint32_t)found->key;

    if (slot->reader == reactor->wake_watch) {
        vr_inbox_drain_wake(reactor->inbox);
    } else if (slot->reader && slot->reader->ops == &vr_collect_ops) {
        if (found->events & slot->reader->want)
            hand_out(round, slot, found->events & slot->reader->want);
    } else {
        pass_over(round, fd);
    }
}

/* ---- waiting ---- */

/* For posts, stops and wake-ups, and for nothing else. */
static int wait_to_be_woken(struct round *round, vr_time span)
{
    struct vr_reactor *reactor = round->reactor;
    int found =
        vr_fd_poll(&reactor->env, reactor->inbox->wake[0], POLLIN, span);

    if (found > 0)
        vr_inbox_drain_wake(reactor->inbox);
    else
        round->is_over = true; /* its time, or a signal came */
    return found == -EINTR ? 0 : found;
}

/* The events that a guest's base has found are gone with the turn that it makes
 * for them.  What is handed out is the last to be looked at the next time. */
static void look_at_each(struct round *round)
{
    const struct vr_env *env = &round->reactor->env;
    struct vr_list *head = &round->reactor->watches.watches, *link;

    for (link = head->next; link != head && round->count < round->cap;
         link = link->next) {
        struct vr_watch *watch = vr_container_of(link, struct vr_watch, link);
        if (watch->ops != &vr_collect_ops || !watch->want)
            continue;
        int events = vr_fd_wait(env, watch->fd, watch->want, 0);
        if (events > 0)
            round->ready[round->count++] = (struct vr_collected){
                .watch = watch, .events = (unsigned)events};
    }
    for (int i = 0; i < round->count; i++) {
        vr_list_remove(&round->ready[i].watch->link);
        vr_list_append(head, &round->ready[i].watch->link);
    }
}

static int wait_in_selector(struct round *round, vr_time span)
{
    struct vr_reactor *reactor = round->reactor;
    struct vr_selector *selector = reactor->selector;
    struct vr_ready found[MOST];

    if (selector->ops->is_guest) {
        look_at_each(round);
        return 0;
    }
    int count = selector->ops->wait(selector, found, round->cap, span);
    int live = 0;
    if (count == 0)
        round->is_over = true; /* its time, or a signal came */
    for (int i = 0; i < count; i++) {
        if (!vr_reactor_admit(reactor, found[i].key))
            continue;
        take(round, &found[i]);
        live++;
    }
    if (count > 0)
        vr_reactor_sifted(reactor, count, live, span);
    return count;
}

/* As the loop does before it waits: then nobody fails to wake us. */
static bool may_sleep(const struct round *round)
{
    struct vr_reactor *reactor = round->reactor;

    if (!vr_inbox_doze(reactor->inbox)) {
        if (round->makes_turns)
            return false;
        vr_inbox_doze_over(reactor->inbox);
    }
    return !atomic_load(&reactor->stop) && !atomic_load(&reactor->wake);
}

static int wait_once(struct round *round)
{
    struct vr_reactor *reactor = round->reactor;
    vr_time span = time_to_wait(round);

    if (span != 0 && !may_sleep(round))
        span = 0;
    int result = round->flags & VR_COLLECT_NO_EVENTS
                     ? wait_to_be_woken(round, span)
                     : wait_in_selector(round, span);
    vr_inbox_rise(reactor->inbox);
    if (atomic_load(&reactor->wake) && atomic_exchange(&reactor->wake, false)) {
        reactor->woken = reactor->in_turn;
        round->is_over = true;
    }
    if (span == 0 || vr_reactor_stops(reactor))
        round->is_over = true;
    return result < 0 ? result : 0;
}

/* Tell the selector what is wanted.  What it refuses is left to a turn, whose
 * callbacks hear of it.  @return the first error */
static int tell_selector(struct vr_reactor *reactor)
{
    struct vr_watch_table *table = &reactor->watches;
    int fd = table->dirty, first = 0;

    table->dirty = -1;
    while (fd >= 0) {
        int next = table->slots[fd].next_dirty;
        table->slots[fd].dirty = false;
        int err = vr_watch_table_arm(table, fd, vr_watch_wanted_of(table, fd));
        if (err < 0) {
            vr_watch_table_changed(reactor, fd);
            first = first ? first : err;
        }
        fd = next;
    }
    return first;
}

static int collect(struct round *round)
{
    int err = 0;

    if (!(round->flags & VR_COLLECT_NO_EVENTS))
        err = tell_selector(round->reactor);
    if (err && !round->makes_turns)
        return err;
    do {
        round->others = false;
        err = wait_once(round);
    } while (!err && !round->is_over && !round->count &&
             !(round->others && round->makes_turns));
    return err;
}

static int check(struct vr_reactor *reactor, vr_time timeout, unsigned flags,
                 const struct vr_collected *ready, size_t cap)
{
    if (vr_reactor_is_inherited(reactor))
        return -ECHILD;
    if (vr_reactor_is_closed(reactor))
        return -VR_ECLOSED;
    if (flags & ~(unsigned)ALL_FLAGS)
        return -EINVAL;
    if (!(flags & VR_COLLECT_NO_EVENTS) && (!ready || !cap))
        return -EINVAL;
    return timeout != 0 && reactor->selector->ops->is_guest ? -ENOTSUP : 0;
}

int vr_reactor_collect(struct vr_reactor *reactor, vr_time timeout,
                       unsigned flags, struct vr_collected *ret_ready,
                       size_t cap, bool *ret_due)
{
    vr_assert_may_touch(reactor);

    int err = check(reactor, timeout, flags, ret_ready, cap);
    if (err)
        return err;

    vr_time now = vr_now(&reactor->env);
    int most =
        reactor->events_per_turn < MOST ? reactor->events_per_turn : MOST;
    struct round round = {
        .reactor = reactor,
        .flags = flags,
        .makes_turns = ret_due != NULL,
        .end = timeout < 0 ? VR_TIME_MAX : vr_time_add(now, timeout),
        .ready = ret_ready,
        .cap = cap < (size_t)most ? (int)cap : most,
    };
    err = collect(&round);
    vr_reactor_moved(reactor); /* a host's wait may have been woken for it */
    if (err)
        return err;
    if (ret_due)
        *ret_due = round.others || is_turn_due(&round, vr_now(&reactor->env));
    return round.count;
}
