/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_pending *resolved;
extern struct vr_value value;
extern void *arg;

struct vr_result on_no_address(void *arg, struct vr_failure *why);
void cancel(void *arg, struct vr_pending *pending);
