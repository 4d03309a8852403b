/* SPDX-License-Identifier: MIT */
struct session {
    struct vr_soon pump, closing;
};

extern struct session *session;
void session_send(struct session *which);
