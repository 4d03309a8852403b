/* SPDX-License-Identifier: MIT */
/**
 * @file ask.c
 * Questions from one reactor to another.
 *
 * A question is the argument of a promise on the reactor that asks.  It goes to
 * the other by a post; a second one follows it if nobody waits any more.
 */
#include <vreactor/reactor/async/ask.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/async/promise_impl.h>

struct question {
    struct vr_inbox *home; /* of the reactor that asks */
    struct vr_inbox *away; /* of the other */
    struct vr_reactor *to;
    struct vr_promise *promise;
    vr_ask_fn *fn;
    struct vr_value value;
    struct vr_post ask;
    struct vr_post stop;

    /* The other reactor's thread's, while there is a deferred. */
    struct vr_pending *pending;
    struct vr_close_hook on_close;
};

static const struct vr_failure closed = {
    .code = -VR_ECLOSED, .text = "the reactor that was asked was closed"};

static struct vr_result closed_result(void)
{
    return vr_fail((struct vr_failure *)&closed); /* never written */
}

/* ---- on the thread of the reactor that is asked ---- */

static void answer(struct question *question, struct vr_result result)
{
    (void)vr_promise_settle(question->promise, result);
    vr_promise_unref(question->promise);
}

/* The last step of the deferred: runs once, at the latest when it is freed,
 * which this may be inside of. */
static struct vr_result take_answer(void *arg, struct vr_result result)
{
    struct question *question = arg;
    struct vr_pending *pending = question->pending;

    question->pending = NULL;
    vr_close_hook_remove(&question->on_close);
    answer(question, result);
    vr_pending_free(pending);
    return vr_ok(vr_value_none());
}

static void hear_closed(struct vr_close_hook *hook)
{
    struct question *question =
        vr_container_of(hook, struct question, on_close);

    (void)vr_promise_settle(question->promise, closed_result());
    vr_pending_free(question->pending);
}

static void await(struct question *question, struct vr_pending *pending)
{
    question->pending = pending;
    vr_close_hook_add(&question->on_close, question->to);
    if (vr_pending_both(pending, take_answer, question) < 0)
        (void)take_answer(question, vr_fail(NULL));
}

static void be_asked(struct vr_post *post)
{
    struct question *question = vr_container_of(post, struct question, ask);

    if (!vr_promise_is_wanted(question->promise)) {
        vr_value_free(question->value);
        vr_promise_unref(question->promise);
        return;
    }
    struct vr_result result = question->fn(question->value);
    if (result.pending)
        await(question, result.pending);
    else
        answer(question, result);
}

static void turn_away(struct vr_post *post)
{
    struct question *question = vr_container_of(post, struct question, ask);

    vr_value_free(question->value);
    answer(question, closed_result());
}

/* After be_asked(), as the same thread posted both. */
static void be_stopped(struct vr_post *post)
{
    struct question *question = vr_container_of(post, struct question, stop);

    vr_pending_free(question->pending);
    vr_promise_release(question->promise);
}

static void drop_stop(struct vr_post *post)
{
    vr_promise_release(vr_container_of(post, struct question, stop)->promise);
}

/* ---- on the thread of the reactor that asks ---- */

static void cancel(void *arg)
{
    struct question *question = arg;

    vr_promise_hold(question->promise);
    if (!vr_inbox_post(question->away, &question->stop))
        vr_promise_release(question->promise);
}

static void free_question(void *arg)
{
    struct question *question = arg;
    struct vr_inbox *home = question->home;

    vr_inbox_unref(question->away);
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
    question->away = vr_inbox_ref(vr_reactor_inbox(to));
    question->to = to;
    question->fn = fn;
    question->value = value;
    question->ask = (struct vr_post){.run = be_asked, .cancelled = turn_away};
    question->stop =
        (struct vr_post){.run = be_stopped, .cancelled = drop_stop};
    question->on_close.closed = hear_closed;
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
    vr_reactor_post(to, &question->ask); /* may free the value here */
    return pending;
}
