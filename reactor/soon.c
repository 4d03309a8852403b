/* SPDX-License-Identifier: MIT */
/**
 * @file soon.c
 * What runs within the turn: pumps, and last words.
 */
#include <vreactor/reactor/soon.h>

#include <assert.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

enum { MOST = 1024 }; /* in one run */

void vr_soon_init(struct vr_soon *soon, vr_soon_fn *run)
{
    assert(run);
    soon->run = run;
    vr_list_init(&soon->link);
}

static void add(struct vr_soon *soon, struct vr_reactor *reactor,
                struct vr_list *list)
{
    vr_assert_may_touch(reactor);

    if (vr_soon_is_waiting(soon))
        return;
    vr_list_append(list, &soon->link);
    vr_reactor_moved(reactor);
}

void vr_soon_add_pump(struct vr_soon *soon, struct vr_reactor *reactor)
{
    add(soon, reactor, &reactor->pumps);
}

void vr_soon_add_closing(struct vr_soon *soon, struct vr_reactor *reactor)
{
    add(soon, reactor, &reactor->closings);
}

void vr_soon_cancel(struct vr_soon *soon)
{
    vr_list_remove(&soon->link);
}

bool vr_soon_is_waiting(const struct vr_soon *soon)
{
    return !vr_list_is_empty(&soon->link);
}

void vr_soon_hold(struct vr_soon *soon, struct vr_reactor *reactor)
{
    vr_assert_may_touch(reactor);
    assert(!vr_soon_is_waiting(soon));
    vr_list_append(&reactor->held, &soon->link);
}

void vr_soon_release(struct vr_soon *soon, struct vr_reactor *reactor)
{
    vr_soon_cancel(soon);
    vr_soon_add_closing(soon, reactor);
}

/* ---- in a turn ---- */

static bool run_next(struct vr_list *list)
{
    struct vr_list *link = vr_list_pop(list);
    if (!link)
        return false;

    struct vr_soon *soon = vr_container_of(link, struct vr_soon, link);
    soon->run(soon); /* it may be gone */
    return true;
}

/* What these add waits for the next run. */
static void run_some(struct vr_reactor *reactor, struct vr_list *list,
                     bool (*ends)(const struct vr_reactor *reactor))
{
    struct vr_list now;

    vr_list_init(&now);
    vr_list_splice(&now, list);
    for (int i = 0; i < MOST && !ends(reactor) && run_next(&now); i++)
        ;
    vr_list_splice(list->next, &now);
}

bool vr_pumps_run(struct vr_reactor *reactor)
{
    vr_assert_gave_scratch(reactor);

    if (vr_list_is_empty(&reactor->pumps) || vr_reactor_stops(reactor))
        return false;

    run_some(reactor, &reactor->pumps, vr_reactor_is_stopping);
    return true;
}

void vr_closings_run(struct vr_reactor *reactor)
{
    run_some(reactor, &reactor->closings, vr_reactor_is_inherited);
    vr_assert_gave_scratch(reactor);
}

void vr_pumps_drop(struct vr_reactor *reactor)
{
    while (vr_list_pop(&reactor->pumps))
        ;
}
