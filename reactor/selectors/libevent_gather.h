/* SPDX-License-Identifier: MIT */
/**
 * @file libevent_gather.h
 * What two selectors over libevent share: events that are collected while the
 * base runs, and a wait that reports them.  One selector has a base of its own
 * (libevent.h), the other is a guest on the program's (reactor/libevent.h).
 * Internal.
 *
 * Errors and threads: as in selector.h.
 */
#ifndef VR_REACTOR_SELECTORS_LIBEVENT_GATHER_H
#define VR_REACTOR_SELECTORS_LIBEVENT_GATHER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

#include <vreactor/base/list.h>
#include <vreactor/reactor/selectors/selector.h>

struct event;
struct event_base;
struct vr_libevent_slot;

struct vr_libevent {
    struct vr_selector base;
    struct event_base *loop;
    struct event *timer;     /* ends a wait, or makes a guest's turn */
    struct event *turn;      /* activated by what gathers; NULL: not a guest */
    struct vr_list gathered; /* slots found ready, and those handed out last */
    size_t found_count;      /* those found ready */
    struct vr_libevent_slot **slots; /* by descriptor; NULL: not awaited */
    size_t slot_count;
    void *guest;   /* whose turns @p turn and the timer make; NULL: none yet */
    uint64_t mark; /* of the process that opened it */
};

/** A selector over @p loop, which it keeps.  Its timer calls @p on_time with
 *  @p ret_self. */
int vr_libevent_open(const struct vr_env *env,
                     const struct vr_selector_ops *ops, struct event_base *loop,
                     void (*on_time)(int fd, short what, void *self),
                     struct vr_libevent **ret_self);

/** Await nothing any more. */
void vr_libevent_forget_all(struct vr_libevent *self);

/** Free @p self and what it has on its base, which goes on. */
void vr_libevent_free(struct vr_libevent *self);

/** Free @p self, but leave its events on the base, which is not run any
 *  more. */
void vr_libevent_abandon(struct vr_libevent *self);

/** Operations of both. */
struct vr_libevent *vr_libevent_of(struct vr_selector *sel);
int vr_libevent_fd(struct vr_selector *sel);
int vr_libevent_watch(struct vr_selector *sel, int fd, uint64_t key,
                      unsigned was, unsigned now);
void vr_libevent_drop(struct vr_selector *sel, int fd);

/** Report up to @p cap of the events that were collected, the oldest first.
 *  @return how many */
int vr_libevent_hand_out(struct vr_libevent *self, struct vr_ready *ready,
                         int cap);

/** @p span in whole microseconds, rounded up; at most a day. */
struct timeval vr_libevent_timeval(vr_time span);

#endif
