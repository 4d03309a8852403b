/* SPDX-License-Identifier: MIT */
/**
 * @file planted_filters.h
 * Filters with one fault each, as authors make them, or with none.
 *
 *     struct vr_filter_case of = planted_filter(FAULT_SWALLOWS_END);
 *     check(vr_filter_check(&of, &options) > 0);
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTS_IO_PLANTED_FILTERS_H
#define VR_TESTS_IO_PLANTED_FILTERS_H

#include <vreactor/testing/filter_check.h>

/* clang-format off */

/** Call @p X with each fault, and what the suite is to call it. */
#define PLANTED_FILTERS(X) \
    /* of one that passes on, see planted_passing.c */ \
    X(PASSES, VR_CHECK_NONE) \
    X(TAKES_ALL, VR_CHECK_REOFFER) \
    X(TAKES_LESS, VR_CHECK_REOFFER) \
    X(NEVER_RESUMES, VR_CHECK_STUCK) \
    X(SWALLOWS_END, VR_CHECK_NO_END) \
    X(ENDS_AT_ABORT, VR_CHECK_FALSE_END) \
    X(ENDS_AT_RESET, VR_CHECK_FALSE_END) \
    X(ABORTS_WHEN_FULL, VR_CHECK_OTHER_END) \
    X(CLOSES_AT_END, VR_CHECK_CLOSED) \
    X(SWALLOWS_GREETING, VR_CHECK_GREETING) \
    X(SWALLOWS_MESSAGES, VR_CHECK_CONTROL) \
    X(SWALLOWS_QUESTIONS, VR_CHECK_CONTROL) \
    X(SWALLOWS_STOP, VR_CHECK_NO_STOP) \
    X(INVENTS_ADDRESS, VR_CHECK_FLAGS) \
    X(SPLITS_RECORDS, VR_CHECK_RECORDS) \
    X(TRUSTS_THE_WIRE, VR_CHECK_FALSE_END) \
    /* of one that holds bytes, see planted_holding.c */ \
    X(HOLDS, VR_CHECK_NONE) \
    X(SPOILS_FIRST, VR_CHECK_CHANGED) \
    X(FORGETS_WHAT_WENT, VR_CHECK_REPEATED) \
    X(OFFERS_IN_READY, VR_CHECK_UPSTREAM) \
    X(HOLDS_ALL, VR_CHECK_UNBOUNDED) \
    X(ENDS_BEFORE_BYTES, VR_CHECK_LOST) \
    X(OFFERS_NEW_ONLY, VR_CHECK_REOFFER) \
    X(KEEPS_MEMORY, VR_CHECK_LEAK) \
    X(KEEPS_CALL, VR_CHECK_LATE) \
    X(PUMPS_ALWAYS, VR_CHECK_SPINS) \
    X(IGNORES_NO_MEMORY, VR_CHECK_FALSE_END) \
    X(IGNORES_NO_MEMORY_LATE, VR_CHECK_FALSE_END) \
    X(SAYS_IT_IS_EMPTY, VR_CHECK_LOST) \
    X(IS_NEVER_EMPTY, VR_CHECK_MAKE) \
    X(ALLOCATES_MUCH, VR_CHECK_WORK) \
    X(NEEDS_TOO_LITTLE, VR_CHECK_NEED) \
    X(CANNOT_BE_MADE_TWICE, VR_CHECK_MAKE) \
    X(IS_MADE_ONCE, VR_CHECK_MAKE) \
    X(CLOSES_WHEN_IT_IS_IN, VR_CHECK_CLOSED)

/* clang-format on */

enum planted_fault {
#define PLANTED(name, kind) FAULT_##name,
    PLANTED_FILTERS(PLANTED)
#undef PLANTED
        PLANTED_FILTER_COUNT
};

/** The case of the filter that has @p fault. */
struct vr_filter_case planted_filter(enum planted_fault fault);

/* The two that planted_filter() chooses from. */
struct vr_filter_case planted_passing(enum planted_fault fault);
struct vr_filter_case planted_holding(enum planted_fault fault);

#endif
