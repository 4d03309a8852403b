/* SPDX-License-Identifier: MIT */
/**
 * @file uring_calls.h
 * Each counted call of struct vr_uring_sys, made so that it does no harm: for
 * testing/sys.h.
 */
#ifndef VR_TESTS_TESTING_URING_CALLS_H
#define VR_TESTS_TESTING_URING_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#ifdef HAVE_LIBURING
#include <liburing.h>
#endif

#include <vreactor/testing/sys.h>

#include "tests/support/uring.h"

typedef void member(void);

enum {
    URING_MEMBERS = VR_TEST_SYS_URING_WAIT - VR_TEST_SYS_URING_OPEN + 1,
    URING_FIRST = offsetof(struct vr_uring_sys, open),
};
_Static_assert(sizeof(struct vr_uring_sys) ==
                   URING_FIRST + URING_MEMBERS * sizeof(member *),
               "each member has a name");

static inline const struct vr_uring_sys *counted_uring(void)
{
    static struct vr_uring_sys counted;

    if (!real_uring())
        return NULL;
    vr_test_sys_wrap_uring(real_uring(), &counted);
    return &counted;
}

static inline bool is_of_uring(unsigned call)
{
    return call >= VR_TEST_SYS_URING_OPEN && call <= VR_TEST_SYS_URING_WAIT;
}

/* The member of @p table that @p call names. */
static inline member *uring_member_of(const struct vr_uring_sys *table,
                                      unsigned call)
{
    member *members[URING_MEMBERS];

    if (!table)
        return NULL;
    memcpy(members, (const char *)table + URING_FIRST, sizeof(members));
    return members[call - VR_TEST_SYS_URING_OPEN];
}

/* A ring that holds nothing, and that the kernel does not know. */
static inline struct io_uring *no_ring(void)
{
#ifdef HAVE_LIBURING
    static struct io_uring ring;
    static unsigned zero;

    ring = (struct io_uring){.ring_fd = -1, .enter_ring_fd = -1};
    ring.sq.khead = ring.sq.ktail = ring.sq.kflags = &zero;
    ring.cq.khead = ring.cq.ktail = &zero;
    return &ring;
#else
    return NULL;
#endif
}

static inline long do_uring_open(void)
{
    return counted_uring()->open(0, no_ring());
}

static inline long do_uring_close(void)
{
    return counted_uring()->close(no_ring());
}

static inline long do_uring_submit(void)
{
    return counted_uring()->submit(no_ring());
}

static inline long do_uring_wait(void)
{
    static const struct timespec at_once;

    return counted_uring()->wait(no_ring(), &at_once);
}

#endif
