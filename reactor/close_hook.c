/* SPDX-License-Identifier: MIT */
/**
 * @file close_hook.c
 * What hears that its reactor is closed, or goes on in a child.
 */
#include <vreactor/reactor/close_hook.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>

void vr_close_hook_add(struct vr_close_hook *hook, struct vr_reactor *reactor)
{
    vr_list_append(&reactor->close_hooks, &hook->link);
}

void vr_close_hook_set_background(struct vr_close_hook *hook,
                                  struct vr_reactor *reactor,
                                  bool is_background)
{
    if (vr_list_is_empty(&hook->link))
        return;

    vr_list_remove(&hook->link);
    vr_list_append(is_background ? &reactor->background_hooks
                                 : &reactor->close_hooks,
                   &hook->link);
}

void vr_close_hook_remove(struct vr_close_hook *hook)
{
    vr_list_remove(&hook->link);
}

static struct vr_list *next_hook(struct vr_reactor *reactor)
{
    struct vr_list *link = vr_list_pop(&reactor->close_hooks);

    return link ? link : vr_list_pop(&reactor->background_hooks);
}

void vr_close_hooks_run(struct vr_reactor *reactor)
{
    struct vr_list *link;
    int count = 0;

    while (!vr_reactor_is_inherited(reactor) && (link = next_hook(reactor))) {
        struct vr_close_hook *hook =
            vr_container_of(link, struct vr_close_hook, link);
        hook->closed(hook);
        count++;
    }
    if (count > 0)
        vr_log_info(reactor->logger, "closed with %d %s still awaited", count,
                    count == 1 ? "result" : "results");
}

static void tell_of_fork(const struct vr_list *hooks)
{
    for (struct vr_list *link = hooks->next; link != hooks; link = link->next) {
        struct vr_close_hook *hook =
            vr_container_of(link, struct vr_close_hook, link);
        if (hook->forked)
            hook->forked(hook);
    }
}

void vr_close_hooks_tell_of_fork(struct vr_reactor *reactor)
{
    tell_of_fork(&reactor->close_hooks);
    tell_of_fork(&reactor->background_hooks);
}
