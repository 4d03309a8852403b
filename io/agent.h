/* SPDX-License-Identifier: MIT */
/**
 * @file agent.h
 * The program's end of a chain (a handler, or protocol): a consumer of inbound
 * bytes and a writer of outbound ones.  Here it echoes:
 *
 *     struct echo {
 *         struct vr_agent agent;
 *         struct vr_chain chain;
 *     };
 *
 *     static size_t consume(struct vr_consumer *in,
 *                           const struct vr_offer *offer)
 *     {
 *         struct echo *echo = vr_container_of(in, struct echo, agent.inbound);
 *         int err = vr_writer_write(&echo->agent.writer, offer->data,
 *                                   offer->len);
 *         if (!err)
 *             return offer->len;
 *         if (err == -EAGAIN)
 *             vr_link_pause(in);
 *         else
 *             vr_chain_close(echo->agent.element.chain, NULL);
 *         return 0;
 *     }
 *     static void end(struct vr_consumer *in, const struct vr_end *why)
 *     {
 *         (void)why;
 *         vr_writer_end(&vr_container_of(in, struct echo, agent.inbound)
 *                            ->agent.writer);
 *     }
 *     static void resume(struct vr_writer *writer)
 *     {
 *         vr_link_resume(&vr_container_of(writer, struct echo, agent.writer)
 *                        ->agent.inbound);
 *     }
 *     static void give_up(struct vr_writer *writer, const struct vr_end *why)
 *     {
 *         struct echo *echo = vr_container_of(writer, struct echo,
 *                                             agent.writer);
 *         vr_chain_close(echo->agent.element.chain, why);
 *     }
 *     static const struct vr_consumer_ops reading = {
 *         .consume = consume, .ended = end, .aborted = end};
 *     static const struct vr_writer_ops writing = {
 *         .drained = resume, .stopped = give_up};
 *
 *     vr_agent_init(&echo->agent, reactor, &reading);
 *     vr_agent_hear_writer(&echo->agent, &writing);
 *
 * An agent without the hooks `ended` and `aborted` does not end when the peer
 * does.  An agent that pauses needs `drained`, to go on, and `stopped`: while
 * it does not read, `stopped` may be all that tells of a peer that is gone.
 *
 * Ownership: embedded by its owner until the chain's `closed`.
 * Threads: the reactor's.
 */
#ifndef VR_IO_AGENT_H
#define VR_IO_AGENT_H

#include <vreactor/base/decls.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/link.h>
#include <vreactor/io/writer.h>

VR_BEGIN_DECLS

/** An agent at the program's end. */
struct vr_agent {
    struct vr_element element;  /**< put this into the chain */
    struct vr_consumer inbound; /**< where bytes arrive */
    struct vr_writer writer;    /**< where bytes leave */
};

/** Make an agent with the hooks @p ops for inbound bytes.  Keeps @p reactor and
 *  @p ops. */
void vr_agent_init(struct vr_agent *agent, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *ops);

/** Add hooks that tell how writing goes.  Keeps @p ops, which is not NULL;
 *  asserts that nothing reserved is set. */
void vr_agent_hear_writer(struct vr_agent *agent,
                          const struct vr_writer_ops *ops);

VR_END_DECLS

#endif
