/* SPDX-License-Identifier: MIT */
struct vr_consumer;
