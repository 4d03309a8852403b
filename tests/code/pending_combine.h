/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_pending **members, *both;
extern size_t count, wanted, parallel;
extern void *arg;

struct vr_pending *begin(void *arg, size_t index);
