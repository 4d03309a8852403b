/* SPDX-License-Identifier: MIT */
/**
 * @file shorthand.c
 * Functions made of those of pending.c.
 */
#include <vreactor/pending/pending.h>

#include <errno.h>

#include <vreactor/base/env.h>
#include <vreactor/pending/pending_impl.h>

void vr_result_free(struct vr_result result)
{
    vr_value_free(result.value);
    vr_failure_unref(result.failure);
    vr_pending_free(result.pending);
}

struct vr_pending *vr_pending_place(const char *file, int line,
                                    struct vr_pending *pending)
{
    if (!pending)
        return NULL;

    pending->file = file;
    pending->line = line;
    return pending;
}

#undef vr_pending_done /* the macro adds the place */
struct vr_pending *vr_pending_done(const struct vr_env *env,
                                   struct vr_result result)
{
    struct vr_pending *pending = (vr_pending_new)(env, NULL, NULL);

    if (!pending) {
        vr_result_free(result);
    } else if (result.pending) {
        (void)vr_pending_settle(pending, result);
    } else { /* the same, where nothing waits for anything */
        pending->state = VR_PENDING_FIRED;
        pending->result = result;
    }
    return pending;
}

#undef vr_pending_failed /* the macro adds the place */
struct vr_pending *vr_pending_failed(const struct vr_env *env, int code,
                                     const char *stage)
{
    if (code == -ENOMEM)
        return NULL;

    return (vr_pending_done)(env, vr_fail((vr_failure_new)(env, code, stage,
                                                           NULL, NULL)));
}

int vr_pending_fire(struct vr_pending *pending, struct vr_value value)
{
    return vr_pending_settle(pending, vr_ok(value));
}

int vr_pending_fail(struct vr_pending *pending, struct vr_failure *failure)
{
    return vr_pending_settle(pending, vr_fail(failure));
}

/* The value for want of another.  Each step runs once, and frees this. */
struct substitute {
    const struct vr_env *env;
    struct vr_value value;
};

static struct vr_value unpack(struct substitute *substitute)
{
    struct vr_value value = substitute->value;

    vr_dealloc(substitute->env, substitute);
    return value;
}

static struct vr_result not_needed(void *arg, struct vr_value value)
{
    vr_value_free(unpack(arg));
    return vr_ok(value);
}

static struct vr_result put_in(void *arg, struct vr_failure *failure)
{
    vr_failure_unref(failure);
    return vr_ok(unpack(arg));
}

int vr_pending_recover(struct vr_pending *pending, struct vr_value value)
{
    const struct vr_env *env = pending ? pending->env : NULL;
    struct substitute *substitute =
        pending ? vr_alloc(env, sizeof(*substitute)) : NULL;
    if (!substitute)
        return -ENOMEM;

    *substitute = (struct substitute){.env = env, .value = value};
    int err = vr_pending_then(pending, not_needed, put_in, substitute);
    if (err < 0)
        vr_dealloc(env, substitute);
    return err;
}

const struct vr_env *vr_pending_env(const struct vr_pending *pending)
{
    return pending->env;
}
