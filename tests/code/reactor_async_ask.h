/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_reactor *here, *cache_reactor, *from, *to;
extern struct vr_value name, question;
extern struct vr_pending *entry;

struct vr_pending *cache_find(const char *name);
struct vr_result fn(struct vr_value question);
struct vr_result on_entry(void *arg, struct vr_value value);
struct vr_result on_no_entry(void *arg, struct vr_failure *why);
