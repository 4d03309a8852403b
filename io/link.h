/* SPDX-License-Identifier: MIT */
/**
 * @file link.h
 * A link carries bytes one way, from a producer to a consumer, with
 * back-pressure.
 *
 * The consumer grants a window, the producer offers bytes within it, and the
 * consumer takes them from the front:
 *
 *     static size_t consume(struct vr_consumer *in,
 *                           const struct vr_offer *offer)
 *     {
 *         (void)in;
 *         return fwrite(offer->data, 1, offer->len, stdout);
 *     }
 *     static const struct vr_consumer_ops printing = {.consume = consume};
 *
 * A chain (io/chain.h) joins links; io/agent.h and io/stream.h are its ends for
 * programs, io/wire/socket.h is one for the wire.
 *
 * Bytes, the end and an abort go downstream, from the producer to the consumer,
 * whose hook runs inside the producer's call.  Grant, resume, need and stop go
 * upstream: they change the link, and run the producer's `ready` or `stopped`.
 * These hooks may record, tell the next link upstream and schedule; they never
 * offer.  A pause changes the link alone: the producer sees a window of 0.  So
 * nothing recurses deeper than the chain is long, and a chain of any length
 * reopens in one turn, as only the producer that holds bytes schedules.
 *
 * After each offer exactly one side has the next step:
 *   all taken, window open    producer: offers when it has bytes
 *   all taken, window 0       consumer: calls vr_link_grant()
 *   some left, paused         consumer: calls vr_link_resume()
 *   some left, not paused     producer: offers them again, with more behind
 *                             them or with the end
 * To leave bytes without a pause says that they are too few to go on.  If they
 * are as many as the declared need or fill the window, the link breaks with
 * LIMIT: so a link never stands still with neither side to blame.
 *
 * Bytes that the consumer leaves stay with the producer, which offers them
 * again before it reads more.  It keeps them contiguous, with room for more: at
 * most the need and one read.  An offer may be shorter than the one before. The
 * consumer holds no bytes; it may be replaced between two offers, and its
 * successor gets what is left.
 *
 * Why a link of a chain ended, was stopped, aborted or broken the chain notes:
 * see vr_chain_blame().
 *
 * Errors: misuse that a peer's bytes can cause breaks the link, other misuse is
 * asserted.  Ownership: both halves are embedded by their owners, and stay in
 * memory until the chain's `closed`, or at least while a function of this file
 * runs.
 * Threads: the reactor's.
 */
#ifndef VR_IO_LINK_H
#define VR_IO_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/reactor/soon.h>

VR_BEGIN_DECLS

struct vr_address;
struct vr_chain;
struct vr_consumer;
struct vr_control;
struct vr_end;
struct vr_filter_direction;
struct vr_producer;
struct vr_reactor;

#define VR_UNLIMITED UINT64_MAX

enum vr_offer_flag {
    VR_WHOLE = 1 << 0, /**< a record, maybe empty, taken whole or left whole;
                            needs a window of 1 byte, which it may overrun;
                            its `end` is NULL: an end follows as an empty
                            offer without this flag */
    VR_MORE = 1 << 1,  /**< more follows at once: no need to flush yet.  A hint,
                            which any consumer may overlook */

    /** For tables of a stage, not for offers: what is on its other side, too.
     *  In `uses`: it sends on the flags that it is offered; in `knows`: those
     *  that its consumer knows. */
    VR_AS_OFFERED = 1 << 30,
};

/** What is offered.  Valid until consume() returns.  Members not named in an
 *  initialiser are NULL, as those to come will be. */
struct vr_offer {
    const unsigned char *data; /**< NULL only where len is 0 */
    size_t len;
    unsigned flags;           /**< bits of enum vr_offer_flag */
    const struct vr_end *end; /**< why nothing follows; NULL if more may */
    const struct vr_address *address; /**< of a datagram: from whom it came, or
                                           where it goes; NULL: not told */
    void *reserved[2];                /**< NULL */
};

/** The hooks of a consumer.  Only `consume` is required. */
struct vr_consumer_ops {
    unsigned knows; /**< bits of enum vr_offer_flag that `consume` understands:
                         a producer that uses others is not attached */

    /** The consumer was joined to a producer; the window is 0.  Grant one, and
     *  declare the need.  NULL: the window is unlimited. */
    void (*attached)(struct vr_consumer *in);

    /**
     * Take bytes from the front of @p offer, which is never longer than the
     * window.  May grant, pause, stop, detach the link, and attach another
     * consumer in its place.
     * @return how many were taken: all, or fewer as told at the top.  Of a
     * VR_WHOLE: 1, or 0 after vr_link_pause().  Where offer->end is set, bytes
     * left without a pause are dropped, and a clean end becomes TRUNCATED.
     */
    size_t (*consume)(struct vr_consumer *in, const struct vr_offer *offer);

    /** All bytes were taken and none follow: an orderly EOF, or a failure
     *  such as RESET that came after the last byte.  Runs once; needs no
     *  window.  NULL: not told, but see io/agent.h. */
    void (*ended)(struct vr_consumer *in, const struct vr_end *why);

    /** No bytes follow, and some may be missing.  Runs once, and never after
     *  `ended`.  NULL: not told, but see io/agent.h. */
    void (*aborted)(struct vr_consumer *in, const struct vr_end *why);

    /** A message from the producer.  @return < 0 refuses.  NULL: the answer is
     *  -VR_ENOCONTROL. */
    int (*control)(struct vr_consumer *in, const struct vr_control *msg);

    void *reserved[4]; /**< NULL */
};

/** The hooks of a producer.  Each may be NULL: not told. */
struct vr_producer_ops {
    unsigned uses; /**< bits of enum vr_offer_flag that its offers may have */

    /** The window or the need has changed, or a pause is over.  Never offers: a
     *  producer that holds bytes calls vr_pump_later(), a stage that holds
     *  none vr_pass_ready(). */
    void (*ready)(struct vr_producer *out);

    /** A consumer was joined that had not been greeted, to this link or, past
     *  filters, further downstream.  It is greeted by now if vr_greet() was
     *  called before; a filter tells it what else its predecessor was told. */
    void (*joined)(struct vr_producer *out);

    /** Offer what there is.  Runs from the loop, after vr_pump_later(). */
    void (*produce)(struct vr_producer *out);

    /** The consumer takes no more bytes: drop what is queued.  Never offers.
     *  Runs once. */
    void (*stopped)(struct vr_producer *out, const struct vr_end *why);

    /** A message from the consumer.  NULL: the answer is -VR_ENOCONTROL; the
     *  stage of a filter has vr_pass_control_upstream here. */
    int (*control)(struct vr_producer *out, const struct vr_control *msg);

    void *reserved[4]; /**< NULL */
};

enum vr_link_state { VR_LINK_NONE, VR_LINK_OPEN, VR_LINK_OVER };

/** The sending half, embedded by its owner.  Read-only for others. */
struct vr_producer {
    const struct vr_producer_ops *ops;
    struct vr_consumer *to;
    uint64_t taken, limit; /**< bytes since attach */
    size_t need;           /**< as declared by vr_link_need() */
    enum vr_link_state state;
    bool need_all : 1; /**< fewer are not offered */
    bool paused : 1;
    bool yielding : 1;     /**< paused until the pump runs */
    bool held : 1;         /**< by the chain until the pump runs: a pause, which
                                the consumer cannot undo */
    bool offering : 1;     /**< consume runs on this very link */
    bool is_connected : 1; /**< by vr_greet() */
    bool greeted : 1;      /**< the consumer has heard so */
    bool secured : 1;      /**< and that the link is secure */
    bool is_secure : 1;    /**< by vr_tell_secured() */
    bool finished : 1;     /**< by vr_producer_fini(): never pumps */
    struct vr_chain *chain;     /**< notes why it ended; NULL: it is in none */
    struct vr_reactor *reactor; /**< NULL: it never pumps */
    struct vr_soon pump;
};

/** The receiving half, embedded by its owner. */
struct vr_consumer {
    const struct vr_consumer_ops *ops;
    struct vr_producer *from;

    /* Private: runs where the table has no hook for an end, or an abort. */
    void (*unheard)(struct vr_consumer *in, const struct vr_end *why,
                    bool aborted);
};

/** One direction of a filter: what its consumer takes its producer sends on.
 *  A struct vr_filter (io/filter.h) embeds two.  By itself a stage stands
 *  between two links that are in no chain. */
struct vr_stage {
    struct vr_consumer in;
    struct vr_producer out;
    const struct vr_filter_direction *own; /* private: of a filter, or NULL */
};

/* ---- both sides ---- */

/** Make @p out ready to attach.  Keeps @p ops and @p reactor, which may be
 *  NULL for a producer that never calls vr_pump_later(). */
void vr_producer_init(struct vr_producer *out, struct vr_reactor *reactor,
                      const struct vr_producer_ops *ops);

/** Make @p in ready to attach.  Keeps @p ops. */
void vr_consumer_init(struct vr_consumer *in,
                      const struct vr_consumer_ops *ops);

/** Make @p stage ready to attach.  Keeps @p in and @p out; NULL passes
 *  everything on, a table holds the hooks that are changed, and vr_pass_... for
 *  the others.  @p reactor is that of vr_producer_init(). */
void vr_stage_init(struct vr_stage *stage, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *in,
                   const struct vr_producer_ops *out);

/**
 * Join @p out to @p in, with a window of 0.  The consumer's `attached` runs,
 * then the producer's `ready`; then the consumer is greeted, if vr_greet() was
 * called already, and the producer's `joined` runs.
 * @return 0, also if they are joined already; -EISCONN if either is joined
 * elsewhere; -VR_ECLOSED if the producer has ended or was stopped; -EINVAL if
 * @p out uses flags of offers that @p in does not know, or if a table has set
 * what is reserved
 */
VR_MUST_CHECK
int vr_link_attach(struct vr_producer *out, struct vr_consumer *in);

/** Undo vr_link_attach(): no hook runs.  Bytes that the producer holds go to
 *  the next consumer.  Does nothing if @p out is not joined. */
void vr_link_detach(struct vr_producer *out);

/** Detach @p out for good, and cancel its pump: none of its hooks runs any
 *  more. */
void vr_producer_fini(struct vr_producer *out);

/** Put @p stage between @p out and its consumer.  Both links are joined before
 *  the first hook, `attached` of the stage, runs: an end that this hook sends
 *  reaches the consumer.
 *  @return 0; -ENOTCONN if @p out has no open link; -EISCONN or -VR_ECLOSED if
 *  the stage cannot be joined; -EINVAL as of vr_link_attach().  On failure
 *  nothing has changed. */
VR_MUST_CHECK
int vr_link_insert(struct vr_producer *out, struct vr_stage *stage);

/** Take @p stage, which must hold no bytes, out, and join its neighbours.
 *  @return 0; -ENOTCONN if it is not between two open links; -EINVAL if its
 *  neighbours do not fit together: nothing has changed */
VR_MUST_CHECK
int vr_link_remove(struct vr_stage *stage);

/* ---- the producer's side ---- */

/** How many bytes may be offered now; 0 while paused, not joined or over. */
uint64_t vr_link_window(const struct vr_producer *out);

/** Offer bytes, an end, or both.  The consumer sees as many bytes as its window
 *  lets through, and more while it opens the window further; the end was
 *  delivered if out->state is VR_LINK_OVER afterwards.  Not inside consume() of
 *  this very link: asserted, and nothing is offered.
 *  @return as consume(), and bytes dropped at the end count as taken; 0 if
 *  @p out is not joined or over */
size_t vr_link_offer(struct vr_producer *out, const struct vr_offer *offer);

/** Tell the consumer of @p out that it is connected to vr_chain_peer(): it
 *  hears vr_control_connected(), once per link.  So does one that is attached
 *  later, inside vr_link_attach().  A filter in between passes the greeting on,
 *  or holds it back until its handshake is done, and then calls this itself.  A
 *  filter that is inserted is greeted, its consumer, which knows already, not
 *  again. */
void vr_greet(struct vr_producer *out);

/** Tell the consumer of @p out that the handshake of a filter is done: it hears
 *  vr_control_secured(), behind vr_control_connected(), however late that is.
 *  So does one that is attached later, inside vr_link_attach().  A filter in
 *  between passes it on; one that is inserted not what its consumer knows
 *  already.  A filter with a handshake of its own keeps it back, and calls this
 *  itself behind vr_greet(): so the program hears of the nearest one, once. */
void vr_tell_secured(struct vr_producer *out);

/** End without the bytes that are still queued: the consumer's `aborted` runs.
 *  @p out cannot be joined again.  Does nothing if @p out is over.
 *  @param why  NULL: LOCAL */
void vr_link_abort(struct vr_producer *out, const struct vr_end *why);

/** Have `produce` run from the loop, as a pump (reactor/soon.h): behind the
 *  event, the posts or the calls that run now, and before all calls that are
 *  due.  It runs once, however often this is called until then. */
void vr_pump_later(struct vr_producer *out);

/* ---- the consumer's side: none of these runs `consume` ---- */

/** Let at least @p window more bytes come.  Inside consume() they count from
 *  the end of the offer, whatever is taken of it.  A window never shrinks: a
 *  smaller grant changes nothing. */
void vr_link_grant(struct vr_consumer *in, uint64_t window);

/**
 * Declare the need: a consumer that sees @p most bytes can always take some.
 * It may leave fewer without a pause, to wait for more.  0 or 1: it can take
 * any byte.
 *
 * The need says how much the producer gathers, and does not limit an offer: a
 * line longer than the need may come whole.  To limit a line to @p most bytes,
 * look for its end among the first @p most, and take nothing where it is not
 * there: then the link breaks with LIMIT, in whatever pieces the line came.
 */
void vr_link_need(struct vr_consumer *in, size_t most);

/** Declare that the consumer can do nothing with fewer than @p count bytes:
 *  they stay with the producer, and are offered when there are @p count of
 *  them, when the window lets no more through, or with the end.  This and
 *  vr_link_need() replace each other. */
void vr_link_need_all(struct vr_consumer *in, size_t count);

/** Close the window, whatever was granted, until vr_link_resume(), also while
 *  stages come and go upstream. */
void vr_link_pause(struct vr_consumer *in);
void vr_link_resume(struct vr_consumer *in);

/** Pause, and have the loop resume, which ends an earlier vr_link_pause(), too.
 *  For a consumer that calls the program several times in consume(): where
 *  vr_reactor_is_stopping() it leaves the rest of the offer to the next run.
 *  Does nothing if the producer has no reactor and is in no chain. */
void vr_link_pause_briefly(struct vr_consumer *in);

/** Take no more bytes: the producer's `stopped` runs.  Does nothing if the link
 *  is over.
 *  @param why  NULL: LOCAL */
void vr_link_stop(struct vr_consumer *in, const struct vr_end *why);

/* ---- hooks of a stage that changes nothing: it passes all on ---- */

/** The tables of these hooks. */
const struct vr_consumer_ops *vr_pass_in(void);
const struct vr_producer_ops *vr_pass_out(void);

void vr_pass_attached(struct vr_consumer *in);
size_t vr_pass_consume(struct vr_consumer *in, const struct vr_offer *offer);
void vr_pass_ended(struct vr_consumer *in, const struct vr_end *why);
void vr_pass_aborted(struct vr_consumer *in, const struct vr_end *why);
int vr_pass_control_downstream(struct vr_consumer *in,
                               const struct vr_control *msg);
void vr_pass_ready(struct vr_producer *out);
void vr_pass_joined(struct vr_producer *out);
void vr_pass_stopped(struct vr_producer *out, const struct vr_end *why);
int vr_pass_control_upstream(struct vr_producer *out,
                             const struct vr_control *msg);

VR_END_DECLS

#endif
