/* SPDX-License-Identifier: MIT */
/**
 * @file uring_polls.h
 * The polls of the selector over io_uring(7): which events are awaited on which
 * descriptor, and which polls the kernel has.  Internal.
 *
 * A poll completes with its first event, and is then submitted again.  The user
 * data of a poll are the descriptor and a counter, so that the completion of an
 * earlier poll is recognised.  Descriptors whose poll must be changed wait in a
 * queue, first in, first out.
 *
 * Errors and threads: as in selector.h.
 */
#ifndef VR_REACTOR_SELECTORS_URING_POLLS_H
#define VR_REACTOR_SELECTORS_URING_POLLS_H

#include <liburing.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/reactor/selectors/uring.h>

enum { VR_URING_ENTRIES = 256 }; /* submitted at once, at most */

/** The state of a descriptor, whose number is the index. */
struct vr_uring_slot {
    uint64_t key;
    unsigned want; /* bits of enum vr_event */
    uint32_t poll; /* counter of its last poll */
    bool armed;    /* no completion of that poll was seen yet */
    bool outdated; /* that poll is to be removed; its completion is ignored */
    bool queued;
    int next; /* in the queue; -1: the last */
};

/** Descriptors, linked by their slots. */
struct vr_uring_queue {
    int first, last; /* -1: empty */
};

struct vr_uring_polls {
    const struct vr_env *env;
    struct vr_uring_sys sys; /* with no member NULL */
    struct io_uring ring;
    struct vr_uring_slot *slots;
    size_t slot_count;
    struct vr_uring_queue queue;    /* polls to submit or to remove */
    struct vr_uring_queue reported; /* polls to submit again, after those */
};

/** Make a ring without polls.  Keeps @p env.
 *  @param sys  what is not liburing's; NULL: all is
 *  @return 0; -ENOTSUP, -EINVAL, -EPERM, -EACCES, -ENOSYS if the kernel lacks
 *  or forbids a feature that is needed; or another error of the kernel */
int vr_uring_open(struct vr_uring_polls *polls, const struct vr_env *env,
                  const struct vr_uring_sys *sys);

/** Close the ring.  Its polls were removed before, unless this is a forked
 *  child, whose parent has them. */
void vr_uring_close(struct vr_uring_polls *polls);

/** Have at least @p need slots. @return 0, or -ENOMEM: nothing changed */
int vr_uring_reserve(struct vr_uring_polls *polls, size_t need);

/** Queue @p fd, which has a slot: its poll is to be removed, and a new one
 *  submitted if something is wanted. */
void vr_uring_renew(struct vr_uring_polls *polls, int fd);

/** vr_uring_renew() every descriptor that has a poll. */
void vr_uring_renew_all(struct vr_uring_polls *polls);

/** Put the entries for @p fd, which has a slot, into the submission queue.
 *  Without a change since the last time it does nothing.
 *  @return false if the submission queue has no room */
bool vr_uring_prepare(struct vr_uring_polls *polls, int fd);

/** vr_uring_prepare() up to @p most descriptors of the queue, as far as there
 *  is room, and take them out of it.
 *  @return whether there is something to submit */
bool vr_uring_prepare_some(struct vr_uring_polls *polls, int most);

/** Submit the entries that were prepared.  May call vr_uring_look_again().
 *  @return at least 0, or an error: the rest goes with the next submit */
int vr_uring_submit(struct vr_uring_polls *polls);

/** At the beginning of a wait: take the completions that came since the last
 *  one, and queue their descriptors first, to be polled again as their events
 *  may be over; queue the descriptors that the last wait reported after all
 *  others.
 *  @return 0; or an error, and some completions are left in the ring */
int vr_uring_look_again(struct vr_uring_polls *polls);

/** Take completions, and fill @p ready with up to @p cap entries.  Completions
 *  that are not reported, such as those of removed polls, are taken too: left
 *  there, they would keep the ring's descriptor readable.
 *  @return how many entries */
int vr_uring_collect(struct vr_uring_polls *polls, struct vr_ready *ready,
                     int cap);

#endif
