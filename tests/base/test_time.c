/* SPDX-License-Identifier: MIT */
/**
 * @file test_time.c
 * Tests of base/time.h.
 */
#include <vreactor/base/time.h>

#include <limits.h>

#include "tests/support/test.h"

TEST(time, has_units_of_a_thousand_each)
{
    check_int(VR_USEC, 1000);
    check_int(VR_MSEC, 1000000);
    check_int(VR_SEC, 1000000000);
}

TEST(time, adds)
{
    check_int(vr_time_add(2 * VR_SEC, 3), 2000000003);
    check_int(vr_time_add(5, -7), -2);
    check_int(vr_time_add(VR_TIME_MAX, -1), VR_TIME_MAX - 1);
}

/* promise calls-18 */
TEST(time, stops_at_its_ends_when_it_adds)
{
    check_int(vr_time_add(VR_TIME_MAX, 1), VR_TIME_MAX);
    check_int(vr_time_add(1, VR_TIME_MAX), VR_TIME_MAX);
    check_int(vr_time_add(VR_TIME_MAX - 1, 1), VR_TIME_MAX);
    check_int(vr_time_add(-VR_TIME_MAX, -1), -VR_TIME_MAX);
    check_int(vr_time_add(-2, -VR_TIME_MAX), -VR_TIME_MAX);
    check_int(vr_time_add(INT64_MIN, 0), -VR_TIME_MAX);
}

TEST(time, subtracts_and_stops_at_its_ends)
{
    check_int(vr_time_sub(5, 7), -2);
    check_int(vr_time_sub(-5, -7), 2);
    check_int(vr_time_sub(VR_TIME_MAX, -1), VR_TIME_MAX);
    check_int(vr_time_sub(VR_TIME_MAX - 1, -1), VR_TIME_MAX);
    check_int(vr_time_sub(1, -VR_TIME_MAX), VR_TIME_MAX);
    check_int(vr_time_sub(0, INT64_MIN), VR_TIME_MAX);
    check_int(vr_time_sub(-1, INT64_MIN), VR_TIME_MAX);
    check_int(vr_time_sub(-2, INT64_MIN), VR_TIME_MAX - 1);
    check_int(vr_time_sub(-2, VR_TIME_MAX), -VR_TIME_MAX);
    check_int(vr_time_sub(-VR_TIME_MAX, 1), -VR_TIME_MAX);
    check_int(vr_time_sub(INT64_MIN, 1), -VR_TIME_MAX);
    check_int(vr_time_sub(INT64_MIN, 0), -VR_TIME_MAX);
}

TEST(time, leaves_nothing_of_what_has_passed)
{
    check_int(vr_time_until(7, 5), 2);
    check_int(vr_time_until(5, 5), 0);
    check_int(vr_time_until(5, 7), 0);
    check_int(vr_time_until(-VR_TIME_MAX, VR_TIME_MAX), 0);
    check_int(vr_time_until(VR_TIME_MAX, -VR_TIME_MAX), VR_TIME_MAX);
    check_int(vr_time_until(VR_TIME_MAX - 1, -VR_SEC), VR_TIME_MAX);
}

TEST(time, rounds_up_to_milliseconds)
{
    check_int(vr_time_to_ms(0), 0);
    check_int(vr_time_to_ms(1), 1);
    check_int(vr_time_to_ms(VR_MSEC), 1);
    check_int(vr_time_to_ms(VR_MSEC + 1), 2);
}

TEST(time, turns_for_ever_into_minus_one_millisecond)
{
    check_int(vr_time_to_ms(-1), -1);
    check_int(vr_time_to_ms(-VR_TIME_MAX), -1);
}

TEST(time, cuts_milliseconds_to_an_int)
{
    check_int(vr_time_to_ms(INT_MAX * VR_MSEC), INT_MAX);
    check_int(vr_time_to_ms(INT_MAX * VR_MSEC + 1), INT_MAX);
    check_int(vr_time_to_ms(VR_TIME_MAX), INT_MAX);
}

TEST(time, splits_into_seconds_and_nanoseconds)
{
    struct timespec spec = vr_time_to_timespec(3 * VR_SEC + 7);

    check_int(spec.tv_sec, 3);
    check_int(spec.tv_nsec, 7);

    spec = vr_time_to_timespec(VR_SEC - 1);
    check_int(spec.tv_sec, 0);
    check_int(spec.tv_nsec, 999999999);
}

TEST(time, from_a_timespec_stops_at_its_ends)
{
    struct timespec spec = {.tv_sec = 3, .tv_nsec = 7};

    check_int(vr_time_from_timespec(spec), 3 * VR_SEC + 7);
    spec.tv_sec = -1;
    check_int(vr_time_from_timespec(spec), 7 - VR_SEC);
    spec.tv_sec = VR_TIME_MAX / VR_SEC;
    spec.tv_nsec = 999999999;
    check_int(vr_time_from_timespec(spec), VR_TIME_MAX);
    spec.tv_sec++;
    check_int(vr_time_from_timespec(spec), VR_TIME_MAX);
    spec.tv_sec = -spec.tv_sec;
    check_int(vr_time_from_timespec(spec), -VR_TIME_MAX);
}
