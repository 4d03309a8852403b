/* SPDX-License-Identifier: MIT */
/**
 * @file random.h
 * Numbers without a pattern, the same in every run.
 */
#ifndef VR_TESTS_SUPPORT_RANDOM_H
#define VR_TESTS_SUPPORT_RANDOM_H

#include <stdint.h>

/** The next number after @p state, which is 1 or more. */
static inline uint64_t test_random(uint64_t *state)
{
    *state ^= *state << 13; /* xorshift64 */
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/** One below @p bound. */
static inline unsigned test_random_below(uint64_t *state, unsigned bound)
{
    return (unsigned)(test_random(state) >> 32) % bound;
}

#endif
