/* SPDX-License-Identifier: MIT */
/**
 * @file uring_polls.h
 * The polls of the selector over io_uring(7): what is awaited on which
 * descriptor, and what the kernel was told of it.  Internal.
 *
 * A poll ends with its first event.  Its name in the kernel holds a number
 * besides the descriptor's, so that the end of a former poll is known as such.
 * What the kernel is to be told waits in a queue, first come, first served.
 *
 * Errors and threads: as in selector.h.
 */
#ifndef VR_REACTOR_URING_POLLS_H
#define VR_REACTOR_URING_POLLS_H

#include <liburing.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/reactor/selector.h>

enum { VR_URING_ENTRIES = 256 }; /* submitted at once, at most */

/** What is known of the descriptor whose number is its index. */
struct vr_uring_slot {
    uint64_t key;
    unsigned want; /* bits of enum vr_event */
    uint32_t poll; /* number of the last one */
    bool armed;    /* that one has not ended, as far as we know */
    bool outdated; /* it is armed, but to be taken back and not to be heard */
    bool queued;
    int next; /* in the queue; -1: the last */
};

/** Descriptors, linked by their slots. */
struct vr_uring_queue {
    int first, last; /* -1: empty */
};

struct vr_uring_polls {
    const struct vr_env *env;
    struct io_uring ring;
    struct vr_uring_slot *slots;
    size_t slot_count;
    struct vr_uring_queue queue;    /* what the kernel is to be told of */
    struct vr_uring_queue reported; /* to be polled anew, behind those */
};

/** Make a ring without polls.  Keeps @p env.
 *  @return 0; -ENOTSUP, -EINVAL, -EPERM, -EACCES, -ENOSYS if the kernel lacks
 *  or forbids what is needed; or what else it said */
int vr_uring_open(struct vr_uring_polls *polls, const struct vr_env *env);

/** Close the ring, whose polls were taken back before, or are another
 * process's. */
void vr_uring_close(struct vr_uring_polls *polls);

/** Have @p need slots. @return 0, or -ENOMEM: all is as it was */
int vr_uring_reserve(struct vr_uring_polls *polls, size_t need);

/** Queue @p fd, which has a slot: the poll it has is outdated, and it gets
 *  another if something is wanted. */
void vr_uring_renew(struct vr_uring_polls *polls, int fd);

/** vr_uring_renew() all that have a poll. */
void vr_uring_renew_all(struct vr_uring_polls *polls);

/** Have the kernel told of @p fd, which has a slot, by the next submit; again
 *  is nothing more.  @return false: no room before that */
bool vr_uring_prepare(struct vr_uring_polls *polls, int fd);

/** vr_uring_prepare() up to @p most of the queue, taking them out, as far as
 *  there is room.  @return whether there is something to submit */
bool vr_uring_prepare_some(struct vr_uring_polls *polls, int most);

/** Submit what was prepared.  May call vr_uring_look_again().
 *  @return at least 0, or an error: what was not submitted will be */
int vr_uring_submit(struct vr_uring_polls *polls);

/** For the begin of a wait: queue what was reported, and before all others what
 *  has ended since, as it may be over.
 *  @return 0; or an error, with some of them left */
int vr_uring_look_again(struct vr_uring_polls *polls);

/** Fill @p ready with up to @p cap of those whose poll has ended.  What ended
 *  unheard does not stay before the rest, where the ring's descriptor would
 *  tell of it.
 *  @return how many */
int vr_uring_collect(struct vr_uring_polls *polls, struct vr_ready *ready,
                     int cap);

#endif
