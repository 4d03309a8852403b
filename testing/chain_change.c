/* SPDX-License-Identifier: MIT */
/**
 * @file chain_change.c
 * The subject comes, goes, or is replaced while bytes pass.
 */
#include <vreactor/testing/chain_check.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

enum { MOST_TRIES = 1000 };

static bool is_due(const struct vr_check_run *run)
{
    const struct vr_check_plan *plan = run->plan;

    return !run->changed && !run->fault && run->tries < MOST_TRIES &&
           plan->what >= VR_TRY_INSERT && plan->what <= VR_TRY_SWAP &&
           run->ends[plan->dir].sent >= plan->at;
}

/* What was on its way when the filter was to come passes it by. */
static size_t queued(const struct vr_check_run *run, int dir)
{
    const struct vr_check_end *from = &run->ends[dir];
    bool passes = run->plan->what == VR_TRY_ENTER && dir == VR_OUTBOUND;

    return passes ? from->arrived - from->sent : 0;
}

static bool is_over(const struct vr_check_run *run, int dir)
{
    const struct vr_producer *out = run->of->agent && dir == VR_OUTBOUND
                                        ? run->ends[0].in.from
                                        : &run->ends[dir].out;

    return !out || out->state != VR_LINK_OPEN;
}

static void note_places(struct vr_check_run *run)
{
    for (int dir = 0; dir < 2; dir++) {
        const struct vr_check_end *from = &run->ends[dir];
        run->was_over[dir] = is_over(run, dir);
        run->changed_at[dir] =
            run->was_over[dir] ? from->len : from->sent + queued(run, dir);
    }
}

/* Has an agent written what its writer still has? */
static bool has_queued(struct vr_check_run *run)
{
    uint64_t bytes = 0;
    const struct vr_control msg = {.kind = vr_control_queued(), .data = &bytes};

    if (!run->of->agent)
        return false;
    (void)vr_control_upstream(&run->ends[0].in, &msg);
    return bytes > 0;
}

static bool is_empty(const struct vr_check_run *run)
{
    const struct vr_filter_case *of = &run->of->of;

    return !of->is_empty || of->is_empty(of->arg, run->subject);
}

/* @return as the verb of chains */
static int change(struct vr_check_run *run, struct vr_element *other)
{
    switch (run->plan->what) {
    case VR_TRY_INSERT:
        return vr_chain_insert(&run->ends[0].element, other);
    case VR_TRY_ENTER:
        return vr_filter_enter(
            vr_container_of(other, struct vr_filter, element),
            &run->ends[0].element);
    case VR_TRY_SWAP:
        return vr_chain_swap(run->subject, other);
    default:
        return vr_chain_remove(run->subject);
    }
}

/* One that is in use, or holds back an end, may not go yet; none enters where a
 * direction is over. */
static bool is_for_later(const struct vr_check_run *run,
                         const struct vr_element *other, int err)
{
    if (vr_check_is_closed(run) || run->plan->what == VR_TRY_INSERT)
        return false;
    if (run->plan->what == VR_TRY_ENTER)
        return err == -VR_ECLOSED;
    return err == -ENOTCONN || (err == -EBUSY && !(other && other->chain));
}

/* @return NULL: none is needed, or could be made */
static struct vr_element *take_other(struct vr_check_run *run)
{
    enum vr_check_what what = run->plan->what;

    if (what == VR_TRY_INSERT || what == VR_TRY_ENTER)
        return vr_check_make(run);
    return what == VR_TRY_SWAP ? run->spare : NULL;
}

void vr_check_give_back(struct vr_check_run *run, struct vr_element *element)
{
    for (int i = 0; i < VR_CHECK_ELEMENTS; i++) {
        const struct vr_filter_case *of = run->made_by[i];
        if (run->made[i] != element)
            continue;
        run->made[i] = NULL;
        if (of->fini)
            of->fini(of->arg, element);
    }
}

void vr_check_begin(struct vr_check_run *run)
{
    const struct vr_agent_case *agent = run->of->agent;

    if (agent && agent->begin && !vr_check_is_closed(run))
        agent->begin(run->of->of.arg, run->subject);
}

static void has_changed(struct vr_check_run *run, struct vr_element *other)
{
    if (run->subject)
        vr_check_give_back(run, run->subject);
    run->subject = other;
    run->spare = NULL;
    if (other)
        vr_check_begin(run);
}

static void try_change(struct vr_check_run *run)
{
    static const char *const verbs[VR_TRY_COUNT] = {
        [VR_TRY_INSERT] = "chain_insert",
        [VR_TRY_ENTER] = "filter_enter",
        [VR_TRY_REMOVE] = "chain_remove",
        [VR_TRY_SWAP] = "chain_swap"};
    enum vr_check_what what = run->plan->what;
    struct vr_element *other = take_other(run);

    if (!other && what != VR_TRY_REMOVE)
        return;
    note_places(run);
    run->tries++;
    run->changed = true;
    int err = change(run, other);
    if (!err) {
        has_changed(run, other);
        return;
    }
    run->changed = false;
    if (!is_for_later(run, other, err))
        vr_check_fail(run, VR_CHECK_MAKE, "vr_%s() is %d", verbs[what], err);
    if (other && other != run->spare && !other->chain)
        vr_check_give_back(run, other);
}

void vr_check_change(struct vr_check_run *run)
{
    if (is_due(run) && (!run->subject || (is_empty(run) && !has_queued(run))))
        try_change(run);
}
