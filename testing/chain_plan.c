/* SPDX-License-Identifier: MIT */
/**
 * @file chain_plan.c
 * From a seed to a plan: what a run is about and at which byte goes round by
 * the number, so that each comes at each byte; the rest is chance.
 */
#include <vreactor/testing/chain_check.h>

#include <limits.h>

enum {
    STALL_PIECE = 1 << 16, /* as a socket reads */
    FAILING = 50 /* allocations, or calls, that fail one after the other */
};

void vr_check_throw_from(struct vr_check_dice *dice, uint64_t seed)
{
    dice->state = seed * 0x9E3779B97F4A7C15u | 1;
}

/* xorshift */
size_t vr_check_below(struct vr_check_dice *dice, size_t limit)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return limit ? (size_t)(dice->state >> 33) % limit : 0;
}

static const struct vr_check_mood calm = {
    .piece = SIZE_MAX, .lazy = 1, .group = 1};

static struct vr_check_mood choose_mood(struct vr_check_dice *dice)
{
    static const size_t sizes[] = {1, 1, 3, 16, 1000, SIZE_MAX};
    static const size_t windows[] = {0, 1, 1, 4, 40, 4000};
    struct vr_check_mood mood = calm;

    mood.piece = sizes[vr_check_below(dice, 6)];
    mood.lazy = 1 + (unsigned)vr_check_below(dice, 3);
    mood.window = windows[vr_check_below(dice, 6)];
    mood.group = vr_check_one_in(dice, 3) ? 1 + vr_check_below(dice, 7) : 1;
    mood.moody =
        vr_check_one_in(dice, 2) ? 1 + (unsigned)vr_check_below(dice, 4) : 0;
    mood.answers = vr_check_one_in(dice, 2);
    return mood;
}

size_t vr_check_places(const struct vr_check_plan *plan)
{
    size_t inbound = plan->len[VR_INBOUND], outbound = plan->len[VR_OUTBOUND];

    return (inbound > outbound ? inbound : outbound) + 1;
}

static bool is_for(const struct vr_check_case *of, enum vr_check_what what)
{
    bool moves = what >= VR_TRY_INSERT && what <= VR_TRY_SWAP;
    unsigned flags = of->of.flags;

    if (what == VR_TRY_CUT)
        return of->of.make_peer;
    if (!moves)
        return true;
    if (of->agent)
        return what == VR_TRY_SWAP && of->of.is_empty;
    if (what == VR_TRY_ENTER &&
        (!(flags & VR_CHECK_ENTERS) || flags & VR_CHECK_RECORDS_IN))
        return false;
    return !of->of.make_peer && !of->of.under && !(flags & VR_CHECK_STAYS);
}

/* At a byte of what end @dir sends. */
static void end_at(struct vr_check_plan *plan, enum vr_check_fate fate)
{
    plan->fates[plan->dir] = fate;
    if (plan->at < plan->len[plan->dir])
        plan->len[plan->dir] = plan->at;
}

/* The agent is fed inbound, and answers outbound. */
static int direction_of(const struct vr_check_case *of, enum vr_check_what what,
                        uint64_t round)
{
    if (of->agent)
        return what == VR_TRY_STOP || what == VR_TRY_CLOSE ||
                       what == VR_TRY_STALL
                   ? VR_OUTBOUND
                   : VR_INBOUND;
    return (int)(round & 1);
}

/* @param nth  the run of its kind and direction */
static void shape(const struct vr_check_case *of, struct vr_check_plan *plan,
                  uint64_t nth)
{
    static const enum vr_check_fate fates[VR_TRY_COUNT] = {
        [VR_TRY_RESET] = VR_FATE_RESET, [VR_TRY_ABORT] = VR_FATE_ABORT};
    enum vr_check_what what = plan->what;

    if (what == VR_TRY_END || what == VR_TRY_RESET || what == VR_TRY_ABORT)
        end_at(plan, fates[what]);
    if (what == VR_TRY_SYSTEM || (what == VR_TRY_MEMORY && nth <= FAILING))
        plan->failing = (int)((nth + FAILING - 1) % FAILING) + 1;
    if (what == VR_TRY_CRUMBS) {
        plan->moods[0] = plan->moods[1] = calm;
        plan->moods[plan->dir].piece = 1;
        plan->wire_piece = 0;
    }
    if (what == VR_TRY_STALL)
        for (int i = 0; i < 2; i++)
            plan->moods[i].piece = STALL_PIECE;
    if (of->of.make_peer && what == VR_TRY_CUT)
        plan->at *= 61; /* what is on that wire is longer */
}

void vr_check_plan(const struct vr_check_case *of, struct vr_check_plan *plan,
                   uint64_t seed)
{
    uint64_t round = (seed - 1) / VR_TRY_COUNT;
    uint64_t nth = round / (of->agent ? 1 : 2);
    struct vr_check_dice dice;

    vr_check_throw_from(&dice, seed);
    plan->seed = seed;
    plan->what = (enum vr_check_what)((seed - 1) % VR_TRY_COUNT);
    if (plan->what >= VR_TRY_STALL && round > !of->agent)
        plan->what = VR_TRY_GO; /* these take long */
    if (plan->what >= VR_TRY_MEMORY && plan->what <= VR_TRY_SYSTEM && !round)
        plan->what = VR_TRY_GO; /* other kinds of fault come first */
    if (!is_for(of, plan->what))
        plan->what = VR_TRY_GO;
    plan->dir = direction_of(of, plan->what, round);
    plan->at = (size_t)(nth % vr_check_places(plan));
    plan->in_hook = vr_check_one_in(&dice, 2);
    plan->ends_apart = vr_check_one_in(&dice, 2);
    plan->greets_first = vr_check_one_in(&dice, 2);
    plan->wire_piece =
        vr_check_one_in(&dice, 4) ? 0 : 1 + vr_check_below(&dice, 2000);
    for (int i = 0; i < 2; i++) {
        plan->moods[i] =
            round || plan->what != VR_TRY_GO ? choose_mood(&dice) : calm;
        plan->fates[i] = VR_FATE_END;
    }
    plan->chance = vr_check_below(&dice, INT_MAX);
    shape(of, plan, nth);
}

void vr_check_calm_down(struct vr_check_plan *plan)
{
    plan->what = VR_TRY_GO;
    plan->failing = 0;
    plan->ends_apart = false;
    plan->wire_piece = 0;
    plan->moods[0] = plan->moods[1] = calm;
}
