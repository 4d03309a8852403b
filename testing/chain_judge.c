/* SPDX-License-Identifier: MIT */
/**
 * @file chain_judge.c
 * Whether what came of a run is what should have.
 */
#include <vreactor/testing/chain_judge.h>

#include <string.h>

#include <vreactor/base/env.h>

/* ---- bytes ---- */

/* Is @some what is left of @all when some bytes are taken out? */
static bool is_part(const unsigned char *some, size_t len,
                    const unsigned char *all, size_t all_len)
{
    size_t at = 0;

    for (size_t i = 0; i < all_len && at < len; i++)
        at += some[at] == all[i];
    return at == len;
}

/* What goes on otherwise from byte @same on: how did that come about? */
static enum vr_check_kind name_difference(const struct vr_check_end *to,
                                          const unsigned char *want,
                                          size_t want_len, size_t same)
{
    const unsigned char *rest = to->got + same;
    size_t len = to->got_len - same;

    if (len <= want_len - same &&
        is_part(rest, len, want + same, want_len - same))
        return VR_CHECK_LOST;
    if (is_part(want + same, want_len - same, rest, len))
        return VR_CHECK_REPEATED;
    for (size_t back = 1; back <= same && back < 100; back++)
        if (len <= want_len - same + back &&
            !memcmp(rest, want + same - back, len))
            return VR_CHECK_REPEATED;
    return VR_CHECK_CHANGED;
}

void vr_check_compare(struct vr_check_run *run, int dir, const void *want,
                      size_t want_len, const char *which)
{
    const struct vr_check_end *to = &run->ends[!dir];
    size_t least = to->got_len < want_len ? to->got_len : want_len, same = 0;
    const unsigned char *data = want;

    while (same < least && to->got[same] == data[same])
        same++;
    if (same < least || to->got_len > want_len)
        vr_check_fail(run, name_difference(to, data, want_len, same),
                      "%s, not as %s from byte %zu of %zu on",
                      vr_check_direction(dir), which, same, to->got_len);
}

/* ---- ends ---- */

/* Others than those that a plan leaves no choice may miss bytes, but not behind
 * a clean end. */
static bool is_strict(const struct vr_check_run *run, int dir)
{
    switch (run->plan->what) {
    case VR_TRY_ABORT:
    case VR_TRY_STOP:
    case VR_TRY_CLOSE:
    case VR_TRY_MEMORY:
    case VR_TRY_SYSTEM:
    case VR_TRY_CUT:
        return false;
    case VR_TRY_RESET: /* in a handshake it is the end of both directions */
        return dir == run->plan->dir || !run->of->of.make_peer;
    default:
        return true;
    }
}

static void judge_clean(struct vr_check_run *run, int dir,
                        const struct vr_check_expected *want)
{
    const struct vr_check_end *to = &run->ends[!dir];
    size_t missing = want->len - to->got_len;
    enum vr_check_what what = run->plan->what;
    bool cut =
        (what == VR_TRY_CUT && !(run->of->of.flags & VR_CHECK_AUTHENTIC)) ||
        (what == VR_TRY_ABORT && run->of->agent);

    if (what == VR_TRY_ABORT && dir == run->plan->dir && !run->of->agent)
        vr_check_fail(run, VR_CHECK_FALSE_END, "%s, of an abort",
                      vr_check_direction(dir));
    if (missing && !cut)
        vr_check_fail(run,
                      is_strict(run, dir) ? VR_CHECK_LOST : VR_CHECK_FALSE_END,
                      "%s, %zu of %zu bytes missing", vr_check_direction(dir),
                      missing, want->len);
    if (want->has_marks && to->marks != want->marks && !missing)
        vr_check_fail(run, VR_CHECK_RECORDS, "%s, cut otherwise",
                      vr_check_direction(dir));
    if (vr_check_is_clean(want->ended) && to->ended != want->ended)
        vr_check_fail(run, VR_CHECK_OTHER_END, "%s, %s, not %s",
                      vr_check_direction(dir), vr_end_kind_name(to->ended),
                      vr_end_kind_name(want->ended));
    if (!vr_check_is_clean(want->ended) && (want->ended || want->aborted))
        vr_check_fail(
            run, VR_CHECK_FALSE_END, "%s, %s in one piece",
            vr_check_direction(dir),
            vr_end_kind_name(want->ended ? want->ended : want->aborted));
}

static void judge_unclean(struct vr_check_run *run, int dir,
                          const struct vr_check_expected *want)
{
    const struct vr_check_end *to = &run->ends[!dir];
    enum vr_end_kind kind = to->ended ? to->ended : to->aborted;

    if (!is_strict(run, dir))
        return;
    if (vr_check_is_clean(want->ended))
        vr_check_fail(run,
                      kind == VR_END_LIMIT ? VR_CHECK_NEED : VR_CHECK_OTHER_END,
                      "%s, %s behind %zu of %zu bytes", vr_check_direction(dir),
                      vr_end_kind_name(kind), to->got_len, want->len);
    if (to->ended && want->ended && to->got_len < want->len &&
        !run->of->of.make_peer)
        vr_check_fail(run, VR_CHECK_LOST, "%s, %zu of %zu bytes behind %s",
                      vr_check_direction(dir), to->got_len, want->len,
                      vr_end_kind_name(kind));
}

/* At rest, and no end was heard. */
static void judge_open(struct vr_check_run *run, int dir,
                       const struct vr_check_expected *want)
{
    const struct vr_check_end *from = &run->ends[dir], *to = &run->ends[!dir];
    bool ends = want->ended || want->aborted;
    bool missing = to->got_len < want->len ||
                   (from->sent < from->len && !vr_check_is_finished(from));

    if (run->plan->what == VR_TRY_STOP && dir == run->plan->dir)
        return;
    if (run->plan->what == VR_TRY_ABORT && run->of->agent)
        missing = false; /* it has not seen all */
    if (!is_strict(run, dir) && run->plan->dir != dir && missing)
        missing =
            !vr_check_is_finished(from); /* the other direction took it along */
    if (missing || ends)
        vr_check_fail(run, missing ? VR_CHECK_STUCK : VR_CHECK_NO_END,
                      "%s, %zu of %zu bytes taken, %zu of %zu came out",
                      vr_check_direction(dir), from->sent, from->len,
                      to->got_len, want->len);
}

static void judge_stop(struct vr_check_run *run, int dir)
{
    if (run->ends[!dir].has_stopped && !run->of->agent &&
        !vr_check_is_finished(&run->ends[dir]))
        vr_check_fail(run, VR_CHECK_NO_STOP, "%s, %zu of %zu bytes taken",
                      vr_check_direction(dir), run->ends[dir].sent,
                      run->ends[dir].len);
}

/* A link was broken, and is not by the same bytes in one piece. */
static void judge_need(struct vr_check_run *run, int dir,
                       const struct vr_check_expected *want)
{
    const struct vr_check_end *from = &run->ends[dir];

    if (from->stopped == VR_END_LIMIT && !want->breaks && is_strict(run, dir) &&
        !want->aborted && !(want->ended && !vr_check_is_clean(want->ended)))
        vr_check_fail(run, VR_CHECK_NEED, "%s, a link broke at byte %zu of %zu",
                      vr_check_direction(dir), from->sent, from->len);
}

/* Where bytes were lost to a failure, the end in order is what is wrong,
 * wherever the gap is. */
static void judge_failure(struct vr_check_run *run, int dir,
                          const struct vr_check_expected *want)
{
    const struct vr_check_end *to = &run->ends[!dir];

    if (run->plan->failing && vr_check_is_clean(to->ended) &&
        to->got_len < want->len)
        judge_clean(run, dir, want);
}

static void judge_direction(struct vr_check_run *run, int dir,
                            const struct vr_check_expected *want)
{
    const struct vr_check_end *to = &run->ends[!dir];
    bool closed = vr_check_was_closed(run);

    judge_need(run, dir, want);
    if (want->is_unknown || (run->of->agent && !dir))
        return;
    judge_failure(run, dir, want);
    vr_check_compare(run, dir, want->data, want->len, "in one piece");
    judge_stop(run, dir);
    if (vr_check_is_clean(to->ended))
        judge_clean(run, dir, want);
    else if (vr_check_is_told(to))
        judge_unclean(run, dir, want);
    else if (closed && is_strict(run, dir) && vr_check_is_clean(want->ended))
        vr_check_fail(run, VR_CHECK_CLOSED, "%s, behind %zu of %zu bytes",
                      vr_check_direction(dir), to->got_len, want->len);
    else if (!closed && run->plan->what != VR_TRY_CLOSE && !to->has_stopped)
        judge_open(run, dir, want);
}

static void judge_greeting(struct vr_check_run *run)
{
    const struct vr_check_end *to = &run->ends[1];

    if (run->was_made && !run->of->agent && vr_check_is_clean(to->ended) &&
        !to->greeted)
        vr_check_fail(run, VR_CHECK_GREETING, "`connected` was not heard");
}

static void judge_work(struct vr_check_run *run)
{
    const struct vr_check_plan *plan = run->plan;
    uint64_t bytes = plan->len[0] + plan->len[1];
    uint64_t offers = run->ends[0].offers + run->ends[1].offers;

    if (plan->what != VR_TRY_CRUMBS || plan->len[plan->dir] < 1000)
        return;
    if (offers > 4 * bytes + 1000)
        vr_check_fail(run, VR_CHECK_WORK, "%llu offers for %llu bytes",
                      (unsigned long long)offers, (unsigned long long)bytes);
    if (run->allocations > (int64_t)(4 * bytes + 1000))
        vr_check_fail(run, VR_CHECK_WORK, "%lld allocations for %llu bytes",
                      (long long)run->allocations, (unsigned long long)bytes);
}

/* What comes of what it took is what it holds. */
static void judge_stall(struct vr_check_run *run, size_t whole)
{
    int dir = run->plan->dir;
    uint64_t took = run->stalled_at, len = run->plan->len[dir];
    uint64_t held = len ? took * whole / len : 0;

    if (took > vr_check_most_held(run) && held > vr_check_most_held(run))
        vr_check_fail(run, VR_CHECK_UNBOUNDED, "%s, took %zu bytes",
                      vr_check_direction(dir), run->stalled_at);
}

int vr_check_judge(struct vr_check_run *run)
{
    struct vr_check_expected expected[2] = {{.len = 0}};

    if (run->fault || !run->was_made)
        return 0;
    bool enters = run->plan->what == VR_TRY_ENTER;
    if ((enters || run->plan->what == VR_TRY_INSERT) && !run->changed)
        return 0; /* all was over before */
    if (enters && run->gave_up)
        return 0;
    int err = vr_check_expect(run, expected);
    if (!err && run->plan->what == VR_TRY_STALL && !run->of->agent)
        judge_stall(run, expected[run->plan->dir].len);
    for (int dir = 0; dir < 2; dir++) {
        if (!err && !run->fault)
            judge_direction(run, dir, &expected[dir]);
        vr_dealloc(NULL, expected[dir].data);
    }
    if (!err && !run->fault) {
        judge_greeting(run);
        judge_work(run);
    }
    return err;
}
