/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_pending *resolved;
extern struct vr_value value;
extern void *arg;
extern const char *file;
extern int line;

struct vr_result on_no_address(void *arg, struct vr_failure *why);
void cancel(void *arg, struct vr_pending *pending);
