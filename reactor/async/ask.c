/* SPDX-License-Identifier: MIT */
/**
 * @file ask.c
 * Questions from one reactor to another.
 *
 * A question is the argument of a promise on the reactor that asks, and a
 * request to the other.
 */
#include <vreactor/reactor/async/ask.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/async/promise_impl.h>
#include <vreactor/reactor/async/request.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

struct question {
    struct vr_request request;
    struct vr_inbox *home; /* of the reactor that asks */
    struct vr_promise *promise;
};

static struct question *question_of(struct vr_request *request)
{
    return vr_container_of(request, struct question, request);
}

/* ---- on the thread of the reactor that is asked ---- */

static bool is_wanted(struct vr_request *request)
{
    return vr_promise_is_wanted(question_of(request)->promise);
}

static void settle(struct vr_request *request, struct vr_result result)
{
    (void)vr_promise_settle(question_of(request)->promise, result);
}

static void end(struct vr_request *request)
{
    vr_promise_unref(question_of(request)->promise);
}

static void end_stop(struct vr_request *request)
{
    vr_promise_release(question_of(request)->promise);
}

static const struct vr_request_ops ops = {
    .is_wanted = is_wanted,
    .settle = settle,
    .ended = end,
    .stopped = end_stop,
};

/* ---- on the thread of the reactor that asks ---- */

static void cancel(void *arg)
{
    struct question *question = arg;

    vr_promise_hold(question->promise);
    if (!vr_request_stop(&question->request))
        vr_promise_release(question->promise);
}

static void free_question(void *arg)
{
    struct question *question = arg;
    struct vr_inbox *home = question->home;

    vr_inbox_unref(question->request.inbox);
    vr_dealloc(vr_inbox_env(home), question);
    vr_inbox_unref(home);
}

static struct question *make(struct vr_reactor *from, struct vr_reactor *to,
                             vr_ask_fn *fn, struct vr_value value)
{
    struct question *question =
        vr_alloc(vr_reactor_env(from), sizeof(*question));
    if (!question)
        return NULL;

    question->home = vr_inbox_ref(vr_reactor_inbox(from));
    vr_request_init(&question->request, to, &ops, fn, value);
    return question;
}

#undef vr_ask /* the macro adds the place */
struct vr_pending *vr_ask(struct vr_reactor *from, struct vr_reactor *to,
                          vr_ask_fn *fn, struct vr_value value)
{
    struct vr_promise *promise;

    if (!fn)
        return vr_promise_refuse(from, -EINVAL, "ask", value);
    struct question *question = make(from, to, fn, value);
    if (!question)
        return vr_promise_refuse(from, -ENOMEM, "ask", value);

    struct vr_pending *pending =
        (vr_promise_new)(from, cancel, vr_value_of(question, free_question),
                         &promise);
    if (!promise) {
        vr_value_free(value);
        return pending;
    }
    question->promise = promise;
    vr_request_send(&question->request); /* may free the value here */
    return pending;
}
