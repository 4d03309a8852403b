/* SPDX-License-Identifier: MIT */
/**
 * @file far_end.c
 * From link to link, as long as they only pass on.
 */
#include <vreactor/io/far_end.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/filter_impl.h>
#include <vreactor/io/link.h>

/* Where the bytes go that @p in takes; NULL: it keeps them, or looks at them.
 */
static struct vr_producer *passes_to(struct vr_consumer *in)
{
    if (in->ops->consume != vr_pass_consume && !vr_filter_passes_bytes(in))
        return NULL;
    return &vr_container_of(in, struct vr_stage, in)->out;
}

static bool is_free(const struct vr_producer *out)
{
    return out->to && out->need <= 1 && !out->offering && vr_link_window(out);
}

struct vr_consumer *vr_link_far_end(const struct vr_producer *out,
                                    uint64_t *ret_window)
{
    uint64_t least = VR_UNLIMITED;
    const struct vr_producer *last = out;

    for (; out; out = passes_to(out->to)) {
        if (!is_free(out))
            return NULL;
        if (vr_link_window(out) < least)
            least = vr_link_window(out);
        last = out;
    }
    *ret_window = least;
    return last->to;
}

void vr_link_count_taken(struct vr_producer *out, uint64_t len)
{
    for (; out; out = passes_to(out->to))
        out->taken += len;
}
