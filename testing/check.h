/* SPDX-License-Identifier: MIT */
/**
 * @file check.h
 * What vr_filter_check() and vr_agent_check() find, and how they are told how
 * much to try.
 *
 * Both run their subject again and again in a chain between two ends that obey
 * the contract of io/link.h and watch that the subject does.  Each run has a
 * seed, which decides all that is random: into what pieces the bytes are cut,
 * what windows are granted, who pauses, and what happens at which byte.  A run
 * is compared with one of the same bytes in one piece, under unlimited windows.
 *
 * A fault is told as one line with the seed of its run:
 *
 *         lines: need too small: inbound, a link broke at byte 1 of 14; tried:
 *         insertion, inbound byte 0, seed=7
 *
 * `seed` of the options runs that one again.  So does VR_CHECK_SEED=7 in the
 * environment of the process, as for a debugger; VR_CHECK_RUNS=20000 tries
 * more.  VR_CHECK_RUNS overrides `runs`, VR_CHECK_SEED overrides `seed`; both
 * hold for all checks of the process.  With the same input the same seed is the
 * same run, if the subject uses no chance.
 */
#ifndef VR_TESTING_CHECK_H
#define VR_TESTING_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** A kind of fault. */
enum vr_check_kind {
    VR_CHECK_NONE,

    /* what becomes of the bytes */
    VR_CHECK_LOST,     /**< bytes are missing, before others or a clean end */
    VR_CHECK_REPEATED, /**< bytes came out twice */
    VR_CHECK_CHANGED,  /**< other bytes came out than of one piece */
    VR_CHECK_RECORDS,  /**< the same bytes, in other records (VR_WHOLE) */
    VR_CHECK_REOFFER,  /**< what was left was not offered again as it was */
    VR_CHECK_FLAGS,    /**< an offer has flags or an address of nobody's */

    /* what becomes of the end */
    VR_CHECK_NO_END,    /**< all bytes came out, and no end */
    VR_CHECK_FALSE_END, /**< a cut looks whole: a clean end behind a fault */
    VR_CHECK_OTHER_END, /**< another end than of one piece, or one too early */
    VR_CHECK_CLOSED,    /**< it closed the chain though nothing was wrong */
    VR_CHECK_NO_STOP,   /**< a stop did not reach the producer */

    /* who has the next step */
    VR_CHECK_STUCK,    /**< all is at rest, and bytes have not come out */
    VR_CHECK_NEED,     /**< a legal split broke a link with LIMIT */
    VR_CHECK_UPSTREAM, /**< it offered inside `ready`, `stopped` or another of
                            the hooks that go upstream */
    VR_CHECK_SPINS,    /**< it keeps the loop awake with nothing to do */

    /* messages */
    VR_CHECK_GREETING, /**< `connected` was not heard once, before any byte */
    VR_CHECK_CONTROL,  /**< a message of the program's did not go through */

    /* what it uses */
    VR_CHECK_UNBOUNDED, /**< it takes ever more while nobody takes of it */
    VR_CHECK_WORK,      /**< offers or allocations do not stay in proportion to
                             the bytes */
    VR_CHECK_LEAK,      /**< memory was not given back */
    VR_CHECK_LATE,      /**< a call or a watch of its outlives its chain */
    VR_CHECK_MAKE,      /**< it could not be made, joined, changed or closed; or
                             in all runs it could not be removed or swapped */

    VR_CHECK_KINDS
};

/** "stuck", "false end", ...: constant words; "?" for what is no kind. */
const char *vr_check_kind_name(enum vr_check_kind kind);

/** A fault. */
struct vr_check_fault {
    enum vr_check_kind kind;
    uint64_t seed;    /**< of its run; 0: of all runs together */
    const char *text; /**< one line, without a newline; valid in the report */
};

/** Options of a check; 0 and NULL mean the default. */
struct vr_check_options {
    size_t size; /**< by VR_CHECK_OPTIONS_INIT */

    uint64_t seed; /**< the one to run; 0: from 1 on */

    /** How many to run; 0: each kind of run at each byte of the input, but not
     *  more than 4 000. */
    int runs;

    /** How many runs may have faults before the check stops; 0: 10.  It stops
     *  at once behind a VR_CHECK_UPSTREAM, for which a debug build of the
     *  library aborts. */
    int most_faults;

    /** Called with the first fault of each run that has one.  NULL: nothing is
     *  called. */
    void (*report)(void *ctx, const struct vr_check_fault *fault);
    void *ctx; /**< first argument of report; the program's */
};

#define VR_CHECK_OPTIONS_INIT VR_SIZED_INIT(struct vr_check_options)

/** Bytes of a case. */
struct vr_check_bytes {
    const void *data; /**< NULL: 60 bytes, a line or a few */
    size_t len;
};

VR_END_DECLS

#endif
