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

    return vr_fail(vr_failure_new_at(NULL, 0, vr_pending_env(self->pending),
                                     cause->code, NULL, cause,
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

static int combine(const char *file, int line, const struct vr_env *env,
                   struct vr_pending *const *members, size_t count,
                   size_t wanted, vr_is_done_fn *is_done,
                   struct vr_pending **ret_pending)
{
    struct vr_combination *self = NULL;

    int err = wanted > count
                  ? -EINVAL
                  : vr_combination_new(file, line, env, count, is_done, &self);
    if (err) {
        free_all(members, count);
        return err;
    }
    self->wanted = wanted;
    self->parallel = count;
    for (size_t i = 0; i < count; i++)
        self->members[i].pending = members[i];
    *ret_pending = self->pending; /* which may be one of members */
    vr_combination_go_on(self);
    return 0;
}

int vr_pending_all_at(const char *file, int line, const struct vr_env *env,
                      struct vr_pending *const *members, size_t count,
                      struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 0, all_is_done,
                   ret_pending);
}

int vr_pending_every_at(const char *file, int line, const struct vr_env *env,
                        struct vr_pending *const *members, size_t count,
                        struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 0, every_is_done,
                   ret_pending);
}

int vr_pending_some_at(const char *file, int line, const struct vr_env *env,
                       struct vr_pending *const *members, size_t count,
                       size_t wanted, struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, wanted, some_is_done,
                   ret_pending);
}

int vr_pending_any_at(const char *file, int line, const struct vr_env *env,
                      struct vr_pending *const *members, size_t count,
                      struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 1, any_is_done,
                   ret_pending);
}

int vr_pending_race_at(const char *file, int line, const struct vr_env *env,
                       struct vr_pending *const *members, size_t count,
                       struct vr_pending **ret_pending)
{
    return combine(file, line, env, members, count, 1, race_is_done,
                   ret_pending);
}

int vr_pending_sequence_at(const char *file, int line, const struct vr_env *env,
                           size_t count, size_t parallel, vr_begin_fn *begin,
                           void *arg, struct vr_pending **ret_pending)
{
    struct vr_combination *self;

    if (!parallel || !begin)
        return -EINVAL;
    int err = vr_combination_new(file, line, env, count, every_is_done, &self);
    if (err)
        return err;

    self->parallel = parallel;
    self->begin = begin;
    self->arg = arg;
    *ret_pending = self->pending;
    vr_combination_go_on(self);
    return 0;
}
