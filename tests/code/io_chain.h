/* SPDX-License-Identifier: MIT */
#include "tests/code/session.h"

extern const struct vr_consumer_ops session_ops;

void on_closed(struct vr_chain *chain, const struct vr_end *why);
