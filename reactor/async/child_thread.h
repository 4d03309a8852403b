/* SPDX-License-Identifier: MIT */
/**
 * @file child_thread.h
 * A thread that waits for the end of a child process, where the system has no
 * descriptor that tells of it.  Internal.
 *
 *     err = vr_child_thread_start(reactor, pid, on_end, child,
 *                                 &child->thread);
 *     ...
 *     vr_child_thread_stop(child->thread);
 *
 * It leaves the process a zombie: the reactor's side waits for it, so the
 * number is nobody else's until then.
 *
 * Ownership: the owner stops it, at the latest when it has told of the end.
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_ASYNC_CHILD_THREAD_H
#define VR_REACTOR_ASYNC_CHILD_THREAD_H

#include <stdbool.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>

struct vr_child_thread;
struct vr_reactor;

/**
 * Called in a turn: the process has ended, or another has waited for it; @p err
 * is 0, -ECHILD in a child of fork(2) that goes on with the reactor, or
 * -VR_ECLOSED inside vr_reactor_close().
 * @return whether to be called again, in the next turn
 */
typedef bool vr_child_ended_fn(void *arg, int err);

/** @return 0; -ENOMEM; -EAGAIN: the system has no thread left; -ESRCH if there
 *  is no process @p pid; -ECHILD if it is no child of this process */
VR_MUST_CHECK
int vr_child_thread_start(struct vr_reactor *reactor, pid_t pid,
                          vr_child_ended_fn *ended, void *arg,
                          struct vr_child_thread **ret_thread);

/** Is it a thread of the parent, in a child of fork(2) that goes on with the
 *  reactor?  Then the process is no child of this one. */
bool vr_child_thread_is_left(const struct vr_child_thread *thread);

/** End the thread, and free it: nothing is told any more.  NULL is fine; also
 *  in a forked child, which has no such thread. */
void vr_child_thread_stop(struct vr_child_thread *thread);

#endif
