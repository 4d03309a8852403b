/* SPDX-License-Identifier: MIT */
/**
 * @file chain_expect.c
 * What should come of a run: what comes of the same bytes in one piece, which
 * is judged by itself.
 */
#include <vreactor/testing/chain_judge.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/io/buffer.h>

static int add(struct vr_check_expected *expected, const void *data, size_t len)
{
    if (!len)
        return 0;
    unsigned char *grown = vr_reserve(NULL, expected->data, &expected->size,
                                      expected->len + len, 1);
    if (!grown)
        return -ENOMEM;
    memcpy(grown + expected->len, data, len);
    expected->data = grown;
    expected->len += len;
    return 0;
}

/* ---- a run in one piece, by itself ---- */

/* All the same in any run: a failure is never a clean end, and an end that was
 * sent is one that is heard. */
static void judge_alone(struct vr_check_run *run, int dir)
{
    const struct vr_check_end *from = &run->ends[dir], *to = &run->ends[!dir];
    bool missing = from->sent < from->len;

    if (run->of->agent || !run->was_made || run->plan->failing)
        return;
    if (from->fate != VR_FATE_END && vr_check_is_clean(to->ended))
        vr_check_fail(run, VR_CHECK_FALSE_END, "%s, behind %zu bytes",
                      vr_check_direction(dir), to->got_len);
    if (from->fate == VR_FATE_HOLD || vr_check_is_told(to) || to->has_stopped ||
        vr_check_was_closed(run))
        return;
    vr_check_fail(run, missing ? VR_CHECK_STUCK : VR_CHECK_NO_END,
                  "%s, %zu of %zu bytes taken, %zu came out",
                  vr_check_direction(dir), from->sent, from->len, to->got_len);
}

/* Faults of a run in one piece are those of any. */
static void take_over(struct vr_check_run *run, const struct vr_check_run *calm)
{
    if (!calm->fault || run->fault)
        return;
    vr_check_fail(run, calm->fault, "in one piece: %s", calm->why);
    memcpy(run->rest, calm->rest, sizeof(run->rest));
}

/* @return 0 or -ENOMEM */
static int run_calmly(struct vr_check_run *run, const struct vr_check_plan *how,
                      struct vr_check_run *calm)
{
    int err = vr_check_run(calm, run->of, how);
    if (err)
        return err;
    take_over(run, calm);
    return 0;
}

/* Less than @len bytes came out, though all went in. */
static void judge_missing(struct vr_check_run *calm, int dir, size_t len)
{
    const struct vr_check_end *from = &calm->ends[calm->of->agent ? 0 : dir];
    const struct vr_check_end *to = &calm->ends[!dir];
    enum vr_check_kind kind = vr_check_is_clean(to->ended) ? VR_CHECK_LOST
                              : vr_check_was_closed(calm)  ? VR_CHECK_CLOSED
                                                           : VR_CHECK_STUCK;

    if (from->fate == VR_FATE_END && to->got_len < len && !to->aborted &&
        (vr_check_is_clean(to->ended) || !to->ended))
        vr_check_fail(calm, kind, "%s, %zu of %zu bytes as expected",
                      vr_check_direction(dir), to->got_len, len);
}

static int ask_case(struct vr_check_run *calm, int dir, struct vr_buffer *want)
{
    const struct vr_check_case *of = calm->of;
    const struct vr_check_end *from = &calm->ends[of->agent ? 0 : dir];
    int err =
        of->agent
            ? of->agent->expect(of->of.arg, from->data, from->len, want)
            : of->of.expect(of->of.arg, !dir, from->data, from->len, want);
    return err ? err : vr_buffer_gather(want, want->len);
}

/* By the case's own function, or what the counterpart must have undone. */
static int judge_by_case(struct vr_check_run *run, struct vr_check_run *calm,
                         int dir)
{
    const struct vr_check_case *of = run->of;
    const struct vr_check_end *from = &calm->ends[of->agent ? 0 : dir];
    bool expects = of->agent ? of->agent->expect && dir : of->of.expect != NULL;
    struct vr_buffer want;
    int err = 0;
    size_t len;

    if (of->of.make_peer) {
        vr_check_compare(calm, dir, from->data, from->len, "what went in");
        judge_missing(calm, dir, from->len);
    } else if (expects) {
        vr_buffer_init(&want, NULL);
        err = ask_case(calm, dir, &want);
        const unsigned char *data = vr_buffer_front(&want, &len);
        if (!err) {
            vr_check_compare(calm, dir, data, len, "expected");
            judge_missing(calm, dir, len);
        }
        vr_buffer_clear(&want);
    }
    take_over(run, calm);
    return err == -ENOMEM ? err : 0;
}

/* ---- what should come out ---- */

static int expect_the_same(struct vr_check_run *run,
                           struct vr_check_expected expected[2])
{
    struct vr_check_plan how = *run->plan;
    struct vr_check_run calm;

    vr_check_calm_down(&how);
    if (!run->of->agent)
        for (int dir = 0; dir < 2; dir++)
            if (how.fates[dir] == VR_FATE_ABORT)
                how.fates[dir] = VR_FATE_END;
    int err = run_calmly(run, &how, &calm);
    for (int dir = 0; dir < 2 && !err; dir++) {
        const struct vr_check_end *to = &calm.ends[!dir];
        judge_alone(&calm, dir);
        err = judge_by_case(run, &calm, dir);
        if (!err)
            err = add(&expected[dir], to->got, to->got_len);
        expected[dir].marks = to->marks;
        expected[dir].has_marks = true;
        expected[dir].ended = to->ended;
        expected[dir].aborted = to->aborted;
        expected[dir].is_unknown = vr_check_is_closed(&calm) &&
                                   !calm.is_closing && !vr_check_is_told(to);
        expected[dir].breaks = calm.ends[dir].stopped == VR_END_LIMIT;
    }
    vr_check_run_fini(&calm);
    return err;
}

/* What the subject made of bytes @from to @to of each direction. */
static int expect_part(struct vr_check_run *run,
                       struct vr_check_expected expected[2],
                       const size_t from[2], const size_t to[2], bool ends)
{
    struct vr_check_plan how = *run->plan;
    struct vr_check_run calm;

    vr_check_calm_down(&how);
    for (int dir = 0; dir < 2; dir++) {
        how.data[dir] += from[dir];
        how.base[dir] += from[dir];
        how.len[dir] = to[dir] - from[dir];
        if (!ends && !run->was_over[dir])
            how.fates[dir] = VR_FATE_HOLD;
    }
    int err = run_calmly(run, &how, &calm);
    for (int dir = 0; dir < 2 && !err; dir++) {
        const struct vr_check_end *end = &calm.ends[!dir];
        bool goes_on = !ends && !run->was_over[dir];
        if (ends && run->was_over[dir])
            continue; /* it came too late for that */
        err = add(&expected[dir], end->got, end->got_len);
        expected[dir].ended = end->ended;
        expected[dir].aborted = end->aborted;
        if ((goes_on && vr_check_is_told(end)) || vr_check_was_closed(&calm))
            expected[dir].is_unknown = true;
    }
    vr_check_run_fini(&calm);
    return err;
}

/* Bytes before the change, or behind it, that the subject did not see. */
static int expect_raw(struct vr_check_run *run,
                      struct vr_check_expected expected[2], bool before)
{
    const struct vr_check_plan *plan = run->plan;
    int err = 0;

    for (int dir = 0; dir < 2 && !err; dir++) {
        size_t at = run->changed_at[dir];
        if (!before && run->was_over[dir])
            continue;
        err = before ? add(&expected[dir], plan->data[dir], at)
                     : add(&expected[dir], plan->data[dir] + at,
                           plan->len[dir] - at);
        if (!before || run->was_over[dir])
            expected[dir].ended = VR_END_EOF;
    }
    return err;
}

static int expect_changed(struct vr_check_run *run,
                          struct vr_check_expected expected[2])
{
    static const size_t nothing[2];
    const struct vr_check_plan *plan = run->plan;
    bool came = plan->what == VR_TRY_INSERT || plan->what == VR_TRY_ENTER;
    bool went = plan->what == VR_TRY_REMOVE;

    int err = came
                  ? expect_raw(run, expected, true)
                  : expect_part(run, expected, nothing, run->changed_at, false);
    if (err)
        return err;
    return went ? expect_raw(run, expected, false)
                : expect_part(run, expected, run->changed_at, plan->len, true);
}

int vr_check_expect(struct vr_check_run *run,
                    struct vr_check_expected ret_expected[2])
{
    return run->changed ? expect_changed(run, ret_expected)
                        : expect_the_same(run, ret_expected);
}
