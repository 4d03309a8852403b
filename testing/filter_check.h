/* SPDX-License-Identifier: MIT */
/**
 * @file filter_check.h
 * A conformance test for filters: does a filter, the library's or a program's,
 * do what io/link.h and io/filter.h ask of it?
 *
 *     static int make(void *arg, struct vr_reactor *reactor,
 *                     struct vr_element **ret_element)
 *     {
 *         struct vr_filter *filter = calloc(1, sizeof(*filter));
 *
 *         (void)arg;
 *         if (!filter)
 *             return -ENOMEM;
 *         *ret_element = &filter->element;
 *         return vr_filter_init(filter, reactor, &line_filter);
 *     }
 *     static void fini(void *arg, struct vr_element *element)
 *     {
 *         (void)arg;
 *         free(vr_container_of(element, struct vr_filter, element));
 *     }
 *
 *     struct vr_filter_case lines = VR_FILTER_CASE_INIT;
 *
 *     lines.name = "lines";
 *     lines.make = make;
 *     lines.fini = fini;
 *     lines.inbound.data = "one\ntwo\n\nfour\nand a half";
 *     lines.inbound.len = 24;
 *     int faults = vr_filter_check(&lines, NULL);
 *
 * The suite need not know what the filter does.  Bytes in one piece tell what
 * comes out of it.  The same bytes and the same end must come out under any
 * cuts, windows and pauses.  What comes out in a direction may depend only on
 * the bytes that came in that direction, neither on time nor on the other
 * direction.  A filter for which that is not so, as with encryption, is judged
 * with a counterpart: what goes in at one program must come out at the other.
 *
 * What is tried, in both directions at once:
 *
 *  - pieces, windows from 1 byte on, pauses, a consumer with a need of its own,
 *    one that grants and answers inside `consume`
 *  - an end, a reset, an abort, a stop and a close at each byte, the last two
 *    also inside the hook `consume`
 *  - insertion into a chain that is in use, also behind what is queued there,
 *    removal, and another in its place
 *  - an allocation that fails, a system call that fails: one in a run, of the
 *    first as many as the input has bytes, 50 at most; a longer input also has
 *    allocations fail that the seed chooses from all
 *  - a consumer that takes nothing for a long time; crumbs of one byte
 *
 * The check makes reactors of its own, whose time is simulated and whose system
 * calls are those of testing/sys.h; it clears what vr_test_sys_fail() has set
 * for VR_TEST_SYS_ANY.  Memory fails and is counted only if it comes from
 * vr_alloc() and its like with vr_reactor_env() of the reactor.
 *
 * No real time passes: the check does not wait for other threads, so check a
 * filter that has some without them.  A timer of less than 1 ms that never ends
 * looks like one that spins.
 *
 * The check prints nothing and does not abort; but a debug build of the library
 * asserts what io/link.h says it does.  A filter that crashes ends the program;
 * one that never returns blocks it.
 *
 * Threads: any, one at a time.
 */
#ifndef VR_TESTING_FILTER_CHECK_H
#define VR_TESTING_FILTER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/testing/check.h>

VR_BEGIN_DECLS

struct vr_buffer;
struct vr_element;
struct vr_reactor;

enum vr_filter_case_flag {
    /** It stays where it is: not to be inserted, removed or swapped. */
    VR_CHECK_STAYS = 1 << 0,

    /** Its input comes as records (VR_WHOLE), cut at random. */
    VR_CHECK_RECORDS_IN = 1 << 1,

    /** With a counterpart: an end of the wire which the counterpart did not
     *  announce must come out as a failure, not as a clean end, as in TLS. */
    VR_CHECK_AUTHENTIC = 1 << 2,

    /** It is a struct vr_filter that has a reactor: vr_filter_enter() is tried,
     *  too, unless its input comes as records. */
    VR_CHECK_ENTERS = 1 << 3,
};

/** A filter to be checked.  Begin with VR_FILTER_CASE_INIT; `name` and `make`
 *  are needed. */
struct vr_filter_case {
    size_t size;
    const char *name; /**< for the report */
    void *arg;        /**< first argument of all functions; the program's */

    /**
     * Make a filter for a chain.  A run that swaps makes a second, which is
     * another object, before it gives the first back.
     * @return 0; an error: then there is nothing to give back
     */
    int (*make)(void *arg, struct vr_reactor *reactor,
                struct vr_element **ret_element);

    /** Give back a filter that is in no chain any more: its chain has closed,
     *  or it was removed, or not put into any.  Where the chain has closed,
     *  calls and watches must be gone before this: `close` of the element stops
     *  them.  NULL: nothing to do. */
    void (*fini)(void *arg, struct vr_element *element);

    /** Does it hold neither bytes nor an end, so that it may be removed?  NULL:
     *  it never holds any. */
    bool (*is_empty)(void *arg, const struct vr_element *element);

    /** What the bytes become; NULL: whatever comes of them in one piece.
     *  @return 0, or < 0 if this input is not to be judged so */
    int (*expect)(void *arg, bool inbound, const void *data, size_t len,
                  struct vr_buffer *out);

    /** Make the counterpart, which stands at the other side of a wire between
     *  two programs; `fini` gives it back, too.  NULL: there is none. */
    int (*make_peer)(void *arg, struct vr_reactor *reactor,
                     struct vr_element **ret_element);

    /** Another filter, between the wire and this one, with its counterpart
     *  where both have one; its arg is its own, its inputs and flags are not
     *  looked at.  NULL: none. */
    const struct vr_filter_case *under;

    struct vr_check_bytes inbound, outbound; /**< what goes in */
    unsigned flags;   /**< bits of enum vr_filter_case_flag */
    size_t most_held; /**< while nobody takes what comes out: how many bytes of
                           that it may hold back, and about how much memory of
                           the reactor's it may use; 0: 256 KiB */

    void *reserved[4]; /**< NULL */
};

#define VR_FILTER_CASE_INIT VR_SIZED_INIT(struct vr_filter_case)

/**
 * Check a filter.
 * @param options  NULL for all defaults
 * @return how many runs had faults; 0 if the filter may be used; -EINVAL for a
 * case without a name or `make`, for `under` without `make`, or a bad size;
 * -E2BIG for one of a later version; -ENOMEM; or as vr_reactor_new(), if there
 * is no reactor to be had
 */
VR_MUST_CHECK
int vr_filter_check(const struct vr_filter_case *filter,
                    const struct vr_check_options *options);

VR_END_DECLS

#endif
