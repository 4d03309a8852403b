/* SPDX-License-Identifier: MIT */
/**
 * @file tie.c
 * What hears that its reactor is closed.
 */
#include <vreactor/reactor/tie.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor_impl.h>

void vr_tie_on(struct vr_tie *tie, struct vr_reactor *reactor)
{
    vr_list_append(&reactor->ties, &tie->link);
}

void vr_tie_off(struct vr_tie *tie)
{
    vr_list_remove(&tie->link);
}

void vr_tie_cut_all(struct vr_reactor *reactor)
{
    struct vr_list *link;
    int count = 0;

    while (!vr_reactor_is_inherited(reactor) &&
           (link = vr_list_pop(&reactor->ties))) {
        struct vr_tie *tie = vr_container_of(link, struct vr_tie, link);
        tie->closed(tie);
        count++;
    }
    if (count > 0)
        vr_log_info(&reactor->log.logger, "closed with %d %s still awaited",
                    count, count == 1 ? "result" : "results");
}
