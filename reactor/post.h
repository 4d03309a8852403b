/* SPDX-License-Identifier: MIT */
/**
 * @file post.h
 * A message from any thread to a reactor: a function to run on its thread.
 *
 *     struct job {
 *         struct vr_post post;
 *         int number;
 *     };
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

    /** Called on the reactor's thread.  Not NULL.  Must return, see
     *  reactor.h. */
    void (*run)(struct vr_post *post);

    /** Called instead of run if the reactor is closed.  NULL: nothing is. */
    void (*cancelled)(struct vr_post *post);
};

/**
 * Have @p post run in a turn of @p reactor.  Posts of one thread run in the
 * order in which they were posted.  A post sent by a post waits for the next
 * turn.
 *
 * Exactly one of run and cancelled is called, once: run on the reactor's
 * thread; cancelled on the thread that closes the reactor, or inside this call
 * if the reactor was closed before.  Until then the memory is the reactor's,
 * and the post can neither be taken back nor be posted again; from then on it
 * is the sender's again.
 * Posting allocates nothing, cannot fail and never waits.
 *
 * Threads: any, and any signal handler, as for vr_reactor_stop(); if the
 * reactor may be closed by then, `cancelled` must be safe in a signal handler
 * too.
 */
void vr_reactor_post(struct vr_reactor *reactor, struct vr_post *post);

/** vr_reactor_post(); but inside a turn of @p reactor, on its thread, @p post
 *  is run before this returns. */
void vr_reactor_execute(struct vr_reactor *reactor, struct vr_post *post);

/**
 * Have @p fn called with @p arg on the reactor's thread, after the posts that
 * this thread sent before, and wait until it has returned.  An embedded reactor
 * counts as running between its turns too, until a turn returns other than 0.
 * If @p fn ends its thread, by pthread_exit(3), this waits for ever.
 * @return 0 after @p fn has returned; any error means that @p fn was not called
 * and never will be: -EINVAL if @p fn is NULL; -EDEADLK on the reactor's own
 * thread; -EAGAIN if the reactor is not running; -VR_ECANCELLED if its run
 * ended first; -VR_ECLOSED if it is closed; -ECHILD in a child forked since it
 * was made
 */
VR_MUST_CHECK
int vr_call_and_wait(struct vr_reactor *reactor, void (*fn)(void *arg),
                     void *arg);

VR_END_DECLS

#endif
