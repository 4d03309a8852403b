/* SPDX-License-Identifier: MIT */
/**
 * @file state.h
 * Small questions to a reactor, for what stands on it.  Internal; those of
 * programs are in reactor.h.
 */
#ifndef VR_REACTOR_STATE_H
#define VR_REACTOR_STATE_H

#include <assert.h>
#include <stdbool.h>

struct vr_inbox;
struct vr_list;
struct vr_reactor;

/** May this thread use what belongs to @p reactor?  For assertions. */
bool vr_reactor_may_touch(struct vr_reactor *reactor);

/** Misuse is named where it is met, for people who do not know our code. */
#define vr_assert_may_touch(reactor)                                           \
    assert(vr_reactor_may_touch(reactor) &&                                    \
           "this is not the thread of the reactor, which runs: see post.h")

bool vr_reactor_is_closed(struct vr_reactor *reactor);

/** The reactor of the coroutine that this is, else the one whose turn it is;
 *  NULL: there is none. */
struct vr_reactor *vr_reactor_here(void);

/** Through which what may outlive @p reactor posts to it: see inbox.h. */
struct vr_inbox *vr_reactor_inbox(const struct vr_reactor *reactor);

/** Is there something left to do, whatever becomes ready? */
bool vr_reactor_has_work(const struct vr_reactor *reactor);

/** The place for a list of the chains of @p reactor, which are of io/. */
struct vr_list *vr_reactor_chains(struct vr_reactor *reactor);

#endif
