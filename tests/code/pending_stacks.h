/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

struct vr_result greet(void *arg);
