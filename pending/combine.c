/* SPDX-License-Identifier: MIT */
/**
 * @file combine.c
 * When does a combination of deferreds have its result?
 */
#include <vreactor/pending/combine.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/pending/members.h>

static bool all_is_done(struct vr_combination *self,
                        struct vr_result *ret_result)
{
    if (self->values + self->failures < self->count)
        return false;

    *ret_result = vr_combination_take_all(self);
    return true;
}

static bool every_is_done(struct vr_combination *self,
                          struct vr_result *ret_result)
{
    if (!self->failures)
        return all_is_done(self, ret_result);

    *ret_result = vr_combination_take(self, self->first_failure);
    return true;
}

/* So many have failed that not enough are left. */
static struct vr_result too_few(struct vr_combination *self)
{
    size_t failures = self->failures;
    struct vr_failure *cause =
        vr_combination_take(self, self->first_failure).failure;

    return vr_fail((vr_failure_new)(vr_pending_env(self->pending), cause->code,
                                    NULL, cause,
                                    "%zu of %zu failed, %zu were wanted",
                                    failures, self->count, self->wanted));
}

static bool some_is_done(struct vr_combination *self,
                         struct vr_result *ret_result)
{
    if (self->values >= self->wanted)
        *ret_result = vr_combination_take_all(self);
    else if (self->failures > self->count - self->wanted)
        *ret_result = too_few(self);
    else
        return false;
    return true;
}

static bool any_is_done(struct vr_combination *self,
                        struct vr_result *ret_result)
{
    if (self->values)
        *ret_result = vr_combination_take(self, self->first_value);
    else if (self->failures == self->count)
        *ret_result = too_few(self);
    else
        return false;
    return true;
}

static bool race_is_done(struct vr_combination *self,
                         struct vr_result *ret_result)
{
    if (!self->values && !self->failures)
        return false;

    *ret_result = vr_combination_take(self, self->first);
    return true;
}

static void free_all(struct vr_pending *const *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vr_pending_free(members[i]);
}

/* @self may be gone when its members have been added. */
static struct vr_pending *start(struct vr_combination *self)
{
    struct vr_pending *pending = self->pending;

    vr_combination_go_on(self);
    return pending;
}

static struct vr_pending *combine(const struct vr_env *env,
                                  struct vr_pending *const *members,
                                  size_t count, size_t wanted,
                                  vr_is_done_fn *is_done)
{
    struct vr_combination *self =
        wanted > count ? NULL : vr_combination_new(env, count, is_done);

    if (!self) {
        free_all(members, count);
        return wanted > count ? (vr_pending_failed)(env, -EINVAL, "combine")
                              : NULL;
    }
    self->wanted = wanted;
    self->parallel = count;
    for (size_t i = 0; i < count; i++)
        self->members[i].pending = members[i];
    return start(self);
}

#undef vr_pending_all /* the macro adds the place */
struct vr_pending *vr_pending_all(const struct vr_env *env,
                                  struct vr_pending *const *members,
                                  size_t count)
{
    return combine(env, members, count, 0, all_is_done);
}

#undef vr_pending_every /* the macro adds the place */
struct vr_pending *vr_pending_every(const struct vr_env *env,
                                    struct vr_pending *const *members,
                                    size_t count)
{
    return combine(env, members, count, 0, every_is_done);
}

#undef vr_pending_some /* the macro adds the place */
struct vr_pending *vr_pending_some(const struct vr_env *env,
                                   struct vr_pending *const *members,
                                   size_t count, size_t wanted)
{
    return combine(env, members, count, wanted, some_is_done);
}

#undef vr_pending_any /* the macro adds the place */
struct vr_pending *vr_pending_any(const struct vr_env *env,
                                  struct vr_pending *const *members,
                                  size_t count)
{
    return combine(env, members, count, 1, any_is_done);
}

#undef vr_pending_race /* the macro adds the place */
struct vr_pending *vr_pending_race(const struct vr_env *env,
                                   struct vr_pending *const *members,
                                   size_t count)
{
    return combine(env, members, count, 1, race_is_done);
}

#undef vr_pending_sequence /* the macro adds the place */
struct vr_pending *vr_pending_sequence(const struct vr_env *env, size_t count,
                                       size_t parallel, vr_begin_fn *begin,
                                       void *arg)
{
    if (!parallel || !begin)
        return (vr_pending_failed)(env, -EINVAL, "sequence");
    struct vr_combination *self = vr_combination_new(env, count, every_is_done);
    if (!self)
        return NULL;

    self->parallel = parallel;
    self->begin = begin;
    self->arg = arg;
    return start(self);
}
