/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern struct vr_pending *answer;
extern struct vr_value name;
extern struct vr_failure *why;

struct vr_result on_answer(void *arg, struct vr_value value);
struct vr_result on_silence(void *arg, struct vr_failure *why);
