/* SPDX-License-Identifier: MIT */
void begin_fetching(struct vr_reactor *reactor);
void make_a_round_of_the_hosts_loop(void);
