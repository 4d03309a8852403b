/* SPDX-License-Identifier: MIT */
/**
 * @file selectors.c
 * Which selectors this system has.
 */
#include <vreactor/reactor/selectors/selector_impl.h>

static const struct vr_selector_ops *const selectors[] = {
#ifdef HAVE_SYS_EPOLL_H
    &vr_selector_epoll,
#endif
#ifdef HAVE_KQUEUE
    &vr_selector_kqueue,
#endif
    &vr_selector_poll,
    &vr_selector_select,
};

const struct vr_selector_ops *vr_selector_nth(size_t index)
{
    return index < sizeof(selectors) / sizeof(*selectors) ? selectors[index]
                                                          : NULL;
}
