/* SPDX-License-Identifier: MIT */
/**
 * @file wheel.h
 * A hierarchical timing wheel: which calls are due?  Internal.
 *
 * Time is cut into ticks of 2^16 ns.  A tick number is read as eight digits of
 * six bits, counted from the earliest time there is; a call waits at the level
 * of the highest digit in which its tick and the wheel's differ, in the slot of
 * its own digit there.  So putting one in and taking one out are a few
 * instructions and no search, with a thousand calls or a million.  As the wheel
 * turns, slots that are reached are dealt out anew, to lower levels and in the
 * end to `soon`: the calls of the current tick and before, in exact order of
 * (due, seq).
 *
 * A call that is put off while it waits in a slot stays there, and is dealt to
 * its new place when the old one is reached: putting off is one store.
 *
 * The time of the first call is found by looking at all calls of the first
 * occupied slot, and remembered until that call is moved or taken out.  If that
 * slot holds more than VR_WHEEL_LOOKS calls, the wheel says the time at which
 * the slot begins instead: the reactor then wakes up once too early, only to
 * deal the slot out.
 */
#ifndef VR_REACTOR_WHEEL_H
#define VR_REACTOR_WHEEL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/call.h>

enum {
    VR_WHEEL_BITS = 6,
    VR_WHEEL_SLOTS = 1 << VR_WHEEL_BITS,
    VR_WHEEL_LEVELS = 8, /* 48 bits of ticks of 16: all of vr_time */
    VR_WHEEL_LOOKS = 64, /* at calls, for each vr_wheel_next() */
};

/** Where a call waits. */
enum vr_place {
    VR_PLACE_NONE,
    VR_PLACE_SLOT,  /**< in a slot: due in a later tick */
    VR_PLACE_SOON,  /**< in fresh or soon */
    VR_PLACE_BATCH, /**< cut out to run in this turn */
};

struct vr_wheel {
    uint64_t tick; /* where the wheel stands */
    uint64_t seq;
    size_t awaited;       /* calls in it that are no background, see idle.h */
    vr_time next;         /* no call is due before it, if ... */
    bool known;           /* ... no such call was moved or taken out since */
    struct vr_list fresh; /* of the current tick or before, not yet in order */
    struct vr_list soon;  /* the same, in order */
    struct vr_list batch; /* due, and running in this turn */
    uint64_t occupied[VR_WHEEL_LEVELS]; /* may still name emptied slots */
    struct vr_list slots[VR_WHEEL_LEVELS][VR_WHEEL_SLOTS];
};

void vr_wheel_init(struct vr_wheel *wheel, vr_time now);

/** Let @p call, in the wheel or not, be due at @p due. */
void vr_wheel_put(struct vr_wheel *wheel, struct vr_call *call, vr_time due);

/** @p call leaves its place: it may have been the first one. */
static inline void vr_wheel_doubt(struct vr_wheel *wheel,
                                  const struct vr_call *call)
{
    if (call->due <= wheel->next)
        wheel->known = false;
}

/** Take @p call, which is in the wheel, out. */
static inline void vr_wheel_take(struct vr_wheel *wheel, struct vr_call *call)
{
    assert(call->place != VR_PLACE_NONE);

    vr_wheel_doubt(wheel, call);
    vr_list_unlink(&call->timed);
    call->place = VR_PLACE_NONE;
    wheel->awaited -= !call->background;
}

/** When the first call is due; or, where its slot holds more than
 *  VR_WHEEL_LOOKS, when that begins; VR_TIME_MAX if there is none. */
vr_time vr_wheel_next(struct vr_wheel *wheel);

/** Turn to @p now and cut up to @p most calls that are due then out into the
 *  batch, which is empty before. */
void vr_wheel_cut(struct vr_wheel *wheel, vr_time now, int most);

/** Take the first call of the batch. @return NULL if it is empty */
struct vr_call *vr_wheel_pop(struct vr_wheel *wheel);

/** Put what is left of the batch back. */
void vr_wheel_uncut(struct vr_wheel *wheel);

/** Any one call left in the wheel, taken out; NULL if there is none. */
struct vr_call *vr_wheel_drain(struct vr_wheel *wheel);

#endif
