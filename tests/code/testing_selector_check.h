/* SPDX-License-Identifier: MIT */
extern const struct vr_selector_ops my_selector;
