/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_listener listener;
extern struct vr_address local, peer;
extern const struct vr_listener_ops session_ops;
