/* SPDX-License-Identifier: MIT */
#include <vreactor/io/agent.h>

struct client {
    struct vr_agent agent;
    struct vr_chain chain;
};

extern struct client *clients[];
extern const void *text;
extern size_t len, count;
void wait_for(struct client *client);
