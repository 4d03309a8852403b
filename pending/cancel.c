/* SPDX-License-Identifier: MIT */
/**
 * @file cancel.c
 * Calling off what a line of deferreds waits for.
 *
 * A cancel goes down the line to the source at its lower end.  On the way it
 * passes coroutines, which are cancelled for good: each then refuses to wait,
 * see coroutine.c.
 */
#include <vreactor/pending/pending_impl.h>

#include <vreactor/base/current.h>
#include <vreactor/base/err.h>

/* In no coroutine, as a handler. */
static void call_canceller(struct vr_pending *pending)
{
    struct vr_current *current = vr_current();
    struct vr_coroutine *coroutine = current->coroutine;

    current->coroutine = NULL;
    pending->cancel(pending->arg, pending);
    current->coroutine = coroutine;
}

bool vr_pending_call_off(struct vr_pending *pending, struct vr_failure *failure)
{
    pending->state = VR_PENDING_CANCELLING;
    pending->calls++;
    if (pending->cancel)
        call_canceller(pending);

    if (pending->state == VR_PENDING_CANCELLING) {
        pending->state = VR_PENDING_CANCELLED;
        pending->result.failure = failure;
    } else {
        vr_failure_unref(failure);
    }
    return vr_pending_back(pending);
}

/* What a coroutine is told that is cancelled for @reason, which is taken; where
 * there is no memory it is not told the reason. */
static struct vr_failure *from_outside(const struct vr_pending *pending,
                                       struct vr_failure *reason)
{
    if (reason->code == -VR_ECANCELLED)
        return reason;

    struct vr_failure *failure =
        (vr_failure_new)(pending->env, -VR_ECANCELLED, NULL, reason, NULL);
    return failure->code == -VR_ECANCELLED ? failure : vr_failure_cancelled();
}

/* Cancel the coroutine of @pending for good; what it awaits is to have the
 * failure that is put in the place of @failure. @return false: that is nothing,
 * or shielded */
static bool tell(struct vr_pending *pending, struct vr_failure **failure)
{
    struct vr_body *body = pending->body;
    const struct vr_pending *awaited = pending->result.pending;

    *failure = from_outside(pending, *failure);
    if (!body->cancelled)
        body->cancelled = vr_failure_ref(*failure);
    if (!awaited || vr_body_shields(body, awaited))
        return false;

    if (!body->refused) /* what fails now; later ones count when they do */
        body->refused = 1;
    return true;
}

/* Of no more use. @return @was */
static bool give_back(struct vr_failure *failure, bool was)
{
    vr_failure_unref(failure);
    return was;
}

bool vr_pending_cancel_as(struct vr_pending *pending,
                          struct vr_failure *failure)
{
    if (!pending)
        return give_back(failure, false);

    bool told = false;
    failure = vr_fail(failure).failure;
    while (true) {
        if (pending->body && !tell(pending, &failure))
            return give_back(failure, true);
        told = told || pending->body;
        if (!pending->result.pending)
            break;
        pending = pending->result.pending;
    }
    if (pending->state != VR_PENDING_NEW)
        return give_back(failure, told);

    if (vr_pending_call_off(pending, failure))
        vr_pending_run(pending);
    return true;
}

bool vr_pending_cancel(struct vr_pending *pending)
{
    return vr_pending_cancel_as(pending, vr_failure_cancelled());
}
