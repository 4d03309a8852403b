/* SPDX-License-Identifier: MIT */
#include <vreactor/io/agent.h>

extern struct echo {
    struct vr_agent agent;
} echo;

void echo_init(struct echo *echo, struct vr_reactor *reactor);
