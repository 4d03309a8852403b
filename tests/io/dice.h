/* SPDX-License-Identifier: MIT */
/**
 * @file dice.h
 * Chance that can be had again: a run is its seed.
 */
#ifndef VR_TESTS_IO_DICE_H
#define VR_TESTS_IO_DICE_H

#include "tests/support/test.h"

#include <stdint.h>

static uint64_t seed, dice_state;

static inline void throw_from(uint64_t number)
{
    seed = number;
    dice_state = number * 0x9E3779B97F4A7C15u | 1;
}

/* 0 to @limit - 1; xorshift. */
static inline size_t below(size_t limit)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (size_t)(dice_state >> 33) % limit;
}

static inline bool one_in(size_t limit)
{
    return below(limit) == 0;
}

/* check(), naming the seed. */
#define sure(cond)                                                             \
    do {                                                                       \
        if (!(cond))                                                           \
            test_fail(__FILE__, __LINE__, "VR_SEED=%llu: not so: %s",          \
                      (unsigned long long)seed, #cond);                        \
    } while (0)

#endif
