/* SPDX-License-Identifier: MIT */
/**
 * @file agent.h
 * The program's end of a chain: a consumer of what comes, a writer for what
 * goes.
 *
 *     struct echo { struct vr_agent agent; ... };
 *
 *     static size_t echo(struct vr_consumer *in, const struct vr_offer *offer)
 *     {
 *         struct echo *echo = vr_container_of(in, struct echo, agent.in);
 *         if (vr_writer_write(&echo->agent.writer, offer->data, offer->len))
 *             vr_pause(in);
 *         ...
 *     }
 *     static const struct vr_consumer_ops echo_ops = {.consume = echo};
 *
 *     vr_agent_init(&echo->agent, reactor, &echo_ops);
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
    struct vr_element element; /**< put this into the chain */
    struct vr_consumer in;     /**< where bytes arrive */
    struct vr_writer writer;   /**< where bytes leave */
};

/** Make an agent that hears by @p ops, which it keeps. */
void vr_agent_init(struct vr_agent *agent, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *ops);

/** Hear also how writing goes.  Keeps @p ops. */
void vr_agent_hear_writer(struct vr_agent *agent,
                          const struct vr_writer_ops *ops);

VR_END_DECLS

#endif
