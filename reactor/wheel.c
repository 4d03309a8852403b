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

enum { TICK_SHIFT = 16, LAST_SLOT = VR_WHEEL_SLOTS - 1 };

static struct vr_call *call_of(struct vr_list *timed)
{
    return vr_container_of(timed, struct vr_call, timed);
}

static uint64_t tick_of(vr_time time)
{
    return time < 0 ? 0 : (uint64_t)time >> TICK_SHIFT;
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

    call->due = due;
    call->seq = wheel->seq++;
    if (later_in_slot)
        return; /* dealt out anew when its slot is reached */

    if (call->place != VR_PLACE_NONE)
        vr_list_unlink(&call->timed);
    place(wheel, call);
}

/* The first slot of a level that holds a call; 64 if none does. */
static unsigned first_slot(struct vr_wheel *wheel, unsigned level)
{
    while (wheel->occupied[level]) {
        unsigned slot = (unsigned)__builtin_ctzll(wheel->occupied[level]);
        if (!vr_list_empty(&wheel->slots[level][slot]))
            return slot;
        wheel->occupied[level] &= ~(UINT64_C(1) << slot);
    }
    return VR_WHEEL_SLOTS;
}

/* When the wheel reaches a slot: its digit set, all lower digits zero. */
static vr_time slot_time(const struct vr_wheel *wheel, unsigned level,
                         unsigned slot)
{
    unsigned shift = (level + 1) * VR_WHEEL_BITS;
    uint64_t tick = wheel->tick >> shift << shift;

    tick |= (uint64_t)slot << (level * VR_WHEEL_BITS);
    return (vr_time)(tick << TICK_SHIFT);
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
        for (; !vr_list_empty(&runs[i]); i++)
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
        bool in_order = vr_list_empty(&wheel->soon) ||
                        before(call_of(wheel->soon.prev), call_of(link));
        vr_list_append(in_order ? &wheel->soon : &late, link);
    }
    if (!vr_list_empty(&late)) {
        sort(&late);
        merge(&wheel->soon, &late);
    }
}

vr_time vr_wheel_next(struct vr_wheel *wheel)
{
    settle(wheel);
    if (!vr_list_empty(&wheel->soon))
        return call_of(wheel->soon.next)->due;

    for (unsigned level = 0; level < VR_WHEEL_LEVELS; level++) {
        unsigned slot = first_slot(wheel, level);
        if (slot < VR_WHEEL_SLOTS)
            return slot_time(wheel, level, slot);
    }
    return VR_TIME_MAX;
}

/* Move the calls of the given slots of a level to `reached`. */
static void collect(struct vr_wheel *wheel, unsigned level, uint64_t slots,
                    struct vr_list *reached)
{
    slots &= wheel->occupied[level];
    wheel->occupied[level] &= ~slots;
    for (; slots; slots &= slots - 1)
        vr_list_splice(reached, &wheel->slots[level][__builtin_ctzll(slots)]);
}

static void turn_to(struct vr_wheel *wheel, uint64_t tick)
{
    uint64_t old = wheel->tick;
    struct vr_list reached, *link;

    if (tick <= old)
        return;

    vr_list_init(&reached);
    wheel->tick = tick;
    for (unsigned level = 0; level < VR_WHEEL_LEVELS; level++) {
        /* All behind the old digit, unless the digits above agree: then up to
         * the new one, and nothing changes further up. */
        uint64_t slots = ~UINT64_C(0) << digit(old, level) << 1;
        unsigned above = (level + 1) * VR_WHEEL_BITS;
        bool last = old >> above == tick >> above;

        if (last)
            slots &= ~(~UINT64_C(0) << digit(tick, level) << 1);
        collect(wheel, level, slots, &reached);
        if (last)
            break;
    }
    while ((link = vr_list_pop(&reached)))
        place(wheel, call_of(link));
}

void vr_wheel_cut(struct vr_wheel *wheel, vr_time now, int most)
{
    assert(vr_list_empty(&wheel->batch));

    turn_to(wheel, tick_of(now));
    settle(wheel);
    while (most-- > 0 && !vr_list_empty(&wheel->soon)) {
        struct vr_call *call = call_of(wheel->soon.next);
        if (call->due > now)
            return;
        vr_list_unlink(&call->timed);
        vr_list_append(&wheel->batch, &call->timed);
        call->place = VR_PLACE_BATCH;
    }
}

struct vr_call *vr_wheel_pop(struct vr_wheel *wheel)
{
    if (vr_list_empty(&wheel->batch))
        return NULL;

    struct vr_call *call = call_of(wheel->batch.next);
    vr_wheel_take(call);
    return call;
}

void vr_wheel_uncut(struct vr_wheel *wheel)
{
    while (!vr_list_empty(&wheel->batch)) {
        struct vr_call *call = call_of(wheel->batch.prev);
        vr_list_unlink(&call->timed);
        vr_list_insert(wheel->soon.next, &call->timed);
        call->place = VR_PLACE_SOON;
    }
}

struct vr_call *vr_wheel_drain(struct vr_wheel *wheel)
{
    struct vr_list *lists[] = {&wheel->batch, &wheel->soon, &wheel->fresh};
    struct vr_list *found = NULL;

    for (unsigned i = 0; !found && i < 3; i++)
        if (!vr_list_empty(lists[i]))
            found = lists[i];
    for (unsigned level = 0; !found && level < VR_WHEEL_LEVELS; level++) {
        unsigned slot = first_slot(wheel, level);
        if (slot < VR_WHEEL_SLOTS)
            found = &wheel->slots[level][slot];
    }
    if (!found)
        return NULL;

    struct vr_call *call = call_of(found->next);
    vr_wheel_take(call);
    return call;
}
