/* SPDX-License-Identifier: MIT */
/**
 * @file far_end.h
 * Where bytes go that nobody on their way looks at: a wire may send them there
 * on another way than by offers.  Internal.
 *
 *     in = vr_link_far_end(&wire->inbound, &window);
 *     ... // at most so many bytes are moved there
 *     vr_link_count_taken(&wire->inbound, len);
 *
 * Threads: the reactor's.
 */
#ifndef VR_IO_FAR_END_H
#define VR_IO_FAR_END_H

#include <stdint.h>

struct vr_consumer;
struct vr_producer;

/**
 * The consumer that would take what @p out offers, past stages and filters that
 * pass bytes on without looking at them.
 * @param ret_window  how many bytes all links on the way let through
 * @return NULL: a link is closed, or waits for so many
 */
struct vr_consumer *vr_link_far_end(const struct vr_producer *out,
                                    uint64_t *ret_window);

/** Count @p len bytes, no more than that window, as taken on all these links:
 *  they have reached the far end on another way. */
void vr_link_count_taken(struct vr_producer *out, uint64_t len);

#endif
