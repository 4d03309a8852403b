/* SPDX-License-Identifier: MIT */
/**
 * @file ring.h
 * Records from many threads to one, in a ring of fixed size.  Internal.
 *
 * No thread ever waits.  Where there is no room the record is counted as lost,
 * and the count stands exactly where the record would have been.  For `head`
 * holds both in one word: the place where the next record begins, and how many
 * were lost since the last one.  So one compare-and-swap takes room, and the
 * count with it; and another one adds to the count.
 *
 * Records stand in cells of 64 bytes.  `marks` has a number for each cell; a
 * record is complete once the mark of its first cell is its place plus one.
 * Places count on for ever, so a mark of an earlier lap says nothing.
 */
#ifndef VR_LOG_RING_H
#define VR_LOG_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>

struct vr_env;

enum { VR_LOG_CELL = 64 };

struct vr_log_ring {
    const struct vr_env *env;
    uint32_t cells; /* a power of two */
    unsigned char *memory;
    unsigned char *store; /* memory, at a multiple of a cell */
    uint32_t *marks;
    unsigned char apart[VR_LOG_CELL]; /* from what never changes */
    uint64_t head;                    /* atomic: lost << 32 | place */
    unsigned char apart_too[VR_LOG_CELL];
    uint32_t tail; /* atomic: place of the oldest record */
};

/** Make a ring of @p size bytes, rounded up to a power of two, from 4 KiB to
 *  1 GiB.  Keeps @p env. */
VR_MUST_CHECK
int vr_log_ring_init(struct vr_log_ring *ring, const struct vr_env *env,
                     size_t size);

void vr_log_ring_fini(struct vr_log_ring *ring);

/** Forget all records, complete or not, and what was lost.  No other thread may
 *  use the ring. */
void vr_log_ring_clear(struct vr_log_ring *ring);

/** Its size in bytes. */
size_t vr_log_ring_size(const struct vr_log_ring *ring);

/** The longest record that it takes, in bytes. */
size_t vr_log_ring_most(const struct vr_log_ring *ring);

/**
 * Take room for a record of @p size bytes, aligned for pointers and vr_time,
 * at most vr_log_ring_most().  vr_log_ring_put() must follow soon.
 * @return NULL if there is none.  Threads: any
 */
void *vr_log_ring_take(struct vr_log_ring *ring, size_t size);

/** Mark @p record as complete.  Sequentially consistent. */
void vr_log_ring_put(struct vr_log_ring *ring, void *record);

/** Count @p count records as lost here, UINT32_MAX at most in all.
 *  Threads: any. */
void vr_log_ring_lose(struct vr_log_ring *ring, size_t count);

/** The oldest record, if it is complete; else NULL.
 *  @param ret_lost  how many were lost before it */
void *vr_log_ring_first(struct vr_log_ring *ring, uint32_t *ret_lost);

/** Give the room of the oldest record back. */
void vr_log_ring_pop(struct vr_log_ring *ring);

/** Take the count of records lost after the last one, once that has been
 *  popped.  The count is 0 from then on. */
uint32_t vr_log_ring_take_lost(struct vr_log_ring *ring);

/** Is less than half of it free?  Threads: any. */
bool vr_log_ring_is_half_full(const struct vr_log_ring *ring);

/** The place at which the next record begins, or a later one, and whether
 *  records were lost before it.  Threads: any. */
uint64_t vr_log_ring_place(const struct vr_log_ring *ring);

/** Have all records before @p place been popped, and has the count of those
 *  lost before it been taken, alone or with the next record?  Threads: any. */
bool vr_log_ring_is_past(const struct vr_log_ring *ring, uint64_t place);

#endif
