/* SPDX-License-Identifier: MIT */
/**
 * @file sequence.c
 * Tasks in order, some of them at a time.
 */
#include <vreactor/pending/combine.h>

#include <errno.h>

#include <vreactor/pending/crowd.h>

static bool may_begin(const struct vr_crowd *crowd)
{
    size_t under_way = crowd->begun - crowd->values - crowd->failures;

    return crowd->begun < crowd->count && under_way < crowd->parallel;
}

/* Begin tasks until there is a result.  Whatever a task does when it begins,
 * this is the only loop that begins one, so no task deepens the stack.  A task
 * may free the sequence. */
static void go_on(struct vr_crowd *crowd)
{
    struct vr_result verdict;

    crowd->busy = true;
    bool stands = vr_judge_every(crowd, &verdict);
    while (!stands && crowd->pending && may_begin(crowd)) {
        size_t index = crowd->begun++;
        vr_crowd_seat(crowd, index, crowd->begin(crowd->arg, index));
        stands = crowd->pending && vr_judge_every(crowd, &verdict);
    }
    crowd->busy = false;
    if (!crowd->pending)
        vr_crowd_leave(crowd);
    else if (stands)
        vr_crowd_finish(crowd, verdict);
}

/* A task is done: others may begin.  After that the crowd may be freed, or have
 * given the result, so this judge never says that there is one. */
static bool judge_sequence(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    (void)ret_result;
    go_on(crowd);
    return false;
}

int vr_pending_sequence_at(const char *file, int line, const struct vr_env *env,
                           size_t count, size_t parallel, vr_begin_fn *begin,
                           void *arg, struct vr_pending **ret_pending)
{
    struct vr_crowd *crowd;

    if (!parallel || !begin)
        return -EINVAL;
    int err = vr_crowd_new(file, line, env, count, judge_sequence, &crowd);
    if (err)
        return err;

    crowd->parallel = parallel;
    crowd->begin = begin;
    crowd->arg = arg;
    *ret_pending = crowd->pending;
    go_on(crowd);
    return 0;
}
