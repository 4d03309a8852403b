/* SPDX-License-Identifier: MIT */
#include <vreactor/reactor/selectors/uring.h>
#include <vreactor/testing/selector_check.h>

extern const struct vr_selector_ops own_selector;
extern struct vr_reactor_options options;
