/* SPDX-License-Identifier: MIT */
/**
 * @file filter.h
 * A filter (elsewhere a codec, or a handler of a pipeline) stands in a chain
 * between the wire's end and the program's, and looks at the bytes of both
 * directions, changes them, or delays them.  This one counts those that come:
 *
 *     struct counter {
 *         struct vr_filter filter;
 *         uint64_t bytes;
 *     };
 *
 *     static size_t count(struct vr_consumer *in, const struct vr_offer *offer)
 *     {
 *         struct counter *counter =
 *             vr_container_of(in, struct counter, filter.inbound.in);
 *         size_t took = vr_pass_consume(in, offer);
 *         counter->bytes += took;
 *         return took;
 *     }
 *     static const struct vr_filter_ops counting = {
 *         .element = {.name = "counter"},
 *         .inbound = {.in = {.consume = count, .knows = VR_AS_OFFERED},
 *                     .need = VR_NEED_NONE},
 *     };
 *
 *     err = vr_filter_init(&counter->filter, reactor, &counting);
 *     if (!err)
 *         err = vr_chain_insert(&session->socket.element,
 *                               &counter->filter.element);
 *
 * It says by `knows` that its `consume` understands all flags that the next
 * consumer understands; flags of offers go on as they came.
 *
 * A hook that is NULL passes on what it is told: bytes and their end
 * downstream, windows and stops upstream, messages both ways.  One that is set
 * passes on what it wants by the vr_pass_... of io/link.h.  doc/filters.md
 * builds a filter that makes records of lines.
 *
 * In a direction that changes sizes, no window may pass, as a window counts the
 * bytes of its own link; nor an end, before what the filter holds; nor the
 * greeting, before a handshake is done.  Such a direction says
 * VR_FILTER_RESIZES and has hooks of its own for these.
 *
 * Ownership: embedded by its owner until the chain's `closed`, or until
 * vr_chain_remove().  Threads: the reactor's.
 */
#ifndef VR_IO_FILTER_H
#define VR_IO_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Of a direction whose `consume` leaves no bytes to wait for more. */
#define VR_NEED_NONE ((size_t)1)

enum vr_filter_flag {
    VR_FILTER_RESIZES =
        1 << 0, /**< what goes out is not as long as what came */
};

/** What a filter does in one direction.  A hook that is NULL passes on. */
struct vr_filter_direction {
    struct vr_consumer_ops in;  /**< where bytes come from */
    struct vr_producer_ops out; /**< where they go */
    size_t need;       /**< with `consume`: as of vr_link_need().  The producer
                            hears the larger of this and the need downstream */
    unsigned flags;    /**< bits of enum vr_filter_flag */
    void *reserved[4]; /**< NULL */
};

struct vr_filter;

/** What a kind of filter does. */
struct vr_filter_ops {
    struct vr_element_ops element;       /**< its name, and how it ends */
    struct vr_filter_direction inbound;  /**< from the wire to the program */
    struct vr_filter_direction outbound; /**< from the program to the wire */

    /** The filter has left by vr_filter_leave(): its memory is its owner's.  Or
     *  @p err is why not, as of vr_chain_remove(), and it is in still.  NULL:
     *  not told. */
    void (*left)(struct vr_filter *filter, int err);

    void *reserved[4]; /**< NULL */
};

/** A filter. */
struct vr_filter {
    struct vr_element element; /**< put this into the chain */
    struct vr_stage inbound, outbound;
    const struct vr_filter_ops *ops;
    bool is_leaving; /* private */
    void *spare[2];  /* private */
};

/**
 * Make @p filter ready for a chain.  Keeps @p ops, and @p reactor, which may be
 * NULL if the filter never calls vr_pump_later().
 * @return 0; -EINVAL if @p ops does not fit together: a direction has a
 * `consume` and states no need; or says VR_FILTER_RESIZES and lacks one of
 * `in.attached`, `in.ended`, `in.control` and `out.ready`; or sets flags that
 * are not known, or what is reserved
 */
VR_MUST_CHECK
int vr_filter_init(struct vr_filter *filter, struct vr_reactor *reactor,
                   const struct vr_filter_ops *ops);

/** Have the loop take @p filter out of its chain, as vr_chain_remove() does:
 * for one whose work is done, also from inside its own hooks, which has a
 * reactor. `left` tells when that is done, or why it was not; it does not run
 * if the chain is closed before. */
void vr_filter_leave(struct vr_filter *filter);

VR_END_DECLS

#endif
