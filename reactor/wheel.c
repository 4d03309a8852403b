/* SPDX-License-Identifier: MIT */
/**
 * @file wheel.c
 * The timing wheel.
 */
#include <vreactor/reactor/wheel.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>

enum {
    TICK_SHIFT = 16,
    LAST_SLOT = VR_WHEEL_SLOTS - 1,
    MOST_LOOKS = VR_WHEEL_LOOKS,
};

static const uint64_t ZERO = UINT64_C(1) << 63; /* the time 0, in 2^16ths */

static struct vr_call *call_of(struct vr_list *timed)
{
    return vr_container_of(timed, struct vr_call, timed);
}

/* The earliest time there is lies in tick 0. */
static uint64_t tick_of(vr_time time)
{
    return ((uint64_t)time + ZERO) >> TICK_SHIFT;
}

static vr_time time_of(uint64_t tick)
{
    return (vr_time)((tick << TICK_SHIFT) - ZERO);
}

static unsigned digit(uint64_t tick, unsigned level)
{
    return (unsigned)(tick >> (level * VR_WHEEL_BITS)) & LAST_SLOT;
}

static bool before(const struct vr_call *a, const struct vr_call *b)
{
    return a->due != b->due ? a->due < b->due : a->seq < b->seq;
}

void vr_wheel_init(struct vr_wheel *wheel, vr_time now)
{
    wheel->tick = tick_of(now);
    wheel->seq = 0;
    wheel->awaited = 0;
    wheel->next = VR_TIME_MAX;
    wheel->known = true;
    vr_list_init(&wheel->fresh);
    vr_list_init(&wheel->soon);
    vr_list_init(&wheel->batch);
    for (unsigned level = 0; level < VR_WHEEL_LEVELS; level++) {
        wheel->occupied[level] = 0;
        for (unsigned slot = 0; slot < VR_WHEEL_SLOTS; slot++)
            vr_list_init(&wheel->slots[level][slot]);
    }
}

/* Link a call that is nowhere to where its due time belongs. */
static void place(struct vr_wheel *wheel, struct vr_call *call)
{
    uint64_t tick = tick_of(call->due);

    if (tick <= wheel->tick) {
        call->place = VR_PLACE_SOON;
        vr_list_append(&wheel->fresh, &call->timed);
        return;
    }
    unsigned highest = 63u - (unsigned)__builtin_clzll(tick ^ wheel->tick);
    unsigned level = highest / VR_WHEEL_BITS;
    unsigned slot = digit(tick, level);

    call->place = VR_PLACE_SLOT;
    wheel->occupied[level] |= UINT64_C(1) << slot;
    vr_list_append(&wheel->slots[level][slot], &call->timed);
}

void vr_wheel_put(struct vr_wheel *wheel, struct vr_call *call, vr_time due)
{
    bool later_in_slot = call->place == VR_PLACE_SLOT && due >= call->due;

    if (call->place != VR_PLACE_NONE)
        vr_wheel_doubt(wheel, call);
    if (due < wheel->next)
        wheel->next = due;
    call->due = due;
    call->seq = wheel->seq++;
    if (later_in_slot)
        return; /* dealt out anew when its slot is reached */

    if (call->place != VR_PLACE_NONE)
        vr_list_unlink(&call->timed);
    else
        wheel->awaited += !call->background;
    place(wheel, call);
}

/* The first slot of a level that holds a call; 64 if none does. */
static unsigned first_slot(struct vr_wheel *wheel, unsigned level)
{
    while (wheel->occupied[level]) {
        unsigned slot = (unsigned)__builtin_ctzll(wheel->occupied[level]);
        if (!vr_list_is_empty(&wheel->slots[level][slot]))
            return slot;
        wheel->occupied[level] &= ~(UINT64_C(1) << slot);
    }
    return VR_WHEEL_SLOTS;
}

/* The first slot that the wheel will reach of those that hold a call: lower
 * levels end where the next slot of a higher one begins.
 * @return false: there is none */
static bool find_slot(struct vr_wheel *wheel, unsigned *ret_level,
                      unsigned *ret_slot)
{
    for (unsigned level = 0; level < VR_WHEEL_LEVELS; level++) {
        unsigned slot = first_slot(wheel, level);
        if (slot < VR_WHEEL_SLOTS) {
            *ret_level = level;
            *ret_slot = slot;
            return true;
        }
    }
    return false;
}

/* When the wheel reaches a slot: its digit set, all lower digits zero. */
static uint64_t slot_tick(const struct vr_wheel *wheel, unsigned level,
                          unsigned slot)
{
    unsigned shift = (level + 1) * VR_WHEEL_BITS;
    uint64_t tick = wheel->tick >> shift << shift;

    return tick | (uint64_t)slot << (level * VR_WHEEL_BITS);
}

/* Merge two lists in order into `into`. */
static void merge(struct vr_list *into, struct vr_list *from)
{
    struct vr_list *place = into->next;
    struct vr_list *link;

    while ((link = vr_list_pop(from))) {
        while (place != into && !before(call_of(link), call_of(place)))
            place = place->next;
        vr_list_insert(place, link);
    }
}

/* Merge sort; runs[i] is empty or holds 2^i calls in order. */
static void sort(struct vr_list *list)
{
    enum { RUNS = 40 };
    struct vr_list runs[RUNS], carry, *link;

    for (unsigned i = 0; i < RUNS; i++)
        vr_list_init(&runs[i]);

    while ((link = vr_list_pop(list))) {
        unsigned i = 0;
        vr_list_init(&carry);
        vr_list_append(&carry, link);
        for (; !vr_list_is_empty(&runs[i]); i++)
            merge(&carry, &runs[i]);
        vr_list_splice(&runs[i], &carry);
    }
    for (unsigned i = 0; i < RUNS; i++)
        merge(list, &runs[i]);
}

/* Bring fresh calls into order.  They mostly come in order already. */
static void settle(struct vr_wheel *wheel)
{
    struct vr_list late, *link;

    vr_list_init(&late);
    while ((link = vr_list_pop(&wheel->fresh))) {
        bool in_order = vr_list_is_empty(&wheel->soon) ||
                        before(call_of(wheel->soon.prev), call_of(link));
        vr_list_append(in_order ? &wheel->soon : &late, link);
    }
    if (!vr_list_is_empty(&late)) {
        sort(&late);
        merge(&wheel->soon, &late);
    }
}

/* When the first of the calls in a slot is due, VR_TIME_MAX if all were put off
 * beyond its end: those are dealt out on the way.  Of too many to look at it is
 * only known that none is due before the slot begins. */
static vr_time look_into(struct vr_wheel *wheel, unsigned level, unsigned slot,
                         int *looks)
{
    struct vr_list *calls = &wheel->slots[level][slot], *link, *next;
    uint64_t begin = slot_tick(wheel, level, slot);
    unsigned shift = level * VR_WHEEL_BITS;
    vr_time earliest = VR_TIME_MAX;

    for (link = calls->next; link != calls; link = next) {
        struct vr_call *call = call_of(link);
        if (--*looks < 0)
            return time_of(begin);
        next = link->next;
        if (tick_of(call->due) >> shift != begin >> shift) {
            vr_list_unlink(link);
            place(wheel, call);
        } else if (call->due < earliest) {
            earliest = call->due;
        }
    }
    return earliest;
}

static vr_time find_next(struct vr_wheel *wheel)
{
    unsigned level, slot;
    int looks = MOST_LOOKS;

    settle(wheel);
    if (!vr_list_is_empty(&wheel->soon))
        return call_of(wheel->soon.next)->due;

    while (find_slot(wheel, &level, &slot)) {
        vr_time earliest = look_into(wheel, level, slot, &looks);
        if (!vr_list_is_empty(&wheel->slots[level][slot]))
            return earliest;
    }
    return VR_TIME_MAX;
}

vr_time vr_wheel_next(struct vr_wheel *wheel)
{
    if (!wheel->known)
        wheel->next = find_next(wheel);
    wheel->known = true;
    return wheel->next;
}

/* Turn to the first slot that holds a call and is reached by @p tick, and deal
 * it out; or, where there is none, to @p tick.
 * @return was there one? */
static bool turn_on(struct vr_wheel *wheel, uint64_t tick)
{
    struct vr_list reached, *link;
    unsigned level, slot;

    if (!find_slot(wheel, &level, &slot) ||
        slot_tick(wheel, level, slot) > tick) {
        if (tick > wheel->tick)
            wheel->tick = tick;
        return false;
    }
    wheel->tick = slot_tick(wheel, level, slot);
    wheel->occupied[level] &= ~(UINT64_C(1) << slot);
    wheel->known = false;
    vr_list_init(&reached);
    vr_list_splice(&reached, &wheel->slots[level][slot]);
    while ((link = vr_list_pop(&reached)))
        place(wheel, call_of(link));
    return true;
}

/* Cut out of `soon` what is due, up to @p most. @return how many */
static int cut_due(struct vr_wheel *wheel, vr_time now, int most)
{
    int count = 0;

    settle(wheel);
    while (count < most && !vr_list_is_empty(&wheel->soon)) {
        struct vr_call *call = call_of(wheel->soon.next);
        if (call->due > now)
            break;
        vr_list_unlink(&call->timed);
        vr_list_append(&wheel->batch, &call->timed);
        call->place = VR_PLACE_BATCH;
        wheel->known = false;
        count++;
    }
    return count;
}

/* From slot to slot, until there are @p most: later calls stay where they are,
 * and need not be sorted yet. */
void vr_wheel_cut(struct vr_wheel *wheel, vr_time now, int most)
{
    assert(vr_list_is_empty(&wheel->batch));

    do
        most -= cut_due(wheel, now, most);
    while (most > 0 && vr_list_is_empty(&wheel->soon) &&
           turn_on(wheel, tick_of(now)));
}

struct vr_call *vr_wheel_pop(struct vr_wheel *wheel)
{
    if (vr_list_is_empty(&wheel->batch))
        return NULL;

    struct vr_call *call = call_of(wheel->batch.next);
    vr_wheel_take(wheel, call);
    return call;
}

void vr_wheel_uncut(struct vr_wheel *wheel)
{
    while (!vr_list_is_empty(&wheel->batch)) {
        struct vr_call *call = call_of(wheel->batch.prev);
        vr_list_unlink(&call->timed);
        vr_list_insert(wheel->soon.next, &call->timed);
        call->place = VR_PLACE_SOON;
        wheel->known = false;
    }
}

struct vr_call *vr_wheel_drain(struct vr_wheel *wheel)
{
    struct vr_list *lists[] = {&wheel->batch, &wheel->soon, &wheel->fresh};
    struct vr_list *found = NULL;
    unsigned level, slot;

    for (unsigned i = 0; !found && i < 3; i++)
        if (!vr_list_is_empty(lists[i]))
            found = lists[i];
    if (!found && find_slot(wheel, &level, &slot))
        found = &wheel->slots[level][slot];
    if (!found)
        return NULL;

    struct vr_call *call = call_of(found->next);
    vr_wheel_take(wheel, call);
    return call;
}
