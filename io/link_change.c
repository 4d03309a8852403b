/* SPDX-License-Identifier: MIT */
/**
 * @file link_change.c
 * Joining a producer to a consumer, and putting stages between them.
 */
#include <vreactor/io/link_impl.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/chain_impl.h>

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
    struct vr_chain *chain = out->chain;

    out->state = VR_LINK_OVER;
    if (!chain)
        return;
    vr_chain_blame(chain, why);
    vr_chain_note_over(chain);
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

/* A stage that comes is greeted. */
void vr_link_join_stage(struct vr_producer *out, struct vr_stage *stage)
{
    vr_link_take_over(&stage->out, out);
    vr_link_join(out, &stage->in, false);
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

/* Who knew of a handshake of the stage itself hears of the next one. */
struct vr_producer *vr_link_bypass_stage(struct vr_stage *stage)
{
    struct vr_producer *from = stage->in.from;
    bool is_own = stage->out.is_secure && !from->secured && !from->is_secure;

    vr_link_detach(from);
    vr_link_take_over(from, &stage->out);
    from->secured = from->secured && !is_own;
    vr_link_forget_peer(&stage->out);
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
