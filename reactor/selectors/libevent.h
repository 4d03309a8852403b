/* SPDX-License-Identifier: MIT */
/**
 * @file libevent.h
 * Libevent as the selector, for systems where the others offer only poll().
 *
 *     struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;
 *
 *     options.selector_ops = vr_selector_libevent();
 *     err = vr_reactor_new(&options, &reactor);
 *
 * In libvreactor-event, pkg-config vreactor-event; not part of vreactor.h.
 * Memory and system calls go through the environment, except for those of
 * libevent itself.  libevent prints a line when epoll refuses a descriptor,
 * such as that of /dev/null.
 */
#ifndef VR_REACTOR_SELECTORS_LIBEVENT_H
#define VR_REACTOR_SELECTORS_LIBEVENT_H

#include <vreactor/base/decls.h>
#include <vreactor/reactor/selectors/selector.h>

VR_BEGIN_DECLS

/**
 * "libevent", a selector with a base of its own; its open() needs no argument.
 * Environment variables of libevent, such as EVENT_NOEPOLL, choose among its
 * back-ends.  It has no descriptor for embedding, and a signal does not end its
 * wait.  In a child of fork() its base is not freed.  Threads: any.
 */
const struct vr_selector_ops *vr_selector_libevent(void);

VR_END_DECLS

#endif
