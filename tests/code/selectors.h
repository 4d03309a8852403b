/* SPDX-License-Identifier: MIT */
#include <vreactor/testing/selector_check.h>

extern const struct vr_selector_ops own_selector;
