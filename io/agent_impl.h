/* SPDX-License-Identifier: MIT */
/**
 * @file agent_impl.h
 * The hooks of an agent's element, for agents that embed one and have an ops of
 * their own.  Internal.
 */
#ifndef VR_IO_AGENT_IMPL_H
#define VR_IO_AGENT_IMPL_H

#include <vreactor/io/agent.h>

/** Stop writing. */
void vr_agent_close(struct vr_element *element);

/** Are there posts to the writer on their way?  The last one tells the
 *  chain. */
bool vr_agent_is_busy(struct vr_element *element);

/** Drop what was written. */
void vr_agent_fini(struct vr_element *element);

#endif
