/* SPDX-License-Identifier: MIT */
/**
 * @file clock_steps.h
 * A descriptor that tells when the wall clock was set, or the machine was
 * suspended.  Internal.
 *
 * Ownership: the caller's, who closes it by vr_fd_close().  Threads: any.
 */
#ifndef VR_BASE_CLOCK_STEPS_H
#define VR_BASE_CLOCK_STEPS_H

#include <vreactor/base/decls.h>
#include <vreactor/base/env.h>

/** Open a descriptor that is readable from the next step of the wall clock on,
 *  until vr_clock_steps_read().
 *  @return the descriptor; -ENOSYS where the system has no such; -errno */
VR_MUST_CHECK
int vr_clock_steps_open(const struct vr_env *env);

/** Let @p fd be readable with the next step, not with those before. */
void vr_clock_steps_read(const struct vr_env *env, int fd);

#endif
