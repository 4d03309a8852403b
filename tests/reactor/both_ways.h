/* SPDX-License-Identifier: MIT */
/**
 * @file both_ways.h
 * Tests of reactor/async/child.h with and without a pidfd.
 *
 *     BOTH_WAYS(child, is_heard_of)
 *     {
 *         ... without_pidfd ? refuse_pidfd : NULL ...
 *     }
 */
#ifndef VR_TESTS_REACTOR_BOTH_WAYS_H
#define VR_TESTS_REACTOR_BOTH_WAYS_H

#include "children.h"

/** Whether children are to be heard of by a thread that waits. */
static bool without_pidfd;

/** A test of both ways in which the end of a child is heard of. */
#define BOTH_WAYS(suite, name)                                                 \
    static void name(void);                                                    \
    TEST(suite, name)                                                          \
    {                                                                          \
        without_pidfd = false;                                                 \
        name();                                                                \
    }                                                                          \
    TEST(suite##_without_pidfd, name)                                          \
    {                                                                          \
        without_pidfd = true;                                                  \
        name();                                                                \
    }                                                                          \
    static void name(void)

#endif
