/* SPDX-License-Identifier: MIT */
struct vr_producer;

extern struct vr_reactor *reactor;
void no_memory(struct vr_producer *out);
void offer_records(struct vr_producer *out, unsigned char *scratch,
                   size_t size);
