/* SPDX-License-Identifier: MIT */
/**
 * @file chain_judge.h
 * What should come of a run, and whether it did.  Internal.
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTING_CHAIN_JUDGE_H
#define VR_TESTING_CHAIN_JUDGE_H

#include <vreactor/base/end.h>
#include <vreactor/testing/chain_check.h>

/** What should come out of one direction. */
struct vr_check_expected {
    unsigned char *data;
    size_t len, size;
    uint64_t marks;
    bool has_marks;
    bool is_unknown; /**< nothing can be said */
    enum vr_end_kind ended, aborted;
    bool breaks; /**< a link, with LIMIT */
};

static inline bool vr_check_is_clean(enum vr_end_kind kind)
{
    return kind == VR_END_EOF || kind == VR_END_TLS_EOF;
}

/** Has its subject closed the chain? */
static inline bool vr_check_was_closed(const struct vr_check_run *run)
{
    return vr_check_is_closed(run) && !run->is_closing;
}

/** Has an end nothing more to send? */
static inline bool vr_check_is_finished(const struct vr_check_end *from)
{
    return from->stopped || from->out.state == VR_LINK_OVER;
}

/** Find out by calm runs what should come of @p run, for each direction; its
 *  data is to be given back by vr_dealloc().  @return 0 or -ENOMEM */
VR_MUST_CHECK
int vr_check_expect(struct vr_check_run *run,
                    struct vr_check_expected ret_expected[2]);

/** Let @p run fail if what came out is not the begin of @p want. */
void vr_check_compare(struct vr_check_run *run, int dir, const void *want,
                      size_t want_len, const char *which);

#endif
