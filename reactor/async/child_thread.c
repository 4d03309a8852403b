/* SPDX-License-Identifier: MIT */
/**
 * @file child_thread.c
 * A thread that waits for the end of a child process.
 *
 * It may wait as long as the process lives, so it is cancelled when nobody
 * wants to know any longer: only where it waits, and so never with something
 * half done.
 */
#include <vreactor/reactor/async/child_thread.h>

#include <errno.h>
#include <pthread.h>
#include <stddef.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/process.h>
#include <vreactor/base/thread.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

struct vr_child_thread {
    struct vr_post post; /* of the thread, once; then of the reactor */
    struct vr_close_hook on_close;
    struct vr_reactor *reactor;
    pid_t pid;
    pthread_t thread;
    bool is_left; /* the thread, with the parent of this process */
    vr_child_ended_fn *ended;
    void *arg;
};

/* The reactor is there: its close hooks stop the thread. */
static void *wait_for_end(void *arg)
{
    struct vr_child_thread *self = arg;
    int state;

    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    vr_thread_name("vr-child");
    (void)pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &state);
    vr_process_await(self->pid);
    (void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    vr_reactor_post(self->reactor, &self->post);
    return NULL;
}

/* It may be stopped inside. */
static void on_post(struct vr_post *post)
{
    struct vr_child_thread *self =
        vr_container_of(post, struct vr_child_thread, post);
    struct vr_reactor *reactor = self->reactor;

    if (self->ended(self->arg, self->is_left ? -ECHILD : 0))
        vr_reactor_post(reactor, post);
}

static void on_close(struct vr_close_hook *hook)
{
    struct vr_child_thread *self =
        vr_container_of(hook, struct vr_child_thread, on_close);

    (void)self->ended(self->arg, -VR_ECLOSED);
}

/* In a child that goes on.  The thread may have posted, or been about to. */
static void on_fork(struct vr_close_hook *hook)
{
    struct vr_child_thread *self =
        vr_container_of(hook, struct vr_child_thread, on_close);

    self->is_left = true;
    vr_inbox_take_back(vr_reactor_inbox(self->reactor), &self->post);
    vr_reactor_post(self->reactor, &self->post);
}

bool vr_child_thread_is_left(const struct vr_child_thread *thread)
{
    return thread->is_left;
}

int vr_child_thread_start(struct vr_reactor *reactor, pid_t pid,
                          vr_child_ended_fn *ended, void *arg,
                          struct vr_child_thread **ret_thread)
{
    const struct vr_env *env = vr_reactor_env(reactor);

    int err = vr_process_check(env, pid);
    if (err)
        return err;
    struct vr_child_thread *self = vr_alloc(env, sizeof(*self));
    if (!self)
        return -ENOMEM;

    self->post = (struct vr_post){.run = on_post};
    self->on_close.closed = on_close;
    self->on_close.forked = on_fork;
    self->reactor = reactor;
    self->pid = pid;
    self->ended = ended;
    self->arg = arg;
    err = vr_thread_start(env, &self->thread, wait_for_end, self);
    if (err) {
        vr_dealloc(env, self);
        return err;
    }
    vr_close_hook_add(&self->on_close, reactor);
    *ret_thread = self;
    return 0;
}

/* A post that is still on its way is taken back. */
void vr_child_thread_stop(struct vr_child_thread *thread)
{
    if (!thread)
        return;

    struct vr_reactor *reactor = thread->reactor;
    vr_close_hook_remove(&thread->on_close);
    if (!vr_reactor_is_inherited(reactor) && !thread->is_left) {
        (void)pthread_cancel(thread->thread);
        (void)pthread_join(thread->thread, NULL);
    }
    vr_inbox_take_back(vr_reactor_inbox(reactor), &thread->post);
    vr_dealloc(vr_reactor_env(reactor), thread);
}
