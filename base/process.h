/* SPDX-License-Identifier: MIT */
/**
 * @file process.h
 * Whether a child process has ended, without waiting for it: it stays a zombie,
 * and nobody else has its number.  Internal.
 *
 * Threads: any.
 */
#ifndef VR_BASE_PROCESS_H
#define VR_BASE_PROCESS_H

#include <sys/types.h>

#include <vreactor/base/decls.h>

struct vr_env;

/** Wait until the child @p pid has ended, or another has waited for it.  A
 *  thread may be cancelled here. */
void vr_process_await(pid_t pid);

/** Is @p pid a child of this process that nobody has waited for?  Asks at once.
 *  @return 0; -ESRCH if there is no such process; -ECHILD if it is another's */
VR_MUST_CHECK
int vr_process_check(const struct vr_env *env, pid_t pid);

#endif
