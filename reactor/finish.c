/* SPDX-License-Identifier: MIT */
/**
 * @file finish.c
 * A stop that comes behind posts: itself a post, of which there is one a
 * reactor.
 */
#include <vreactor/base/container_of.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

static struct vr_finish *finish_of(struct vr_post *post)
{
    return vr_container_of(post, struct vr_finish, post);
}

/* Who has asked meanwhile may have posted before that: another round. */
static void run(struct vr_post *post)
{
    struct vr_finish *finish = finish_of(post);
    struct vr_reactor *reactor =
        vr_container_of(finish, struct vr_reactor, finish);
    unsigned seen = finish->seen;

    if (atomic_compare_exchange_strong(&finish->asked, &seen, 0)) {
        vr_reactor_stop(reactor);
        return;
    }
    finish->seen = seen;
    vr_reactor_post(reactor, post);
}

static void cancelled(struct vr_post *post)
{
    atomic_store(&finish_of(post)->asked, 0);
}

void vr_finish_init(struct vr_finish *finish)
{
    finish->post = (struct vr_post){.run = run, .cancelled = cancelled};
    atomic_init(&finish->asked, 0);
}

void vr_reactor_finish(struct vr_reactor *reactor)
{
    struct vr_finish *finish = &reactor->finish;

    if (atomic_fetch_add(&finish->asked, 1) > 0)
        return; /* it is posted, and will see this */

    finish->seen = 1;
    vr_reactor_post(reactor, &finish->post);
}
