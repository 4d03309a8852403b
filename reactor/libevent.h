/* SPDX-License-Identifier: MIT */
/**
 * @file libevent.h
 * A reactor over libevent: a guest on the base of a program that has one, or a
 * selector for systems where ours have nothing better than poll().
 *
 *     struct event_base *base = event_base_new();
 *     struct vr_reactor *reactor;
 *     int err = vr_libevent_reactor_new(base, NULL, &reactor);
 *     ...
 *     event_base_dispatch(base);
 *     ...
 *     vr_reactor_free(reactor);
 *     event_base_free(base);
 *
 * The guest needs no thread and no call of its own: the base waits for it too,
 * and makes its turns between the callbacks of the program.  There a program
 * may watch, schedule, open and close as in callbacks of the reactor.
 *
 * In libvreactor-event, pkg-config vreactor-event; not part of vreactor.h.
 * Memory and system calls are the environment's, but for libevent's own, which
 * prints a line where epoll refuses what looked well, such as /dev/null.
 *
 * Threads: the one that runs the base; posts and the like from any.  libevent
 * need not be told of threads for that.
 */
#ifndef VR_REACTOR_LIBEVENT_H
#define VR_REACTOR_LIBEVENT_H

#include <vreactor/base/decls.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/selector.h>

VR_BEGIN_DECLS

struct event_base;

/**
 * Make a reactor that is a guest on @p base.  It cannot run by itself:
 * vr_reactor_run() and vr_reactor_start() are -ENOTSUP, vr_reactor_turn() too
 * with any timeout but 0, and vr_reactor_embed() is not for it.  A stop is
 * answered by its next turn, and base and guest go on: it is the base that the
 * program ends, which never runs out of events while the guest is there.
 *
 * Of two guests and the program each may watch the same descriptor.  Their
 * events have the base's middle priority; see to priorities first.
 *
 * A base with EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST tells the kernel late: what
 * libevent says there of dup() holds for all that the guest watches, and
 * nobody hears what the kernel refuses.
 *
 * A child of fork() leaves the base and its copy of the guest alone, or tells
 * libevent by event_reinit() and then frees the copy before it runs the base.
 * @param base  of any back-end; kept, stays the caller's, and outlives the
 * reactor; vr_reactor_free() takes all events of ours from it
 * @param options  as for vr_reactor_new(), but without a selector; NULL for
 * all defaults
 * @return 0; -EINVAL where @p base is NULL or @p options name a selector; or
 * as vr_reactor_new()
 */
VR_MUST_CHECK
int vr_libevent_reactor_new(struct event_base *base,
                            const struct vr_reactor_options *options,
                            struct vr_reactor **ret_reactor);

/**
 * "libevent", a selector with a base of its own, for vr_reactor_options;
 * open() needs no argument.  The variables of libevent, such as EVENT_NOEPOLL,
 * choose among its back-ends.  It has no descriptor for embedding; a signal
 * does not end its wait.  In a child of fork() its base stays until the end.
 */
extern const struct vr_selector_ops vr_selector_libevent;

VR_END_DECLS

#endif
