/* SPDX-License-Identifier: MIT */
/**
 * @file chain.h
 * Elements joined in both directions, which live and end together.
 *
 *     wire end              filters                program's end
 *     +--------+ upper   +-----------+   lower +---------+
 *     | socket |=========| TLS, lines|=========| program |
 *     +--------+         +-----------+         +---------+
 *
 *     vr_chain_init(&session->chain, reactor, on_closed);
 *     vr_socket_init(&session->socket, reactor, NULL);
 *     vr_agent_init(&session->agent, reactor, &session_ops);
 *     err = vr_chain(&session->chain, &session->socket.element,
 *                    &session->agent.element);
 *
 * An element is an agent at one of the ends, or a filter between.  Bytes go up
 * from the wire to the program, and down from the program to the wire, each
 * by links of their own (io/link.h).
 *
 * One free rule: after vr_chain_close() no hook of any element runs any more.
 * Last, once, from the loop, `closed` runs: then all the memory is the owners'
 * again.  A socket closes its chain by itself when both directions are over,
 * or its reactor is closed; a chain that was never connected is its owner's to
 * close.
 *
 * Ownership: chain and elements are embedded by their owners, and stay in
 * place until `closed`.  Threads: the reactor's.
 */
#ifndef VR_IO_CHAIN_H
#define VR_IO_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/list.h>
#include <vreactor/io/link.h>
#include <vreactor/reactor/closing.h>

VR_BEGIN_DECLS

struct vr_chain;
struct vr_element;

/** What a kind of element can do. */
struct vr_element_ops {
    const char *name; /**< for logs: "socket" */

    /** Stop: from here on call nobody, give up descriptors and timers.  Links
     *  are undone by the chain.  Memory must stay readable.  NULL: nothing
     *  to do. */
    void (*close)(struct vr_element *element);

    /** Closed, does something still hold on to it, such as a post on its way?
     *  Then `closed` waits.  NULL: nothing does. */
    bool (*is_busy)(struct vr_element *element);

    /** Give back memory.  From the loop, just before the chain's `closed`.
     *  NULL: there is none. */
    void (*fini)(struct vr_element *element);
};

/** What one side of an element offers its neighbour; NULL at an end. */
struct vr_face {
    struct vr_consumer *in;
    struct vr_producer *out;
};

/** Embedded in everything that stands in a chain. */
struct vr_element {
    const struct vr_element_ops *ops;
    struct vr_chain *chain; /**< NULL: in none */
    struct vr_face lower;   /**< towards the wire */
    struct vr_face upper;   /**< towards the program */
    struct vr_list link;    /* private */
};

/** Make the element of a filter with a stage for each direction. */
void vr_element_init_filter(struct vr_element *element,
                            const struct vr_element_ops *ops,
                            struct vr_stage *up, struct vr_stage *down);

/** Make the element of an agent at the wire's end. */
void vr_element_init_wire(struct vr_element *element,
                          const struct vr_element_ops *ops,
                          struct vr_consumer *in, struct vr_producer *out);

/** Make the element of an agent at the program's end. */
void vr_element_init_program(struct vr_element *element,
                             const struct vr_element_ops *ops,
                             struct vr_consumer *in, struct vr_producer *out);

/** Runs when all is over; the memory is free. @p why tells what ended it. */
typedef void vr_chain_closed_fn(struct vr_chain *chain,
                                const struct vr_end *why);

/** Members are private, but for reactor. */
struct vr_chain {
    struct vr_reactor *reactor;
    vr_chain_closed_fn *closed;
    struct vr_list elements; /* from the wire to the program */
    struct vr_end why;
    struct vr_closing closing;
    bool is_closed;
};

/** Make an empty chain.  Keeps @p reactor.  @p closed may be NULL. */
void vr_chain_init(struct vr_chain *chain, struct vr_reactor *reactor,
                   vr_chain_closed_fn *closed);

/**
 * Put the elements, ordered from the wire to the program and followed by NULL,
 * behind those that are there already, and join them.
 * @return 0; -EBUSY if one is in a chain; -EINVAL if one has no side where a
 * neighbour is; -VR_ECLOSED if a direction of the chain is over: then none is
 * in.  -VR_ECLOSED also if the chain is closed, perhaps by a hook meanwhile:
 * those that were in by then end with it, and `closed` comes.
 */
VR_MUST_CHECK
int vr_chain_add(struct vr_chain *chain, struct vr_element *const *elements);

/** vr_chain_add() with the elements as arguments. */
#define vr_chain(chain, ...)                                                   \
    vr_chain_add((chain), (struct vr_element *const[]){__VA_ARGS__, NULL})

/**
 * Put @p filter above @p below, which is in a chain: bytes that the elements
 * hold go through it from then on.  All is joined before the first hook runs:
 * what the filter ends in `attached`, its neighbours hear.  A direction that is
 * over does without its stage, to which nothing is joined.
 * @return 0; -EBUSY if @p filter is in a chain; -EINVAL if it has no side where
 * a neighbour is; -ENOTCONN if nothing is joined to @p below from above;
 * -VR_ECLOSED if what the filter sends is over: then nothing happens.
 * -VR_ECLOSED also if the chain is closed, perhaps by a hook meanwhile: then
 * @p filter ends with it if its member chain says that it is in
 */
VR_MUST_CHECK
int vr_chain_insert(struct vr_element *below, struct vr_element *filter);

/** Take @p filter, which holds no bytes, out of its chain, whatever has ended;
 *  its memory is yours at once.  Where it ended what it sends and still takes,
 *  it is stopped.  Not from inside its own hooks.
 *  @return 0; -ENOTCONN if it is in no chain, or in one that is closed, perhaps
 *  by a hook meanwhile; or holds the end of a direction: then it stays */
VR_MUST_CHECK
int vr_chain_remove(struct vr_element *filter);

/** Close all at once, from the program to the wire; what is queued is dropped.
 *  @p why is copied; NULL: LOCAL.  Again: nothing happens. */
void vr_chain_close(struct vr_chain *chain, const struct vr_end *why);

VR_END_DECLS

#endif
