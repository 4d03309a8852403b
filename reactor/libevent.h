/* SPDX-License-Identifier: MIT */
/**
 * @file libevent.h
 * A reactor on the event base of a program that has one.  Where the program has
 * none, libevent may still be the selector: see reactor/selectors/libevent.h.
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
 * Such a reactor is called a guest.  It needs no thread and no call of its own:
 * the base waits for it too, and makes its turns between the callbacks of the
 * program.  In those a program may watch, schedule, open and close as in
 * callbacks of the reactor.
 *
 * In libvreactor-event, pkg-config vreactor-event; not part of vreactor.h.
 * Memory and system calls go through the environment, except for those of
 * libevent itself.  libevent prints a line when epoll refuses a descriptor,
 * such as that of /dev/null.
 *
 * Threads: the one that runs the base; posts and other functions for any thread
 * from any, without libevent's own support for threads.
 */
#ifndef VR_REACTOR_LIBEVENT_H
#define VR_REACTOR_LIBEVENT_H

#include <vreactor/base/decls.h>
#include <vreactor/reactor/reactor.h>

VR_BEGIN_DECLS

struct event_base;

/**
 * Make a reactor that is a guest on @p base.  It cannot run by itself:
 * vr_reactor_run() and vr_reactor_start() are -ENOTSUP, so is vr_reactor_turn()
 * with a timeout other than 0, and vr_reactor_embed() is not for guests.
 * vr_reactor_stop() ends a turn of the guest and nothing else: to end the loop,
 * the program ends that of the base, which always has events while it has a
 * guest.
 *
 * The program and several guests may watch the same descriptor.  The events of
 * a guest have the base's middle priority: set the number of priorities before
 * making one.
 *
 * A base with EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST tells the kernel late: what
 * libevent's manual says of that flag and dup() holds for all descriptors that
 * the guest watches, and the kernel's refusals are not reported.
 *
 * A child of fork() leaves the base and its copy of the guest alone; or it
 * calls event_reinit(), and frees the copy before it runs the base.  Instead of
 * freeing it there, it may go on with it: vr_reactor_after_fork().
 * @param base  with any back-end; kept; stays the caller's, and must outlive
 * the reactor; vr_reactor_free() takes all events of the guest from it
 * @param options  as for vr_reactor_new(), but without a selector; NULL for
 * all defaults
 * @return 0; -EINVAL if @p base is NULL or @p options name a selector; or as
 * vr_reactor_new()
 */
VR_MUST_CHECK
int vr_libevent_reactor_new(struct event_base *base,
                            const struct vr_reactor_options *options,
                            struct vr_reactor **ret_reactor);

VR_END_DECLS

#endif
