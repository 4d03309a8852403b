/* SPDX-License-Identifier: MIT */
/**
 * @file wire_linger.c
 * What a wire does for its peer when the program is gone: it waits until the
 * peer has taken the last words, and then, if the peer was not heard out, reads
 * and drops what still comes.  A connection closed with bytes unread is reset,
 * and a reset overtakes words that have not arrived.  So one that is to be
 * reset behind its last words waits until they have.
 */
#include <vreactor/io/wire/wire_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor.h>

static const vr_time LONGEST_PAUSE = 100 * VR_MSEC;

void vr_wire_end_lingering(struct vr_wire *wire)
{
    vr_wire_stop_lingering(wire);
    wire->stopped_early = false;
    vr_wire_settle(wire);
}

static void give_up_flush(struct vr_wire *wire)
{
    const struct vr_end why = vr_wire_end(wire, -ETIMEDOUT, VR_STAGE_WRITE);

    vr_wire_stop_lingering(wire);
    vr_wire_lose_write(wire, &why);
    vr_wire_settle(wire);
}

static void await_flush(struct vr_wire_linger *linger)
{
    linger->task = VR_WIRE_FLUSHES;
    linger->left = vr_wire_unwritten(linger->wire);
    vr_call_after(&linger->deadline, linger->wire->flush_time);
}

static void look_at_queue(struct vr_wire_linger *linger)
{
    struct vr_wire *wire = linger->wire;
    bool goes_on = wire->state == VR_WIRE_OPENING ||
                   vr_wire_unwritten(wire) < linger->left;

    if (!goes_on)
        give_up_flush(wire);
    else if (vr_wire_unwritten(wire))
        await_flush(linger);
    else
        vr_wire_stop_lingering(wire);
}

/* No event tells what has arrived: look now and then, ever more rarely. */
static void look_again(struct vr_wire_linger *linger, vr_time now)
{
    vr_time next = vr_time_add(now, linger->pause);

    linger->pause *= 2;
    if (linger->pause > LONGEST_PAUSE)
        linger->pause = LONGEST_PAUSE;
    vr_call_at(&linger->deadline, next < linger->until ? next : linger->until);
}

static void look_at_arrival(struct vr_wire_linger *linger)
{
    struct vr_wire *wire = linger->wire;
    size_t unsent = wire->ops->unsent(wire);
    vr_time now = vr_now(vr_reactor_env(wire->reactor));

    if (unsent < linger->left)
        linger->until = vr_time_add(now, wire->linger_time);
    linger->left = unsent;
    if (unsent && now < linger->until)
        look_again(linger, now);
    else
        vr_wire_end_lingering(wire);
}

static void on_deadline(struct vr_call *deadline)
{
    struct vr_wire_linger *linger =
        vr_container_of(deadline, struct vr_wire_linger, deadline);

    if (linger->task == VR_WIRE_FLUSHES)
        look_at_queue(linger);
    else if (linger->task == VR_WIRE_WAITS)
        look_at_arrival(linger);
    else
        vr_wire_end_lingering(linger->wire);
}

/* @return NULL: no memory */
static struct vr_wire_linger *linger_of(struct vr_wire *wire)
{
    if (wire->linger)
        return wire->linger;

    struct vr_wire_linger *linger =
        vr_alloc(vr_reactor_env(wire->reactor), sizeof(*linger));
    if (!linger)
        return NULL;
    linger->wire = wire;
    vr_call_init(&linger->deadline, wire->reactor, on_deadline);
    wire->linger = linger;
    return linger;
}

void vr_wire_limit_flush(struct vr_wire *wire)
{
    if (wire->flush_time < 0 || wire->state == VR_WIRE_NEW ||
        !vr_wire_unwritten(wire) || wire->linger)
        return;

    struct vr_wire_linger *linger = linger_of(wire);
    if (linger)
        await_flush(linger);
}

bool vr_wire_is_lingering(const struct vr_wire *wire)
{
    return wire->linger && wire->linger->task == VR_WIRE_LINGERS;
}

/* One that is to be reset has no last words. */
static bool has_last_words(const struct vr_wire *wire)
{
    return wire->state == VR_WIRE_OPEN && wire->stopped_early &&
           wire->write_over && !vr_wire_is_at_end(wire) && !wire->cut_off &&
           !wire->broken && wire->linger_time >= 0;
}

bool vr_wire_linger(struct vr_wire *wire)
{
    if (vr_wire_is_lingering(wire))
        return true;
    if (!has_last_words(wire))
        return false;
    struct vr_wire_linger *linger = linger_of(wire);
    if (!linger)
        return false;

    linger->task = VR_WIRE_LINGERS;
    linger->left = wire->linger_bytes;
    vr_call_after(&linger->deadline, wire->linger_time);
    return true;
}

static bool is_waiting(const struct vr_wire *wire)
{
    return wire->linger && wire->linger->task == VR_WIRE_WAITS;
}

bool vr_wire_await_arrival(struct vr_wire *wire)
{
    if (is_waiting(wire))
        return true;
    if (!wire->reset_waits || wire->state != VR_WIRE_OPEN ||
        !wire->ops->unsent || wire->linger_time < 0)
        return false;
    size_t unsent = wire->ops->unsent(wire);
    struct vr_wire_linger *linger = unsent ? linger_of(wire) : NULL;
    if (!linger)
        return false;

    vr_time now = vr_now(vr_reactor_env(wire->reactor));
    wire->reset_waits = false;
    linger->task = VR_WIRE_WAITS;
    linger->left = unsent;
    linger->pause = VR_MSEC;
    linger->until = vr_time_add(now, wire->linger_time);
    look_again(linger, now);
    return true;
}

void vr_wire_stop_lingering(struct vr_wire *wire)
{
    if (!wire->linger)
        return;

    vr_call_cancel(&wire->linger->deadline);
    vr_dealloc(vr_reactor_env(wire->reactor), wire->linger);
    wire->linger = NULL;
}
