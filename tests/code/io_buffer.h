/* SPDX-License-Identifier: MIT */
extern struct vr_buffer buffer;
extern struct iovec iov[16];
extern size_t count;
extern ssize_t sent;
