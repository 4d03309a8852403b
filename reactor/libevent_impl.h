/* SPDX-License-Identifier: MIT */
/**
 * @file libevent_impl.h
 * The selector of a reactor that is a guest on a base of libevent.  Internal.
 */
#ifndef VR_REACTOR_LIBEVENT_IMPL_H
#define VR_REACTOR_LIBEVENT_IMPL_H

#include <vreactor/reactor/selectors/libevent_gather.h>

/** What its open() is given. */
struct vr_libevent_place {
    struct event_base *loop;
    struct vr_libevent *ret_guest;
};

/** Its wait never runs the base. */
extern const struct vr_selector_ops vr_selector_libevent_guest;

#endif
