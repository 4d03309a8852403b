/* SPDX-License-Identifier: MIT */
/**
 * @file time.c
 * Sums of time that cannot wrap, and the system's units.
 */
#include <vreactor/base/time.h>

#include <limits.h>

vr_time vr_time_add(vr_time a, vr_time b)
{
    if (b > 0 && a > VR_TIME_MAX - b)
        return VR_TIME_MAX;
    if (b <= 0 && a < -VR_TIME_MAX - b)
        return -VR_TIME_MAX;

    return a + b;
}

vr_time vr_time_sub(vr_time a, vr_time b)
{
    if (b >= 0 && a < -VR_TIME_MAX + b)
        return -VR_TIME_MAX;
    if (b < 0 && a > VR_TIME_MAX + b)
        return VR_TIME_MAX;

    return a - b;
}

vr_time vr_time_until(vr_time due, vr_time now)
{
    return due > now ? vr_time_sub(due, now) : 0;
}

int vr_time_to_ms(vr_time span)
{
    if (span < 0)
        return -1;

    vr_time ms = span / VR_MSEC + (span % VR_MSEC != 0);
    return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* In 68 years of seconds, where there is no room for more. */
struct timespec vr_time_to_timespec(vr_time span)
{
    const vr_time most = sizeof(time_t) > 4 ? VR_TIME_MAX / VR_SEC : INT32_MAX;
    vr_time seconds = span / VR_SEC;

    return (struct timespec){.tv_sec =
                                 (time_t)(seconds < most ? seconds : most),
                             .tv_nsec = (long)(span % VR_SEC)};
}

vr_time vr_time_from_timespec(struct timespec spec)
{
    if (spec.tv_sec > VR_TIME_MAX / VR_SEC)
        return VR_TIME_MAX;
    if (spec.tv_sec < -VR_TIME_MAX / VR_SEC)
        return -VR_TIME_MAX;

    return vr_time_add((vr_time)spec.tv_sec * VR_SEC, spec.tv_nsec);
}
