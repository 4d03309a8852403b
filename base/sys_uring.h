/* SPDX-License-Identifier: MIT */
/**
 * @file sys_uring.h
 * The members of vr_sys_default that need liburing.  Internal.
 */
#ifndef VR_BASE_SYS_URING_H
#define VR_BASE_SYS_URING_H

struct io_uring;
struct timespec;

/* Each is the member of struct vr_sys that is called so. */
int vr_sys_uring_open(unsigned entries, struct io_uring *ring);
int vr_sys_uring_close(struct io_uring *ring);
int vr_sys_uring_submit(struct io_uring *ring);
int vr_sys_uring_wait(struct io_uring *ring, const struct timespec *timeout);

#endif
