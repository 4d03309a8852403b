/* SPDX-License-Identifier: MIT */
/**
 * @file request.h
 * A function to be called on the thread of a reactor, and the deferred that it
 * may return.  Internal.
 *
 * Embedded in what has asked, which counts its holders: the reactor is one from
 * vr_request_send() until `ended`, and once more from vr_request_stop() until
 * `stopped`.
 */
#ifndef VR_REACTOR_ASYNC_REQUEST_H
#define VR_REACTOR_ASYNC_REQUEST_H

#include <stdbool.h>

#include <vreactor/reactor/async/ask.h>
#include <vreactor/reactor/close_hook.h>
#include <vreactor/reactor/post.h>

struct vr_inbox;
struct vr_request;

/** Called on the reactor's thread, or where posts are refused. */
struct vr_request_ops {
    bool (*is_wanted)(struct vr_request *request);

    /** Takes @p result.  The first one is the answer, and those after it are to
     *  be freed. */
    void (*settle)(struct vr_request *request, struct vr_result result);

    void (*ended)(struct vr_request *request);
    void (*stopped)(struct vr_request *request);
};

struct vr_request {
    const struct vr_request_ops *ops;
    struct vr_inbox *inbox; /* of the reactor: a reference, the holders' */
    struct vr_reactor *reactor;
    vr_ask_fn *fn;
    struct vr_value question;
    struct vr_post ask, stop;

    /* The reactor's thread's, while there is a deferred. */
    struct vr_pending *pending;
    struct vr_close_hook on_close;
};

/** Initialise @p request, with a reference to the inbox of @p reactor.  Takes
 *  @p question when it is sent. */
void vr_request_init(struct vr_request *request, struct vr_reactor *reactor,
                     const struct vr_request_ops *ops, vr_ask_fn *fn,
                     struct vr_value question);

/** Have the function called.  Threads: any; the reactor lives. */
void vr_request_send(struct vr_request *request);

/** Its answer is not wanted any more: have the deferred cancelled; once, after
 *  vr_request_send().
 *  @return false if the reactor is closed, or this is a forked child: nothing
 *  happens.  Threads: any. */
bool vr_request_stop(struct vr_request *request);

#endif
