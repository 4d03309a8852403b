/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

enum { WANTS_TO_LEAVE = 1 };

extern struct vr_reactor *reactor;
extern struct vr_value user, question;
extern struct vr_future *future;

int draw_frame(void);
struct vr_result fn(struct vr_value question);
