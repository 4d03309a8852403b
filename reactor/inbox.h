/* SPDX-License-Identifier: MIT */
/**
 * @file inbox.h
 * Posts from many threads to one: a lock-free queue and a wake-up.  Internal.
 *
 * Senders push on a stack with one compare-and-swap; the reactor takes the
 * whole stack with one exchange and reverses it, so each sender's posts keep
 * their order.  The flag `asleep` is set while the reactor sleeps: the sender
 * that finds it set clears it and wakes the reactor, so a sleep costs one
 * wake-up however many threads post.
 *
 * No wake-up is lost: the reactor sets `asleep` and then looks for posts, a
 * sender pushes and then looks at `asleep`, both sequentially consistent; at
 * least one of them sees the other.
 *
 * It is allocated on its own and counted, so that what may outlive its reactor
 * posts through it: a promise, say, keeps the inbox instead of the reactor, and
 * its posts are refused once the reactor is closed.  The count is that of the
 * reactor's environment, which stands in it: vr_env_keep() is a reference to
 * the inbox.
 */
#ifndef VR_REACTOR_INBOX_H
#define VR_REACTOR_INBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/env_home.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reports.h>

/** Bytes between what different threads write: processors fetch lines of 64
 *  bytes in pairs, and some have lines of 128. */
enum { VR_INBOX_APART = 128 };

struct vr_inbox {
    struct vr_env_home home;   /* the reactor's environment, with the count */
    struct vr_reports reports; /* of that environment */
    uint64_t mark;             /* of the process whose reactor sleeps */
    int wake[2];               /* see vr_fd_wake_open() */
    atomic_uint wake_users;    /* the reactor, and senders that wake it now */
    struct vr_post closed;     /* never run: newest points to it when closed */

    char apart_from_newest[VR_INBOX_APART];
    _Atomic(struct vr_post *) newest;
    atomic_bool asleep;

    char apart_from_first[VR_INBOX_APART];
    struct vr_post *first; /* taken, oldest first: the reactor's own */
    struct vr_post **last;
};

/** Make an inbox with one reference, the reactor's, and in it the environment
 *  of @p reactor, a copy of @p env.
 *  @return 0; -ENOMEM; an error of the wake-up */
VR_MUST_CHECK
int vr_inbox_new(const struct vr_env *env, struct vr_reactor *reactor,
                 struct vr_inbox **ret_inbox);

/** Give back the reactor's reference, and close the wake-up, which a sender
 * that is waking the reactor may do a moment later; all posts are gone before.
 * NULL is fine. */
void vr_inbox_leave(struct vr_inbox *inbox);

/** Take another reference. @return @p inbox. Threads: any. */
struct vr_inbox *vr_inbox_ref(struct vr_inbox *inbox);

/** Give back such a reference.  Threads: any. */
void vr_inbox_unref(struct vr_inbox *inbox);

/** The reactor's environment; a reference to @p inbox keeps it. */
static inline const struct vr_env *vr_inbox_env(const struct vr_inbox *inbox)
{
    return &inbox->home.env;
}

/** vr_inbox_push() for objects that may outlive the reactor.
 *  @return false if it is closed, or this is a forked child: nothing happens.
 *  Threads: any. */
bool vr_inbox_post(struct vr_inbox *inbox, struct vr_post *post);

/** Put @p post in. @return false if the inbox is closed. Threads: any. */
bool vr_inbox_push(struct vr_inbox *inbox, struct vr_post *post);

/** Make the reactor end its sleep, or not begin one.  In a forked child, where
 *  no reactor sleeps, nothing happens.  Threads: any. */
void vr_inbox_wake(struct vr_inbox *inbox);

/** The wake-up has woken the reactor: make it ready for the next time. */
void vr_inbox_drain_wake(struct vr_inbox *inbox);

/** From now on pushing fails; what was pushed before can still be taken. */
void vr_inbox_close(struct vr_inbox *inbox);

/** From now on pushing fails, and there is nothing to take: posts that were
 *  pushed are dropped, neither run nor cancelled. */
void vr_inbox_forget(struct vr_inbox *inbox);

/** Gather what has been pushed. @return is there anything to take? */
bool vr_inbox_gather(struct vr_inbox *inbox);

/** Take the oldest gathered post. @return NULL if there is none */
struct vr_post *vr_inbox_take(struct vr_inbox *inbox);

/** Take all posts out whose run is NULL: their senders take them back. */
void vr_inbox_purge(struct vr_inbox *inbox);

/** Is @p post in there?  For the reactor's thread. */
bool vr_inbox_has(struct vr_inbox *inbox, const struct vr_post *post);

/** Take @p post out, which may not be in there. */
void vr_inbox_take_back(struct vr_inbox *inbox, struct vr_post *post);

/** In a child of fork(2), where no other thread is: make the inbox the child's,
 *  with the wake-up @p wake, which it takes.  Posts stay in it. */
void vr_inbox_renew(struct vr_inbox *inbox, const int wake[2]);

/** Is there anything to take, gathered or not? */
bool vr_inbox_has_some(const struct vr_inbox *inbox);

/** Is there anything to take but @p post?  For the reactor's thread. */
bool vr_inbox_has_other(struct vr_inbox *inbox, const struct vr_post *post);

/** The reactor is about to sleep: from now on a post wakes it. @return false if
 *  it must not sleep, because there is a post already */
bool vr_inbox_doze(struct vr_inbox *inbox);

/** The same although there are posts, which the reactor leaves for later: those
 *  that come from now on wake it. */
void vr_inbox_doze_over(struct vr_inbox *inbox);

/** The reactor is awake again. */
void vr_inbox_rise(struct vr_inbox *inbox);

#endif
