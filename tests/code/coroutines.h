/* SPDX-License-Identifier: MIT */
extern struct vr_stacks *stacks;
extern struct vr_stream *stream;
extern struct vr_pending *served;

struct vr_result serve(void *stream);
