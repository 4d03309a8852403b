/* SPDX-License-Identifier: MIT */
/**
 * @file scratch.h
 * Scratch: memory of the reactor for bytes that are on their way, a stack that
 * all its callbacks share.
 *
 * For authors of agents and filters that read, encrypt or frame into a buffer
 * and offer from there, so that no connection has a buffer of its own:
 *
 *     static void produce_records(struct vr_producer *out)
 *     {
 *         size_t size;
 *         unsigned char *scratch = vr_scratch_take(reactor, &size);
 *         if (!scratch) {
 *             no_memory(out);
 *             return;
 *         }
 *         offer_records(out, scratch, size);
 *         vr_scratch_give(reactor, scratch);
 *     }
 *
 * The first taken has 256 KiB, which a wire reads into.  One taken while others
 * are, as by a filter in a hook that a wire's offer runs, has 72 KiB: four
 * records of TLS.  Each begins at a page.  At most 8 are taken at a time.  What
 * they contain is whatever the last taker left there.
 *
 * Whoever takes one gives it back in the same hook, the last taken first.  None
 * is held over an await, a return to the loop, or vr_reactor_close(): a debug
 * build asserts that.
 *
 * A reactor that never needed any has none.  What was needed once it keeps
 * until it is freed: 256 KiB once it has read, 72 KiB more for each level that
 * was reached, 800 KiB at most, however many connections there are.
 *
 * Threads: the reactor's.
 */
#ifndef VR_REACTOR_SCRATCH_H
#define VR_REACTOR_SCRATCH_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_reactor;

/** Take the next buffer, of @p ret_size bytes, to be given back in this hook.
 *  @return NULL if there is no memory, or 8 are taken: both mean -ENOMEM to the
 *  caller */
VR_MUST_CHECK
void *vr_scratch_take(struct vr_reactor *reactor, size_t *ret_size);

/** Give @p scratch back, which was taken last and is not NULL. */
void vr_scratch_give(struct vr_reactor *reactor, const void *scratch);

VR_END_DECLS

#endif
