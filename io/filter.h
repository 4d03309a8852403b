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
#include <stdint.h>

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
    size_t need;       /**< with `consume`: as of vr_link_need(), for bytes that
                            `consume` does not pass on.  The producer hears the
                            need downstream and need - 1 added up, as so many
                            may wait behind those that wait there */
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

    /** The filter is in by vr_filter_enter(), and its hooks have run; or it was
     *  taken out, and @p err is why: -VR_ECLOSED if a direction has ended
     *  before, -EINVAL if its neighbours of now do not fit, -VR_ETRUNCATED if
     *  the last of the queued bytes are too few for their consumer.  From the
     *  loop.  NULL: not told. */
    void (*entered)(struct vr_filter *filter, int err);

    void *reserved[4]; /**< NULL */
};

/** What a filter awaits. */
enum vr_filter_state {
    VR_FILTER_STAYS,
    VR_FILTER_AWAITS_QUEUED, /**< what was queued is to pass, and it to come */
    VR_FILTER_GIVES_UP,      /**< that cannot pass, and it is not to come */
    VR_FILTER_LEAVES,
};

/** A filter. */
struct vr_filter {
    struct vr_element element; /**< put this into the chain */
    struct vr_stage inbound, outbound;
    const struct vr_filter_ops *ops;
    enum vr_filter_state state; /* private */
    uint64_t to_pass;           /* private: bytes, before it comes */
    void *spare[1];             /* private */
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

/**
 * Put @p filter, which has a reactor, next to @p element as vr_chain_insert()
 * does, but behind the bytes that are queued outbound: they pass as they are,
 * and those written later go through the filter.  So a program may ask for TLS
 * right behind the answer that announces it, also inside its `consume`, which
 * takes the line with the command and nothing behind it:
 *
 *     static int start_tls(struct session *session)
 *     {
 *         int err = vr_writer_text(&session->agent.writer, "220 ready\r\n");
 *         return err ? err : vr_filter_enter(&session->tls,
 *                                            &session->socket.element);
 *     }
 *
 * Inbound bytes that are not taken yet, also those behind the line in the same
 * offer, are held and go through the filter.  A program that takes them all the
 * same reads plaintext, which somebody on the way may have put there.  So does
 * one above a filter that holds inbound bytes of its own, as what is held is
 * let go when the loop comes by: enter next to that one, or have it hold none.
 *
 * @p filter stands in the chain at once, and its hooks run when it is in, which
 * `entered` tells; not if the chain is closed or the filter taken out before.
 * What is queued must be whole: if the consumer leaves the last of it as too
 * few, the filter is taken out, as the rest of a line that is half written
 * would go through it.
 *
 * @return 0; what vr_chain_insert() returns; -VR_ECLOSED also if a direction is
 * over; -VR_ENOCONTROL if a producer does not say how much is queued, see
 * vr_control_queued(); -EBUSY also from inside a hook to which queued bytes are
 * on offer
 */
VR_MUST_CHECK
int vr_filter_enter(struct vr_filter *filter, struct vr_element *element);

/** Have the loop take @p filter out of its chain, as vr_chain_remove() does:
 * for one whose work is done, also from inside its own hooks, which has a
 * reactor. `left` tells when that is done, or why it was not; it does not run
 * if the chain is closed before. */
void vr_filter_leave(struct vr_filter *filter);

VR_END_DECLS

#endif
