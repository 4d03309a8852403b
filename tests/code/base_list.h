/* SPDX-License-Identifier: MIT */
struct session;

#define link one_of_all /* not link(2) */
extern struct vr_list *link;
extern struct session *session;

void session_free(struct session *session);
