/* SPDX-License-Identifier: MIT */
/**
 * @file post.c
 * Posting, executing, and waiting for the answer.
 */
#include <vreactor/reactor/post.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/waiter.h>

void vr_reactor_post(struct vr_reactor *reactor, struct vr_post *post)
{
    assert(post->run);
    if (!vr_inbox_push(reactor->inbox, post) && post->cancelled)
        post->cancelled(post);
}

void vr_reactor_execute(struct vr_reactor *reactor, struct vr_post *post)
{
    if (vr_reactor_current() == reactor && reactor->in_turn)
        post->run(post);
    else
        vr_reactor_post(reactor, post);
}

/* A vr_call_and_wait(), on the stack of the thread that waits. */
struct question {
    struct vr_waiter waiter;
    void (*fn)(void *arg);
    void *arg;
};

/* After this the question may be gone. */
static void answer(struct vr_waiter *waiter, int err)
{
    vr_waiter_leave(waiter);
    vr_waiter_answer(waiter, err, vr_ok(vr_value_none()));
}

static void run_question(struct vr_post *post)
{
    struct question *question =
        vr_container_of(post, struct question, waiter.post);

    question->fn(question->arg);
    answer(&question->waiter, 0);
}

static void cancel_question(struct vr_post *post)
{
    answer(vr_container_of(post, struct vr_waiter, post), -VR_ECLOSED);
}

int vr_call_and_wait(struct vr_reactor *reactor, void (*fn)(void *arg),
                     void *arg)
{
    struct question question = {.fn = fn, .arg = arg};
    struct vr_waiter *waiter = &question.waiter;
    struct vr_result nothing;

    if (!fn)
        return -EINVAL;
    if (vr_reactor_current() == reactor)
        return -EDEADLK;

    vr_waiter_init(
        waiter, reactor,
        (struct vr_post){.run = run_question, .cancelled = cancel_question});
    waiter->takes_post_back = true;
    int err = vr_waiter_post(waiter);
    if (!err)
        err = vr_waiter_wait(waiter, VR_TIME_MAX, &nothing);
    vr_waiter_fini(waiter);
    return err;
}
