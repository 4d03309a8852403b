/* SPDX-License-Identifier: MIT */
/**
 * @file link_flags.c
 * Which flags of offers a producer uses, and a consumer knows.  A stage may
 * answer for the link on its other side.
 */
#include <vreactor/io/link_impl.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/filter.h>

/* A consumer may overlook these. */
enum { HINTS = VR_MORE | VR_AS_OFFERED };

static unsigned uses_through(const struct vr_stage *stage,
                             const struct vr_producer *from)
{
    const struct vr_filter_direction *own = stage->own;
    unsigned uses = stage->out.ops->uses;

    if (own)
        uses = own->out.uses |
               (own->flags & VR_FILTER_RESIZES ? 0 : VR_AS_OFFERED);
    return uses & VR_AS_OFFERED && from ? uses | vr_link_uses(from) : uses;
}

unsigned vr_link_uses(const struct vr_producer *out)
{
    const struct vr_stage *stage;

    if (!(out->ops->uses & VR_AS_OFFERED))
        return out->ops->uses;

    stage = vr_container_of(out, const struct vr_stage, out);
    return uses_through(stage, stage->in.from);
}

static unsigned known_through(const struct vr_stage *stage,
                              const struct vr_consumer *to)
{
    const struct vr_filter_direction *own = stage->own;
    unsigned knows = stage->in.ops->knows;

    if (own && own->in.consume)
        knows = own->in.knows;
    if (!(knows & VR_AS_OFFERED))
        return knows;
    return to ? knows | vr_link_knows(to) : ~0u;
}

unsigned vr_link_knows(const struct vr_consumer *in)
{
    const struct vr_stage *stage;

    if (!(in->ops->knows & VR_AS_OFFERED))
        return in->ops->knows;

    stage = vr_container_of(in, const struct vr_stage, in);
    return known_through(stage, stage->out.to);
}

static bool are_known(unsigned used, unsigned known)
{
    return !(used & ~known & ~(unsigned)HINTS);
}

bool vr_link_may_use(const struct vr_producer *out, unsigned flags)
{
    unsigned uses = vr_link_uses(out);

    return uses & VR_AS_OFFERED || are_known(flags, uses);
}

bool vr_link_fits(const struct vr_producer *out, const struct vr_consumer *in)
{
    return are_known(vr_link_uses(out), vr_link_knows(in));
}

bool vr_link_fits_between(const struct vr_producer *from,
                          const struct vr_stage *stage,
                          const struct vr_consumer *to)
{
    return are_known(vr_link_uses(from), known_through(stage, to)) &&
           are_known(uses_through(stage, from), vr_link_knows(to));
}
