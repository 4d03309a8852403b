/* SPDX-License-Identifier: MIT */
struct server {
    struct vr_signal terminate;
};

extern struct server *server;
void server_drain(struct server *which);
