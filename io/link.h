/* SPDX-License-Identifier: MIT */
/**
 * @file link.h
 * One direction of a chain: who may pass how many bytes to whom, and when?
 *
 * A link joins one producer to one consumer.  Data, end and abort run down the
 * link, directly.  Grant, pause, resume, need and stop run up it: they change
 * the link's state, and reach the producer as `ready` or `stopped`, which may
 * record, pass the word further up and schedule -- never offer.  So no cycle
 * and no recursion deeper than the chain, and a chain of any depth reopens in
 * one turn: only who holds bytes schedules.
 *
 * After each offer exactly one side has the next step:
 *   all taken, window open    producer: offers when it has bytes
 *   all taken, window 0       consumer: vr_grant()
 *   some left, paused         consumer: vr_resume()
 *   some left, not paused     producer: offers them again, with more behind
 *                             them, or with the end.  The consumer said "I
 *                             cannot go on with this few", so it must fit in
 *                             what it declared by vr_need() and granted by
 *                             vr_grant(); else the link breaks with LIMIT.
 * So a link cannot be stuck unless one side breaks its promise.
 *
 * Bytes not taken stay the producer's, who keeps them contiguous, with room for
 * more behind them, and offers them before it reads more: at most need + one
 * read.  So a consumer holds none, may be replaced between offers, and its
 * successor gets what is left.
 *
 * Errors: misuse that a peer's data can cause breaks the link, the rest is
 * asserted.  Ownership: both halves are embedded by their owners; neither is
 * freed from inside an operation of this file (memory is free when the chain's
 * `closed` runs: io/chain.h).
 * Threads: the reactor's.
 */
#ifndef VR_IO_LINK_H
#define VR_IO_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>
#include <vreactor/reactor/call.h>

VR_BEGIN_DECLS

struct vr_consumer;
struct vr_control;
struct vr_end;
struct vr_producer;
struct vr_reactor;

#define VR_UNLIMITED UINT64_MAX

enum vr_offer_flag {
    VR_WHOLE = 1 << 0, /**< a record, maybe empty: whole or not at all; needs
                            a window of 1, which it may overrun; `end` is
                            NULL: the end follows as an empty offer without
                            this flag */
    VR_MORE = 1 << 1,  /**< more follows at once: no need to flush yet */
};

/** What is offered.  Borrowed: valid until consume() returns. */
struct vr_offer {
    const unsigned char *data; /**< NULL only where len is 0 */
    size_t len;
    unsigned flags;           /**< bits of enum vr_offer_flag */
    const struct vr_end *end; /**< why nothing follows; NULL if more may */
};

/** How a consumer answers.  Only consume is required. */
struct vr_consumer_ops {
    /** A producer is there: grant, and declare the need.  Window is 0 now.
     *  NULL: the window is unlimited. */
    void (*attached)(struct vr_consumer *in);

    /**
     * Take bytes from the front of @p offer, which is never beyond the window.
     * May grant, pause, stop, and detach or replace itself.
     * @return how many were taken: all, or fewer as told at the top.  Of a
     * VR_WHOLE: 1, or 0 and paused.  With offer->end set, what is left and
     * not paused is dropped, and an EOF becomes TRUNCATED.
     */
    size_t (*consume)(struct vr_consumer *in, const struct vr_offer *offer);

    /** All bytes were taken and none follow: an orderly EOF, or a failure
     *  such as RESET that came behind them.  Once; needs no window.  NULL: no
     *  matter. */
    void (*ended)(struct vr_consumer *in, const struct vr_end *why);

    /** None follow, and some may be missing.  Once; not after ended.  NULL: no
     *  matter. */
    void (*aborted)(struct vr_consumer *in, const struct vr_end *why);

    /** A message running down.  @return < 0 refuses.  NULL answers
     *  -VR_ENOCONTROL; vr_pass_control goes on. */
    int (*control)(struct vr_consumer *in, const struct vr_control *msg);
};

/** How a producer answers.  All may be NULL: no matter. */
struct vr_producer_ops {
    /** Window, pause or need changed.  Record and schedule, never offer:
     *  vr_pump_later() for who holds bytes, vr_pass_ready() for who holds
     *  none. */
    void (*ready)(struct vr_producer *out);

    /** From the loop, after vr_pump_later(): offer what there is. */
    void (*produce)(struct vr_producer *out);

    /** The consumer takes no more: drop what is queued.  Record and schedule.
     *  Once. */
    void (*stopped)(struct vr_producer *out, const struct vr_end *why);

    /** A message running up.  NULL answers -VR_ENOCONTROL. */
    int (*control)(struct vr_producer *out, const struct vr_control *msg);
};

enum vr_link_state { VR_LINK_NONE, VR_LINK_OPEN, VR_LINK_OVER };

/** Embedded by who sends.  Read-only outside link.c. */
struct vr_producer {
    const struct vr_producer_ops *ops;
    struct vr_consumer *to;
    uint64_t taken, limit; /**< bytes since attach */
    size_t need;           /**< largest remainder worth gathering */
    bool need_all;         /**< fewer than that are not offered */
    enum vr_link_state state;
    bool paused;
    bool yielding; /**< paused, until the pump runs */
    bool offering; /**< consume runs on this very link */
    bool greeted;  /**< the consumer knows of `connected`: io/control.h */
    bool finished; /**< by vr_producer_fini(): pumps no more */
    struct vr_call pump;
};

/** Embedded by who receives. */
struct vr_consumer {
    const struct vr_consumer_ops *ops;
    struct vr_producer *from;
};

/** One direction of a filter.  A filter is two, `up` and `down`, in its own
 *  struct; where it changes nothing the table is vr_pass_in / vr_pass_out. */
struct vr_stage {
    struct vr_consumer in;
    struct vr_producer out;
};

/* ---- both sides ---- */

/** Make @p out ready to attach.  Keeps @p ops and @p reactor, which may be
 *  NULL for one that never pumps. */
void vr_producer_init(struct vr_producer *out,
                      const struct vr_producer_ops *ops,
                      struct vr_reactor *reactor);

/** Make @p in ready to attach.  Keeps @p ops. */
void vr_consumer_init(struct vr_consumer *in,
                      const struct vr_consumer_ops *ops);

/** Make a stage ready to attach; NULL tables pass everything through.
 *  @p reactor may be NULL as in vr_producer_init(). */
void vr_stage_init(struct vr_stage *stage, const struct vr_consumer_ops *in,
                   const struct vr_producer_ops *out,
                   struct vr_reactor *reactor);

/**
 * Join the two; counting starts at 0.  The consumer's `attached` runs, then
 * the producer's `ready`.
 * @return 0, also when they are joined already; -EISCONN if either is joined
 * to another; -VR_ECLOSED if the producer has ended
 */
VR_MUST_CHECK
int vr_attach(struct vr_producer *out, struct vr_consumer *in);

/** Undo vr_attach(), silently; not joined: nothing happens.  Bytes the
 *  producer holds go to the next consumer. */
void vr_detach(struct vr_producer *out);

/** Detach, and cancel the pump for good: no hook of @p out runs any more. */
void vr_producer_fini(struct vr_producer *out);

/** Put @p stage between @p out and its consumer.
 *  All is joined before the first hook runs, `attached` of the stage: what that
 *  ends, the consumer behind it hears.
 *  @return 0; -ENOTCONN if there is no open link to put it in; -EISCONN or
 *  -VR_ECLOSED if the stage cannot be joined: nothing happens */
VR_MUST_CHECK
int vr_insert(struct vr_producer *out, struct vr_stage *stage);

/** Take @p stage, which holds no bytes, out.
 *  @return 0; -ENOTCONN if it is not between two open links: nothing happens */
VR_MUST_CHECK
int vr_remove(struct vr_stage *stage);

/* ---- the producer's side ---- */

/** How many bytes would be taken now: 0 when paused, over or not joined. */
uint64_t vr_window(const struct vr_producer *out);

/** Offer, cut to the window; on while it reopens.  The end was delivered if
 *  @p out is over then.  @return as consume(); 0 when not joined or over */
size_t vr_offer(struct vr_producer *out, const struct vr_offer *offer);

/** None follow, and what was queued is dropped.  Once; else nothing.  Not
 *  joined: it cannot be any more. */
void vr_abort(struct vr_producer *out, const struct vr_end *why);

/** Have `produce` called from the loop, soon.  Again: nothing more. */
void vr_pump_later(struct vr_producer *out);

/* ---- the consumer's side: never calls back in ---- */

/** Let at least @p window bytes more come, within consume() behind those of
 *  the offer; a window never shrinks. */
void vr_grant(struct vr_consumer *in, uint64_t window);

/**
 * Declare with how many bytes in sight it can always go on.  Fewer may be left
 * without a pause, to wait for more; 0 or 1: any byte can be taken.
 *
 * It says how much is gathered, and is no limit for what is offered: a line
 * that is longer may come whole, with its end in sight.  A consumer that means
 * a limit looks for the end among the first @p most bytes only, and takes
 * nothing where it is not there: then the link breaks with LIMIT, however it
 * came.
 */
void vr_need(struct vr_consumer *in, size_t most);

/** vr_need() of one who can do nothing with fewer: they stay with the producer,
 *  and are offered when there are @p count of them, when the window lets no
 *  more through, or with the end.  This and vr_need() replace each other. */
void vr_need_all(struct vr_consumer *in, size_t count);

/** Close the window, whatever was granted, until vr_resume(). */
void vr_pause(struct vr_consumer *in);
void vr_resume(struct vr_consumer *in);

/** Pause until the loop comes by, which resumes: for one that calls the program
 *  several times in consume(), and leaves the rest to the next run where
 *  vr_reactor_is_stopping().  A producer without a reactor: nothing. */
void vr_pause_briefly(struct vr_consumer *in);

/** Take nothing more.  Once; else nothing. */
void vr_stop(struct vr_consumer *in, const struct vr_end *why);

/* ---- passing through: what a stage does with what it does not change ---- */

extern const struct vr_consumer_ops vr_pass_in;
extern const struct vr_producer_ops vr_pass_out;

void vr_pass_attached(struct vr_consumer *in);
size_t vr_pass_consume(struct vr_consumer *in, const struct vr_offer *offer);
void vr_pass_ended(struct vr_consumer *in, const struct vr_end *why);
void vr_pass_aborted(struct vr_consumer *in, const struct vr_end *why);
int vr_pass_control(struct vr_consumer *in, const struct vr_control *msg);
void vr_pass_ready(struct vr_producer *out);
void vr_pass_stopped(struct vr_producer *out, const struct vr_end *why);
int vr_pass_control_up(struct vr_producer *out, const struct vr_control *msg);

VR_END_DECLS

#endif
