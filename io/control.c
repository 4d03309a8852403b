/* SPDX-License-Identifier: MIT */
/**
 * @file control.c
 * Kinds of messages, how messages travel, and the greeting.
 */
#include <vreactor/io/control.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link_impl.h>
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/reactor.h>

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

const struct vr_control_kind *vr_control_queued(void)
{
    static const struct vr_control_kind kind = {"vreactor.queued"};
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

void vr_greet(struct vr_producer *out)
{
    out->is_connected = true;
    vr_link_greet_again(out);
}

void vr_tell_secured(struct vr_producer *out)
{
    out->secured = false;
    vr_link_pass_secured(out);
}

void vr_link_pass_secured(struct vr_producer *out)
{
    if (out->is_secure)
        out->secured = false; /* it is another handshake */
    out->is_secure = true;
    vr_link_greet_again(out);
}

static void tell(struct vr_producer *out, const struct vr_control_kind *kind)
{
    struct vr_address peer = {.len = 0};

    if (out->chain)
        peer = vr_chain_peer(out->chain);
    (void)vr_control_downstream(
        out, &(struct vr_control){.kind = kind, .peer = &peer});
}

static bool is_stopping(const struct vr_producer *out)
{
    const struct vr_reactor *reactor = vr_link_reactor(out);

    return reactor && vr_reactor_is_stopping(reactor);
}

/* After a stop the next run tells the rest, before any byte. */
void vr_link_greet_again(struct vr_producer *out)
{
    const struct vr_consumer *to = out->to;

    if (out->is_connected && !out->greeted && out->state == VR_LINK_OPEN) {
        out->greeted = true;
        tell(out, vr_control_connected());
    }
    if (!out->greeted || !out->is_secure || out->secured || out->to != to ||
        out->state != VR_LINK_OPEN)
        return;
    if (is_stopping(out)) {
        vr_link_hold(out);
        return;
    }
    out->secured = true;
    tell(out, vr_control_secured());
}
