/* SPDX-License-Identifier: MIT */
/**
 * @file link_change.c
 * Joining a producer to a consumer, and putting stages between them.
 */
#include <vreactor/io/link_impl.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/chain.h>

int vr_link_attach(struct vr_producer *out, struct vr_consumer *in)
{
    if (out->to == in)
        return 0;
    if (out->to || in->from)
        return -EISCONN;
    if (out->state == VR_LINK_OVER)
        return -VR_ECLOSED;
    if (!vr_is_known(out->ops) || !vr_is_known(in->ops) ||
        !vr_link_fits(out, in))
        return -EINVAL;

    vr_link_join(out, in, false);
    vr_link_announce(out, in);
    return 0;
}

void vr_link_finish(struct vr_producer *out, const struct vr_end *why)
{
    out->state = VR_LINK_OVER;
    if (out->chain)
        vr_chain_blame(out->chain, why);
}

int vr_link_check_insert(const struct vr_producer *out,
                         const struct vr_stage *stage)
{
    if (!out->to || out->state != VR_LINK_OPEN)
        return -ENOTCONN;
    if (stage->in.from || stage->out.to)
        return -EISCONN;
    if (!vr_is_known(stage->in.ops) || !vr_is_known(stage->out.ops) ||
        !vr_link_fits_between(out, stage, out->to))
        return -EINVAL;

    return stage->out.state == VR_LINK_OVER ? -VR_ECLOSED : 0;
}

/* A consumer that was greeted is not greeted again when a stage comes or goes
 * before it; a stage that comes is. */
void vr_link_join_stage(struct vr_producer *out, struct vr_stage *stage)
{
    struct vr_consumer *to = out->to;
    bool greeted = out->greeted;

    vr_link_detach(out);
    vr_link_join(out, &stage->in, false);
    vr_link_join(&stage->out, to, greeted);
}

void vr_link_announce_stage(struct vr_producer *out, struct vr_stage *stage,
                            struct vr_consumer *to)
{
    vr_link_announce(out, &stage->in);
    vr_link_announce(&stage->out, to);
}

int vr_link_insert(struct vr_producer *out, struct vr_stage *stage)
{
    struct vr_consumer *to = out->to;

    int err = vr_link_check_insert(out, stage);
    if (err)
        return err;

    vr_link_join_stage(out, stage);
    vr_link_announce_stage(out, stage, to);
    return 0;
}

struct vr_producer *vr_link_bypass_stage(struct vr_stage *stage)
{
    struct vr_producer *from = stage->in.from;
    struct vr_consumer *to = stage->out.to;
    bool greeted = stage->out.greeted;

    vr_link_detach(from);
    vr_link_detach(&stage->out);
    stage->out.peer = NULL; /* the next chain has another */
    vr_link_join(from, to, greeted);
    return from;
}

int vr_link_remove(struct vr_stage *stage)
{
    const struct vr_producer *from = stage->in.from;
    struct vr_consumer *to = stage->out.to;

    if (!from || from->state != VR_LINK_OPEN)
        return -ENOTCONN;
    if (!to || stage->out.state != VR_LINK_OPEN)
        return -ENOTCONN;
    if (!vr_link_fits(from, to))
        return -EINVAL;

    vr_link_announce(vr_link_bypass_stage(stage), to);
    return 0;
}
