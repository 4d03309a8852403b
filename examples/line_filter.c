/* SPDX-License-Identifier: MIT */
#include "line_filter.h"

#include <string.h>

static void on_attached(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static const unsigned char *find_end(const unsigned char *line, size_t len)
{
    return len ? memchr(line, '\n', len < LINE_MOST ? len : LINE_MOST) : NULL;
}

static size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_producer *out = &vr_container_of(in, struct vr_stage, in)->out;
    struct vr_offer line = {.data = offer->data, .flags = VR_WHOLE};
    const unsigned char *all = offer->data + offer->len, *end;

    while ((end = find_end(line.data, (size_t)(all - line.data)))) {
        line.len = (size_t)(end - line.data);
        if (!vr_link_offer(out, &line)) {
            vr_link_pause(in); /* until on_ready() */
            break;
        }
        line.data = end + 1;
    }
    return (size_t)(line.data - offer->data);
}

static void on_ready(struct vr_producer *out)
{
    if (vr_link_window(out))
        vr_link_resume(&vr_container_of(out, struct vr_stage, out)->in);
}

const struct vr_filter_ops line_filter = {
    .element = {.name = "lines"},
    .inbound = {.in = {.attached = on_attached,
                       .consume = on_bytes,
                       .ended = vr_pass_ended,
                       .control = vr_pass_control_downstream},
                .out = {.uses = VR_WHOLE, .ready = on_ready},
                .need = LINE_MOST,
                .flags = VR_FILTER_RESIZES},
};
