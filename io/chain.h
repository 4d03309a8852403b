/* SPDX-License-Identifier: MIT */
/**
 * @file chain.h
 * A chain (elsewhere a pipeline) joins a socket, filters and the program in
 * both directions.  They live and end together.
 *
 *          wire end                filters                program end
 *         +--------+ inbound ->  +------------+ inbound ->  +---------+
 *         | socket |=============| TLS, lines |=============| program |
 *         +--------+ <- outbound +------------+ <- outbound +---------+
 *
 *     vr_chain_init(&session->chain, reactor, on_closed);
 *     err = vr_socket_init(&session->socket, reactor, NULL);
 *     vr_agent_init(&session->agent, reactor, &session_ops);
 *     if (!err)
 *         err = vr_chain(&session->chain, &session->socket.element,
 *                        &session->agent.element);
 *
 * An element is an agent at one of the ends, or a filter between them.  Bytes
 * go inbound, from the wire to the program, and outbound, from the program to
 * the wire; each direction has links of its own (io/link.h).  An element has a
 * wire side and a program side.
 *
 * After vr_chain_close() no hook of any element runs any more.  `closed` runs
 * once, last, from the loop: then the memory of the chain and its elements is
 * the owner's again.
 *
 * A chain closes by itself when all of its links are over, and what its socket
 * has queued is written: so what a filter holds for a program that has paused
 * is not lost with the wire.  A producer that is detached is not over, as its
 * next consumer gets what is left.  A socket also closes its chain when it
 * fails or its reactor is closed; a chain whose socket was never connected is
 * closed by its owner.
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
#include <vreactor/io/name/address.h>
#include <vreactor/reactor/soon.h>

VR_BEGIN_DECLS

struct vr_chain;
struct vr_element;

/** What a kind of element can do. */
struct vr_element_ops {
    const char *name; /**< for logs: "socket" */

    /** The chain closes: give up descriptors and timers, and call no hook from
     *  here on.  The chain undoes the links; memory must stay readable.  NULL:
     *  nothing to do. */
    void (*close)(struct vr_element *element);

    /** Is the element still in use, such as by a post on its way?  Then it is
     *  not taken out of an open chain, and `closed` of one that is closed waits
     *  until vr_element_idle() and asks again.  NULL: never. */
    bool (*is_busy)(struct vr_element *element);

    /** All links of the chain are over: vr_chain_is_over().  Only the element
     *  nearest to the wire that has this hook is told: it closes the chain by
     *  vr_chain_close(), now, or as soon as what it holds has gone.  Told again
     *  if an element was removed or replaced since.  Runs from the loop.  NULL:
     *  it holds nothing, and if all have NULL the chain closes in order. */
    void (*over)(struct vr_element *element);

    /** All inbound links of the chain are over, so that the program hears no
     *  more; of the outbound ones nothing is said.  Only the element nearest to
     *  the wire is told, perhaps again.  May run inside a hook of another
     *  element: it records and schedules.  NULL: not told. */
    void (*inbound_over)(struct vr_element *element);

    /** Free what the element has allocated.  Runs from the loop, just before
     *  the chain's `closed`.  NULL: nothing to free. */
    void (*fini)(struct vr_element *element);

    void *reserved[4]; /**< NULL */
};

/** What one side of an element has for its neighbour; NULL at an end of the
 *  chain. */
struct vr_face {
    struct vr_consumer *in;
    struct vr_producer *out;
};

/** Embedded in everything that stands in a chain. */
struct vr_element {
    const struct vr_element_ops *ops;
    struct vr_chain *chain;      /**< NULL: in none */
    struct vr_face wire_side;    /**< towards the wire */
    struct vr_face program_side; /**< towards the program */
    struct vr_list link;         /* private */
};

/** Make the element of an agent at the wire's end. */
void vr_element_init_wire(struct vr_element *element,
                          const struct vr_element_ops *ops,
                          struct vr_consumer *in, struct vr_producer *out);

/** Make the element of an agent at the program's end. */
void vr_element_init_program(struct vr_element *element,
                             const struct vr_element_ops *ops,
                             struct vr_consumer *in, struct vr_producer *out);

/** Is @p element in a chain that is not closed?  For one that has run a hook of
 *  another: may it go on? */
bool vr_element_is_open(const struct vr_element *element);

/** @p element is busy no more: its chain, if it is closed and waits, asks all
 *  elements again at the end of the turn.  Does nothing while the chain is
 *  open, or if there is none.  Not from inside `is_busy`.  Needless where the
 *  reactor is closed, which asks until none is busy. */
void vr_element_idle(struct vr_element *element);

/** The chain has closed, and its memory may be freed.  @p why tells what ended
 *  it first; keep it by vr_end_keep(). */
typedef void vr_chain_closed_fn(struct vr_chain *chain,
                                const struct vr_end *why);

/* An IP address has room in a chain, a long path gets memory of its own. */
enum { VR_CHAIN_PEER_SIZE = 32 };

/** Members are private, but for reactor. */
struct vr_chain {
    struct vr_reactor *reactor;
    vr_chain_closed_fn *closed;
    struct vr_list elements; /* from the wire to the program */
    struct vr_list link;     /* in the list of the reactor */
    struct vr_end why; /* the first cause; NONE: nothing is to blame yet */
    union {
        unsigned char bytes[VR_CHAIN_PEER_SIZE];
        struct vr_address *longer; /* one that has no room there */
    } peer;                        /* who is at the other end */
    struct vr_soon closing;
    unsigned peer_len; /* 0: unknown */
    bool is_closed;
    bool has_dropped; /* closed with bytes that were queued outbound */
    void *spare[2];
};

/** Make an empty chain.  Keeps @p reactor.  @p closed may be NULL. */
void vr_chain_init(struct vr_chain *chain, struct vr_reactor *reactor,
                   vr_chain_closed_fn *closed);

/**
 * Join the elements, ordered from the wire to the program and followed by NULL,
 * to the program side of those that are in @p chain already.
 * @return 0; -EBUSY if one is in a chain; -EINVAL if one has no side towards
 * its neighbour, as an agent between two others, uses flags of offers that its
 * neighbour does not know, or has set what is reserved; -VR_ECLOSED if a
 * direction is
 * over: then none is in. -VR_ECLOSED also if @p chain is closed, perhaps by a
 * hook meanwhile: the elements that were in by then end with it, and `closed`
 * runs.
 */
VR_MUST_CHECK
int vr_chain_add(struct vr_chain *chain, struct vr_element *const *elements);

/** vr_chain_add() with the elements as arguments. */
#ifdef __cplusplus
#define vr_chain(chain, ...) ::vr_chain_add_all((chain), {__VA_ARGS__, NULL})
extern "C++" template <size_t count>
VR_MUST_CHECK inline int
vr_chain_add_all(struct vr_chain *chain,
                 struct vr_element *const (&elements)[count])
{
    return vr_chain_add(chain, elements);
}
#else
#define vr_chain(chain, ...)                                                   \
    vr_chain_add((chain), (struct vr_element *const[]){__VA_ARGS__, NULL})
#endif

/**
 * Put @p filter next to @p element, which is in a chain, on its program side.
 * Bytes that the elements hold go through the filter from then on.  All links
 * are joined before the first hook runs: an end that the filter sends in
 * `attached` reaches its neighbours.  In a direction that is over nothing is
 * joined, and that of the filter is over, too: what it offers is not taken, and
 * it is made anew before it goes into another chain.
 * @return 0; -EBUSY if @p filter is in a chain; -EINVAL if it is no filter, or
 * uses flags of offers that its neighbour does not know, or has set what is
 * reserved; -ENOTCONN if nothing is joined to that side of @p element; -EISCONN
 * if the filter is joined; -VR_ECLOSED if a stage of the filter is over: then
 * nothing has changed. -VR_ECLOSED also if the chain is closed, perhaps by a
 * hook meanwhile: then the filter ends with it if filter->chain is set
 */
VR_MUST_CHECK
int vr_chain_insert(struct vr_element *element, struct vr_element *filter);

/** Take @p filter, which must hold no bytes, out of its chain; its memory is
 *  the caller's at once or, if a hook of another element calls this, as soon as
 *  the loop comes by.  If one of its stages has ended but is still fed, the
 *  producer is stopped.  Not from inside the filter's own hooks.  A filter with
 *  a stage that is over is made anew, by vr_filter_init(), before it goes into
 *  another chain.
 *  @return 0; -EBUSY if it is in use, as its `is_busy` says; -ENOTCONN if it is
 *  in no chain, in one that is closed, perhaps by a hook meanwhile, or has been
 *  told an end that it has not passed on; -EINVAL if its neighbours do not fit
 *  together: then it stays */
VR_MUST_CHECK
int vr_chain_remove(struct vr_element *filter);

/**
 * Put @p is in the place of @p was: a filter for a filter, or at the program's
 * end an agent for an agent, as when a protocol is upgraded; an agent also from
 * inside its own `consume`, whose bytes left are offered to @p is.  @p is is
 * greeted.  In a direction that is over nothing is joined, and @p is cannot
 * write there: -VR_ECLOSED.
 *
 * @p was must hold no bytes: those that an agent has queued are not sent.  Its
 * memory is the caller's as after vr_chain_remove(); vr_writer_fini() frees the
 * queue of an agent, to which no thread may post any more.
 * @return 0; -EBUSY if @p is is in a chain, or @p was in use: posts to its
 * writer are on their way, or vr_stream_close() waits; -EISCONN if @p is is
 * joined; -VR_ECLOSED if one of its directions is over; -EINVAL if it has other
 * sides than @p was, which is not at the wire's end, or if it does not fit to
 * the neighbours; -ENOTCONN if @p was is a filter that cannot be removed: then
 * nothing has changed.  -VR_ECLOSED also if the chain is closed, perhaps by a
 * hook meanwhile: then @p is ends with it if is->chain is set
 */
VR_MUST_CHECK
int vr_chain_swap(struct vr_element *was, struct vr_element *is);

/** Who is at the other end: the address that a socket of the chain connects to,
 *  or was accepted from, from vr_socket_connect() or vr_socket_adopt() on until
 *  `closed` returns.  Before that, and in a chain without a wire, it is
 *  unknown. */
struct vr_address vr_chain_peer(const struct vr_chain *chain);

/** For an element that knows who is at the other end.  Copies @p peer; NULL:
 *  unknown.
 *  @return 0; -ENOMEM, for a unix path of more than 29 bytes: nothing has
 *  changed */
VR_MUST_CHECK
int vr_chain_set_peer(struct vr_chain *chain, const struct vr_address *peer);

/**
 * Note @p why as the cause for which @p chain will end.  The first wins, and
 * `closed` hears it, whoever closes the chain and with what; nothing is closed
 * by this.  A clean end, and LOCAL, blame nobody: nothing is noted.
 *
 * A link between two elements notes by itself with what it was stopped, ended,
 * aborted or broken: so a consumer that stops with LIMIT and a link that was
 * reset need not be told of here.
 */
void vr_chain_blame(struct vr_chain *chain, const struct vr_end *why);

/** The chains of @p reactor, one after the other, as for a list of connections:
 *
 *     char text[VR_CHAIN_TEXT_SIZE];
 *     struct vr_chain *chain = NULL;
 *     while ((chain = vr_chain_next(reactor, chain)))
 *         puts(vr_chain_describe(chain, text, sizeof(text)));
 *
 *  A chain is among them from its first element on until its `closed` runs.
 *  @param after  the one that was returned before, which has not closed since;
 *  NULL: begin
 *  @return NULL: there are no more */
struct vr_chain *vr_chain_next(struct vr_reactor *reactor,
                               const struct vr_chain *after);

enum { VR_CHAIN_TEXT_SIZE = 256 };

/** Print who is at the other end, and the elements, from the wire to the
 *  program, with the directions that are open between them, as
 *  "127.0.0.1:80: socket <> tls <> lines > agent"; what does not fit is cut.
 *  The text is safe for a terminal and a line of a log.  @return @p text */
char *vr_chain_describe(const struct vr_chain *chain, char *text, size_t size);

/** Are all links of @p chain over, so that it closes by itself?  An element
 *  whose hook `over` has waited asks this before it closes the chain.  Also
 * true of a chain that is closed; false while it has no elements. */
bool vr_chain_is_over(const struct vr_chain *chain);

/** Are all links of @p chain towards its program over, so that the program
 *  hears no more?  As vr_chain_is_over() else. */
bool vr_chain_inbound_is_over(const struct vr_chain *chain);

/** Close all elements at once, from the program to the wire; bytes that are
 *  queued, or posted to the writer of an agent, are dropped.  `closed` hears
 *  the cause that was noted first, by vr_chain_blame(), else @p why, which is
 *  kept; NULL: LOCAL.  Again: nothing happens. */
void vr_chain_close(struct vr_chain *chain, const struct vr_end *why);

VR_END_DECLS

#endif
