/* SPDX-License-Identifier: MIT */
/**
 * @file shared.h
 * Shared bytes: copied once, and written to many (a broadcast).
 *
 *     struct vr_shared *line = vr_shared_new(NULL, text, len);
 *
 *     for (size_t i = 0; i < count; i++)
 *         if (vr_writer_share(&clients[i]->agent.writer, line) > 0)
 *             wait_for(clients[i]); // until `drained`
 *     vr_shared_unref(line);
 *
 * Each writer has a reference until its consumer has taken the bytes, and none
 * copies them.  They never change.  The last reference frees them, by what they
 * were made with: they may outlive the reactor.
 *
 * Threads: any; only vr_writer_share() is for the thread of the writer's
 * reactor.  So a thread makes bytes once, and posts a reference to each reactor
 * that has clients.
 */
#ifndef VR_IO_SHARED_H
#define VR_IO_SHARED_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_shared;
struct vr_writer;

/** Copy @p len bytes; the reference is the caller's.
 *  @param env  for its memory; NULL: that of the reactor whose turn this is,
 *  else the default
 *  @return NULL: no memory */
VR_MUST_CHECK
struct vr_shared *vr_shared_new(const struct vr_env *env, const void *data,
                                size_t len);

/** Take one more reference. @return @p shared, which may be NULL */
struct vr_shared *vr_shared_ref(struct vr_shared *shared);

/** Give a reference back; NULL is fine. */
void vr_shared_unref(struct vr_shared *shared);

/**
 * Write the bytes of @p shared without a copy, also where the writer's queue is
 * at its limit: whoever is behind misses nothing.  The writer takes a reference
 * of its own; that of the caller stays the caller's.
 * @return as vr_writer_append(): 1 if the queue is at its limit now, so that
 * the program should wait for `drained` before it writes more; -ENOMEM also if
 * @p shared is NULL
 */
VR_MUST_CHECK
int vr_writer_share(struct vr_writer *writer, struct vr_shared *shared);

VR_END_DECLS

#endif
