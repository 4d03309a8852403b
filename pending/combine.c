/* SPDX-License-Identifier: MIT */
/**
 * @file combine.c
 * When does a combination of deferreds have its result?
 */
#include <vreactor/pending/combine.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/crowd.h>

static bool judge_all(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    if (crowd->values + crowd->failures < crowd->count)
        return false;

    *ret_result = vr_crowd_take_all(crowd);
    return true;
}

bool vr_judge_every(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    if (!crowd->failures)
        return judge_all(crowd, ret_result);

    *ret_result = vr_crowd_take(crowd, crowd->first_failure);
    return true;
}

/* So many have failed that not enough are left. */
static struct vr_result too_few(struct vr_crowd *crowd)
{
    size_t failures = crowd->failures;
    struct vr_failure *cause =
        vr_crowd_take(crowd, crowd->first_failure).failure;

    return vr_fail(vr_failure_new_at(NULL, 0, vr_pending_env(crowd->pending),
                                     cause->code, NULL, cause,
                                     "%zu of %zu failed, %zu were wanted",
                                     failures, crowd->count, crowd->wanted));
}

static bool judge_some(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    if (crowd->values >= crowd->wanted)
        *ret_result = vr_crowd_take_all(crowd);
    else if (crowd->failures > crowd->count - crowd->wanted)
        *ret_result = too_few(crowd);
    else
        return false;
    return true;
}

static bool judge_any(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    if (crowd->values)
        *ret_result = vr_crowd_take(crowd, crowd->first_value);
    else if (crowd->failures == crowd->count)
        *ret_result = too_few(crowd);
    else
        return false;
    return true;
}

static bool judge_race(struct vr_crowd *crowd, struct vr_result *ret_result)
{
    if (!crowd->values && !crowd->failures)
        return false;

    *ret_result = vr_crowd_take(crowd, crowd->first);
    return true;
}

static void free_all(struct vr_pending *const *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vr_pending_free(members[i]);
}

/* The results of members that have fired already come while they are seated.
 * Members not seated when there is a result are freed with the others. */
static void seat_all(struct vr_crowd *crowd)
{
    struct vr_result verdict;
    size_t seated = 0;

    crowd->busy = true;
    bool stands = crowd->judge(crowd, &verdict);
    while (!stands && crowd->pending && seated < crowd->count) {
        vr_crowd_seat(crowd, seated, crowd->seats[seated].member);
        seated++;
        stands = crowd->pending && crowd->judge(crowd, &verdict);
    }
    crowd->busy = false;
    if (!crowd->pending)
        vr_crowd_leave(crowd);
    else if (stands)
        vr_crowd_finish(crowd, verdict);
}

static int combine(const char *file, int line, const struct vr_env *env,
                   struct vr_pending *const *members, size_t count,
                   size_t wanted, vr_judge_fn *judge,
                   struct vr_pending **ret_pending)
{
    struct vr_crowd *crowd = NULL;

    int err = wanted > count
                  ? -EINVAL
                  : vr_crowd_new(file, line, env, count, judge, &crowd);
    if (err) {
        free_all(members, count);
        return err;
    }
    crowd->wanted = wanted;
    for (size_t i = 0; i < count; i++)
        crowd->seats[i].member = members[i];
    *ret_pending = crowd->pending; /* which may be one of members */
    seat_all(crowd);
    return 0;
}

int vr_pending_all_at(const char *file, int line, const struct vr_env *env,
                      struct vr_pending *const *members, size_t count,
                      struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 0, judge_all, ret_pending);
}

int vr_pending_every_at(const char *file, int line, const struct vr_env *env,
                        struct vr_pending *const *members, size_t count,
                        struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 0, vr_judge_every,
                   ret_pending);
}

int vr_pending_some_at(const char *file, int line, const struct vr_env *env,
                       struct vr_pending *const *members, size_t count,
                       size_t wanted, struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, wanted, judge_some,
                   ret_pending);
}

int vr_pending_any_at(const char *file, int line, const struct vr_env *env,
                      struct vr_pending *const *members, size_t count,
                      struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 1, judge_any, ret_pending);
}

int vr_pending_race_at(const char *file, int line, const struct vr_env *env,
                       struct vr_pending *const *members, size_t count,
                       struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 1, judge_race, ret_pending);
}
