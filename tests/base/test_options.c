/* SPDX-License-Identifier: MIT */
/**
 * @file test_options.c
 * Tests of base/options.h: callers of three versions.
 */
#include <vreactor/base/options.h>

#include <errno.h>

#include "tests/support/test.h"

struct older {
    size_t size;
    long first;
};

struct options {
    size_t size;
    long first;
    long second;
};

struct newer {
    size_t size;
    long first;
    long second;
    long third;
};

static struct options mine;

TEST(options, takes_null_for_all_defaults)
{
    check_int(vr_options_copy(&mine, sizeof(mine), NULL), 0);
    check_int(mine.first, 0);
    check_int(mine.second, 0);
}

TEST(options, takes_those_of_its_own_version)
{
    struct options given = {.size = sizeof(given), .first = 1, .second = 2};

    check_int(vr_options_copy(&mine, sizeof(mine), &given), 0);
    check_int(mine.first, 1);
    check_int(mine.second, 2);
}

TEST(options, takes_zero_for_what_an_older_caller_lacks)
{
    struct older given = {.size = sizeof(given), .first = 1};

    check_int(vr_options_copy(&mine, sizeof(mine), &given), 0);
    check_int(mine.first, 1);
    check_int(mine.second, 0);
}

TEST(options, ignores_what_a_newer_caller_left_alone)
{
    struct newer given = {.size = sizeof(given), .second = 2};

    check_int(vr_options_copy(&mine, sizeof(mine), &given), 0);
    check_int(mine.second, 2);
}

TEST(options, refuses_what_a_newer_caller_asks_for)
{
    struct newer given = {.size = sizeof(given), .first = 1, .third = 3};

    check_int(vr_options_copy(&mine, sizeof(mine), &given), -E2BIG);
    check_int(mine.first, 0);
}

TEST(options, refuses_a_size_that_was_forgotten)
{
    struct options given = {.first = 1};

    check_int(vr_options_copy(&mine, sizeof(mine), &given), -EINVAL);
    check_int(mine.first, 0);
}
