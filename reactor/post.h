/* SPDX-License-Identifier: MIT */
/**
 * @file post.h
 * The doors for other threads: have something done on the reactor's thread.
 *
 *     struct job { struct vr_post post; ... };
 *
 *     static void run_job(struct vr_post *post)
 *     {
 *         struct job *job = vr_container_of(post, struct job, post);
 *         ...
 *         free(job);
 *     }
 *
 *     job->post = (struct vr_post){.run = run_job, .cancelled = free_job};
 *     vr_reactor_post(reactor, &job->post);
 *
 * Threads: any, for every function here; the reactor must live until it has
 * returned.
 */
#ifndef VR_REACTOR_POST_H
#define VR_REACTOR_POST_H

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** A message to a reactor, embedded by its sender. */
struct vr_post {
    struct vr_post *next; /* private */

    /** Do it.  Not NULL.  Returns, and does not end its thread: see
     *  reactor.h. */
    void (*run)(struct vr_post *post);

    /** It will not be done: the reactor was closed.  NULL: no matter. */
    void (*cancelled)(struct vr_post *post);
};

/**
 * Have @p post done in a turn of @p reactor, in the order in which this thread
 * posted.  Exactly one of run and cancelled is called, once, with the memory
 * the sender's again: run on the reactor's thread; cancelled when the reactor
 * is closed first, there, or inside this call if it was closed before.  Until
 * then the memory is the reactor's and the post cannot be taken back.
 * Allocates nothing, cannot fail, never waits.
 * Threads: any, and any signal handler, as vr_reactor_stop(); where the reactor
 * may have been closed before, `cancelled` is to be fit for that too.
 */
void vr_reactor_post(struct vr_reactor *reactor, struct vr_post *post);

/** Inside a turn of @p reactor, on its thread: run @p post before returning.
 *  Anywhere else: vr_reactor_post(). */
void vr_reactor_execute(struct vr_reactor *reactor, struct vr_post *post);

/**
 * Have @p fn called with @p arg on the reactor's thread, behind what this
 * thread posted before, and wait until it has returned.  An embedded reactor
 * counts as running between its turns too, until one did not return 0.  @p fn
 * returns: if it ends its thread by pthread_exit(3), this waits for ever.
 * @return 0 when it ran; otherwise it did not and will not: -EINVAL if @p fn is
 * NULL, -EDEADLK on the reactor's own thread, -EAGAIN if the reactor is not
 * running, -VR_ECANCELLED if its run ended first, -VR_ECLOSED if it is closed,
 * -ECHILD in a child forked since it was made
 */
VR_MUST_CHECK
int vr_call_and_wait(struct vr_reactor *reactor, void (*fn)(void *arg),
                     void *arg);

VR_END_DECLS

#endif
