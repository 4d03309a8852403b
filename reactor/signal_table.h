/* SPDX-License-Identifier: MIT */
/**
 * @file signal_table.h
 * Who hears which signal of the process.  Internal.
 *
 * The handler of a signal may run on any thread, between any two instructions:
 * it takes no lock and allocates nothing, but reads a list of ears, counts and
 * posts.  An ear that is removed may be freed at once, since
 * vr_signal_table_remove() waits until no handler reads the list any more.
 *
 * A self-pipe of each reactor, its wake-up, is all that this needs.  A signalfd
 * would have every thread of the program block the signal, which is not ours to
 * ask.
 *
 * Threads: any; not in a signal handler.
 */
#ifndef VR_REACTOR_SIGNAL_TABLE_H
#define VR_REACTOR_SIGNAL_TABLE_H

#include <stdatomic.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/list.h>
#include <vreactor/reactor/post.h>

struct vr_env;
struct vr_inbox;
struct vr_signal;

/** Allocated by signal.c, one for each open signal. */
struct vr_signal_ear {
    struct vr_signal_ear *_Atomic next; /* of the same number */
    struct vr_inbox *inbox;
    struct vr_post post;     /* in the inbox while something is unheard */
    atomic_uint unheard;     /* so many came */
    atomic_int sender;       /* of the last; 0: not known */
    struct vr_list link;     /* in the reactor's list */
    struct vr_signal *owner; /* NULL: closed, and the post is under way */
};

/** Have @p ear, zeroed but for its inbox and post, hear the signal @p number.
 *  @return 0, -EINVAL as vr_signal_open(), or the error of sigaction(2) */
VR_MUST_CHECK
int vr_signal_table_add(const struct vr_env *env, int number,
                        struct vr_signal_ear *ear);

/** Have @p ear, which may be a forked copy, hear no more. */
void vr_signal_table_remove(const struct vr_env *env, int number,
                            struct vr_signal_ear *ear);

#endif
