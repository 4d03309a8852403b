/* SPDX-License-Identifier: MIT */
/**
 * @file post.c
 * Posting and executing.
 */
#include <vreactor/reactor/post.h>

#include <assert.h>

#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

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
