/* SPDX-License-Identifier: MIT */
struct event_base;

struct event_base *event_base_new(void);
int event_base_dispatch(struct event_base *base);
void event_base_free(struct event_base *base);
