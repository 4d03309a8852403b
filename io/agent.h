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
 *         if (err == -EAGAIN)
 *             vr_link_pause(in); // the peer does not read: until `drained`
 *         else if (err)
 *             vr_chain_close(&echo->chain, NULL);
 *         return err ? 0 : offer->len;
 *     }
 *     static void resume(struct vr_writer *writer)
 *     {
 *         vr_link_resume(&vr_container_of(writer, struct echo, agent.writer)
 *                        ->agent.inbound);
 *     }
 *     static const struct vr_consumer_ops reading = {.consume = consume};
 *     static const struct vr_writer_ops writing = {.drained = resume};
 *
 *     vr_agent_init(&echo->agent, reactor, &reading);
 *     vr_agent_hear_writer(&echo->agent, &writing);
 *
 * An agent whose `ended` is NULL ends its writer, behind what is queued, when
 * inbound bytes have ended, and not in order where they did not, so that nobody
 * takes a part for the whole; one whose `aborted` is NULL aborts its writer,
 * with the same end, when they are aborted.  So a connection ends with its
 * peer's end, unless the agent has hooks that say otherwise.
 *
 * An agent that pauses until `drained` goes on there also after its writer was
 * stopped, and then cannot write.  One that pauses for another reason needs
 * `stopped`: while it does not read, that may be all that tells of a peer that
 * is gone.
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
    void *spare[2];             /* private */
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
