/* SPDX-License-Identifier: MIT */
struct session;

extern struct session *session;

void session_close(struct session *session);
