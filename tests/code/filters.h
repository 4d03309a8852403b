/* SPDX-License-Identifier: MIT */
struct filtered {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_filter filter;
    struct vr_agent agent;
};

extern struct filtered *session;

size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer);
