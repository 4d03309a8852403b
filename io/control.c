/* SPDX-License-Identifier: MIT */
/**
 * @file control.c
 * Kinds of messages, how messages travel, and the greeting.
 */
#include <vreactor/io/control.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/io/link_impl.h>

bool vr_control_is(const struct vr_control *msg,
                   const struct vr_control_kind *kind)
{
    return msg->kind == kind || !strcmp(msg->kind->name, kind->name);
}

const struct vr_control_kind *vr_control_can_connect(void)
{
    static const struct vr_control_kind kind = {"vreactor.can_connect"};
    return &kind;
}

const struct vr_control_kind *vr_control_connected(void)
{
    static const struct vr_control_kind kind = {"vreactor.connected"};
    return &kind;
}

const struct vr_control_kind *vr_control_secured(void)
{
    static const struct vr_control_kind kind = {"vreactor.secured"};
    return &kind;
}

const struct vr_control_kind *vr_control_authorize(void)
{
    static const struct vr_control_kind kind = {"vreactor.authorize"};
    return &kind;
}

const struct vr_control_kind *vr_control_end_writing(void)
{
    static const struct vr_control_kind kind = {"vreactor.end_writing"};
    return &kind;
}

int vr_control_downstream(struct vr_producer *out, const struct vr_control *msg)
{
    struct vr_consumer *to = out->to;

    if (!to)
        return -ENOTCONN;
    return to->ops->control ? to->ops->control(to, msg) : -VR_ENOCONTROL;
}

int vr_control_upstream(struct vr_consumer *in, const struct vr_control *msg)
{
    struct vr_producer *from = in->from;

    if (!from)
        return -ENOTCONN;
    return from->ops->control ? from->ops->control(from, msg) : -VR_ENOCONTROL;
}

/* ---- greeting ---- */

void vr_greet(struct vr_producer *out, const struct vr_address *peer)
{
    out->peer = peer;
    vr_link_greet_again(out);
}

void vr_link_greet_again(struct vr_producer *out)
{
    const struct vr_control msg = {.kind = vr_control_connected(),
                                   .peer = out->peer};

    if (!out->peer || out->greeted || out->state != VR_LINK_OPEN)
        return;

    out->greeted = true;
    (void)vr_control_downstream(out, &msg);
}
