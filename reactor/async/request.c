/* SPDX-License-Identifier: MIT */
/**
 * @file request.c
 * What another thread asks of a reactor.
 *
 * It comes by a post; a second one follows it if nobody waits any more.
 */
#include <vreactor/reactor/async/request.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/state.h>

static const struct vr_failure closed = {
    .code = -VR_ECLOSED, .text = "the reactor that was asked was closed"};

static void settle_closed(struct vr_request *request)
{
    request->ops->settle(request, /* never written */
                         vr_fail((struct vr_failure *)&closed));
}

static void answer(struct vr_request *request, struct vr_result result)
{
    request->ops->settle(request, result);
    request->ops->ended(request);
}

/* The last step of the deferred: runs once, at the latest when it is freed,
 * which this may be inside of. */
static struct vr_result take_answer(void *arg, struct vr_result result)
{
    struct vr_request *request = arg;
    struct vr_pending *pending = request->pending;

    request->pending = NULL;
    vr_close_hook_remove(&request->on_close);
    answer(request, result);
    vr_pending_free(pending);
    return vr_ok(vr_value_none());
}

static void hear_closed(struct vr_close_hook *hook)
{
    struct vr_request *request =
        vr_container_of(hook, struct vr_request, on_close);

    settle_closed(request);
    vr_pending_free(request->pending);
}

static void await(struct vr_request *request, struct vr_pending *pending)
{
    request->pending = pending;
    vr_close_hook_add(&request->on_close, request->reactor);
    if (vr_pending_both(pending, take_answer, request) < 0)
        (void)take_answer(request, vr_fail(NULL));
}

static void be_asked(struct vr_post *post)
{
    struct vr_request *request = vr_container_of(post, struct vr_request, ask);

    if (!request->ops->is_wanted(request)) {
        vr_value_free(request->question);
        request->ops->ended(request);
        return;
    }
    struct vr_result result = request->fn(request->question);
    if (result.pending)
        await(request, result.pending);
    else
        answer(request, result);
}

static void turn_away(struct vr_post *post)
{
    struct vr_request *request = vr_container_of(post, struct vr_request, ask);

    vr_value_free(request->question);
    settle_closed(request);
    request->ops->ended(request);
}

/* After be_asked(), as it was posted after that.  What is cancelled may go on
 * for a while, such as a coroutine with a shield. */
static void be_stopped(struct vr_post *post)
{
    struct vr_request *request = vr_container_of(post, struct vr_request, stop);

    (void)vr_pending_cancel(request->pending);
    request->ops->stopped(request);
}

static void drop_stop(struct vr_post *post)
{
    struct vr_request *request = vr_container_of(post, struct vr_request, stop);

    request->ops->stopped(request);
}

/* ---- on the thread that asks ---- */

void vr_request_init(struct vr_request *request, struct vr_reactor *reactor,
                     const struct vr_request_ops *ops, vr_ask_fn *fn,
                     struct vr_value question)
{
    *request = (struct vr_request){
        .ops = ops,
        .inbox = vr_inbox_ref(vr_reactor_inbox(reactor)),
        .reactor = reactor,
        .fn = fn,
        .question = question,
        .ask = {.run = be_asked, .cancelled = turn_away},
        .stop = {.run = be_stopped, .cancelled = drop_stop},
        .on_close = {.closed = hear_closed},
    };
}

void vr_request_send(struct vr_request *request)
{
    vr_reactor_post(request->reactor, &request->ask);
}

bool vr_request_stop(struct vr_request *request)
{
    return vr_inbox_post(request->inbox, &request->stop);
}
