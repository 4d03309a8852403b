/* SPDX-License-Identifier: MIT */
/**
 * @file schedule_impl.h
 * The table of the ids of scheduled tasks.  Internal.
 *
 * An id is the number of a slot, 24 bits, and a generation, 40 bits.  A freed
 * slot goes to the end of the free list, so an id is used again after 2^40 uses
 * of its slot at the earliest, which is never.
 */
#ifndef VR_REACTOR_SCHEDULE_IMPL_H
#define VR_REACTOR_SCHEDULE_IMPL_H

#include <pthread.h>
#include <stdint.h>

struct vr_reactor;
struct vr_scheduled;

struct vr_task_slot {
    uint64_t generation;
    struct vr_scheduled *task; /* NULL: free */
    uint32_t next_free;
};

struct vr_schedule_table {
    pthread_mutex_t lock;
    struct vr_task_slot *slots;
    uint32_t size;
    uint32_t oldest_free; /* UINT32_MAX: none */
    uint32_t newest_free;
};

void vr_schedule_init(struct vr_schedule_table *table);

/** In a child of fork(2), where no other thread is: nobody has its lock. */
void vr_schedule_renew(struct vr_schedule_table *table);

/** Free the table of @p reactor, whose calls and posts are gone. */
void vr_schedule_fini(struct vr_reactor *reactor);

#endif
