/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern const struct vr_coroutine_options *options;
extern void *arg;

struct vr_result fn(void *arg);
