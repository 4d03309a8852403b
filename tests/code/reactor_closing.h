/* SPDX-License-Identifier: MIT */
struct session {
    struct vr_closing closing;
};

extern struct session *session;
