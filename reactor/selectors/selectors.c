/* SPDX-License-Identifier: MIT */
/**
 * @file selectors.c
 * Which selectors this system has.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

#include <stddef.h>

const struct vr_selector_ops *const vr_selectors[] = {
#ifdef HAVE_SYS_EPOLL_H
    &vr_selector_epoll,
#endif
#ifdef HAVE_KQUEUE
    &vr_selector_kqueue,
#endif
#ifdef HAVE_LIBURING
    &vr_selector_uring,
#endif
    &vr_selector_poll,
    &vr_selector_select,
#ifdef VR_MORE_SELECTORS /* of a build that has some of other libraries */
    VR_MORE_SELECTORS,
#endif
    NULL,
};
