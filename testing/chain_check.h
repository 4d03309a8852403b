/* SPDX-License-Identifier: MIT */
/**
 * @file chain_check.h
 * A run of vr_filter_check() or vr_agent_check(): its plan, its two ends, and
 * what came of it.  Internal.
 *
 * Bytes of direction d come from ends[d] and go to ends[!d].  Of an agent there
 * is the wire's end alone: it feeds inbound bytes and takes outbound ones.
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTING_CHAIN_CHECK_H
#define VR_TESTING_CHAIN_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/filter.h>
#include <vreactor/io/link.h>
#include <vreactor/testing/agent_check.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/filter_check.h>

enum { VR_INBOUND, VR_OUTBOUND };

/** What is checked.  An agent is a case of a filter, but for its last part. */
struct vr_check_case {
    struct vr_filter_case of;
    const struct vr_agent_case *agent; /**< NULL: a filter */
};

/* ---- a plan ---- */

/** What a run is about. */
enum vr_check_what {
    VR_TRY_GO,     /**< all bytes, and an orderly end */
    VR_TRY_END,    /**< an orderly end at a byte */
    VR_TRY_RESET,  /**< a failure behind a byte */
    VR_TRY_ABORT,  /**< no more from a byte on */
    VR_TRY_STOP,   /**< the consumer stops at a byte */
    VR_TRY_CLOSE,  /**< the consumer closes the chain at a byte */
    VR_TRY_INSERT, /**< it comes at a byte */
    VR_TRY_ENTER,  /**< it comes behind what is queued at a byte */
    VR_TRY_REMOVE, /**< it goes at a byte */
    VR_TRY_SWAP,   /**< another takes its place at a byte */
    VR_TRY_MEMORY, /**< an allocation fails */
    VR_TRY_SYSTEM, /**< a system call fails */
    VR_TRY_CUT,    /**< the wire between two counterparts ends at a byte */
    VR_TRY_STALL,  /**< the consumer takes nothing for long */
    VR_TRY_CRUMBS, /**< many bytes, one by one */
    VR_TRY_COUNT
};

/** How an end sends and takes. */
struct vr_check_mood {
    size_t piece;   /**< most bytes that come at once */
    unsigned lazy;  /**< they come at one tick in so many */
    size_t window;  /**< most that it grants at once; 0: no limit */
    size_t group;   /**< it takes multiples of that: its need */
    unsigned moody; /**< it pauses at one offer in so many; 0: never */
    bool answers;   /**< it grants and sends inside `consume` */
};

/** How what an end sends comes to its end. */
enum vr_check_fate {
    VR_FATE_END,
    VR_FATE_RESET,
    VR_FATE_ABORT,
    VR_FATE_HOLD, /**< it does not */
};

struct vr_check_plan {
    uint64_t seed;
    enum vr_check_what what;
    int dir;           /**< of the byte it is about */
    size_t at;         /**< that byte */
    bool in_hook;      /**< inside `consume`, or from the loop */
    bool greets_first; /**< before the elements are joined */
    bool ends_apart;   /**< the end does not come with bytes */
    int failing;       /**< the allocation, or the call, to fail; 0: none */
    size_t chance;     /**< which, where any may fail */
    size_t wire_piece; /**< between counterparts; 0: all */
    struct vr_check_mood moods[2];
    enum vr_check_fate fates[2];
    const unsigned char *data[2];
    size_t len[2];
    size_t base[2]; /**< where data begins in the whole, for its records */
};

/** How many different places there are in @p plan's input, for a run of each
 *  kind. */
size_t vr_check_places(const struct vr_check_plan *plan);

/** Plan the run of @p seed.  @p plan has the data. */
void vr_check_plan(const struct vr_check_case *of, struct vr_check_plan *plan,
                   uint64_t seed);

/** Make of @p plan one without splits, windows and pauses that comes to the
 *  same. */
void vr_check_calm_down(struct vr_check_plan *plan);

/* ---- chance ---- */

struct vr_check_dice {
    uint64_t state;
};

void vr_check_throw_from(struct vr_check_dice *dice, uint64_t seed);

/** 0 to @p limit - 1. */
size_t vr_check_below(struct vr_check_dice *dice, size_t limit);

static inline bool vr_check_one_in(struct vr_check_dice *dice, size_t limit)
{
    return vr_check_below(dice, limit) == 0;
}

/* ---- an end ---- */

enum { VR_CHECK_LEFT = 2048 };

struct vr_check_run;

struct vr_check_end {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_producer out;
    struct vr_check_run *run;
    int index; /**< in run->ends */
    struct vr_check_mood mood;

    /* What it sends. */
    const unsigned char *data;
    size_t base, len, arrived, sent;
    enum vr_check_fate fate;
    bool ends_apart;
    bool hungry;              /**< what was left is too little, not unwanted */
    enum vr_end_kind stopped; /**< why it was told to; NONE: it was not */

    /* What it takes. */
    unsigned char *got;
    size_t got_len, got_size;
    uint64_t marks; /**< of the ends of records */
    unsigned char left[VR_CHECK_LEFT];
    size_t left_len;
    bool stalls;      /**< it grants nothing */
    bool has_stopped; /**< it takes no more */
    enum vr_end_kind ended, aborted;
    int greeted;
    uint64_t offers;
};

/** Make end @p index of @p run, with its part of the plan. */
void vr_check_end_init(struct vr_check_end *end, struct vr_check_run *run,
                       int index);

/** Describe where all stands still, for the report. */
void vr_check_note_rest(struct vr_check_run *run);

/** From the loop, once a turn: bytes come, windows open. */
void vr_check_end_tick(struct vr_check_end *end);

/** Has it heard how what it takes has ended? */
static inline bool vr_check_is_told(const struct vr_check_end *end)
{
    return end->ended || end->aborted;
}

/* ---- what is between two counterparts ---- */

struct vr_check_wire {
    struct vr_filter filter;
    struct vr_check_run *run;
    size_t left[2], passed[2];
    bool waiting[2];
    bool has_cut;
};

void vr_check_wire_init(struct vr_check_wire *wire, struct vr_check_run *run);
void vr_check_wire_tick(struct vr_check_wire *wire);

/* ---- a run ---- */

enum { VR_CHECK_ELEMENTS = 8 };

struct vr_check_run {
    const struct vr_check_case *of;
    const struct vr_check_plan *plan;
    struct vr_test_env env;
    struct vr_check_dice dice;
    struct vr_reactor *reactor;
    struct vr_chain chain;
    struct vr_check_end ends[2];
    struct vr_check_wire wire;

    struct vr_element *made[VR_CHECK_ELEMENTS]; /**< to be given back */
    const struct vr_filter_case *made_by[VR_CHECK_ELEMENTS];
    struct vr_element *subject; /**< in the chain; NULL: not now */
    struct vr_element *spare;   /**< to take its place */

    int upstream;    /**< in so many calls that go upstream */
    bool calm;       /**< moods are over: all may come to its end */
    bool is_closing; /**< we have closed the chain */
    bool has_closed; /**< `closed` has run */
    bool was_made;   /**< all elements are in the chain */
    bool gave_up;    /**< it was to enter, and was not there at the close */
    bool changed;    /**< what was planned has happened, when so many had
                          been taken */
    size_t changed_at[2];
    int tries;            /**< to change it */
    size_t stalled_at;    /**< taken while nothing was taken of the subject */
    bool was_over[2];     /**< by then */
    int64_t bytes_before; /**< the reactor's */
    int64_t allocations;

    enum vr_check_kind fault; /**< the first; NONE: there is none */
    char why[160];
    char rest[400]; /**< how all stood when nothing moved; "": it moved */
};

/** How many bytes the subject may hold. */
static inline size_t vr_check_most_held(const struct vr_check_run *run)
{
    size_t most = run->of->of.most_held;

    return most ? most : (size_t)1 << 18;
}

/** Note a fault, unless there is one. */
VR_PRINTF(3, 4)
void vr_check_fail(struct vr_check_run *run, enum vr_check_kind kind,
                   const char *format, ...);

/** Is its chain closed, by whomever? */
static inline bool vr_check_is_closed(const struct vr_check_run *run)
{
    return run->chain.is_closed;
}

/** Run @p plan.  @return 0, or -ENOMEM of the suite itself; to be freed by
 *  vr_check_run_fini() */
VR_MUST_CHECK
int vr_check_run(struct vr_check_run *run, const struct vr_check_case *of,
                 const struct vr_check_plan *plan);
void vr_check_run_fini(struct vr_check_run *run);

/** Make the subject, or another for its place.  @return NULL on failure */
struct vr_element *vr_check_make(struct vr_check_run *run);

/** Tell the subject, an agent, that it is in its chain. */
void vr_check_begin(struct vr_check_run *run);

/** Give back one that is in no chain any more. */
void vr_check_give_back(struct vr_check_run *run, struct vr_element *element);

/** Insert, enter, remove or swap, if it is time to. */
void vr_check_change(struct vr_check_run *run);

/** "inbound" or "outbound". */
const char *vr_check_direction(int dir);

/** Judge @p run, by calm runs of the same.  @return 0 or -ENOMEM */
VR_MUST_CHECK
int vr_check_judge(struct vr_check_run *run);

/** Try @p of as often as @p options say.  @return as vr_filter_check() */
VR_MUST_CHECK
int vr_check_all(struct vr_check_case *of,
                 const struct vr_check_options *options);

#endif
