/* SPDX-License-Identifier: MIT */
/**
 * @file time.h
 * Points and spans of time, in nanoseconds.
 *
 *     vr_call_after(&session->idle, 30 * VR_SEC);
 *     vr_call_at(&call, vr_time_add(vr_turn_time(reactor), 5 * VR_MSEC));
 *
 * A vr_time is a point on a monotonic clock with an arbitrary zero, or the span
 * between two such points.  The range is 292 years.  Sums stop at VR_TIME_MAX
 * instead of wrapping.
 */
#ifndef VR_BASE_TIME_H
#define VR_BASE_TIME_H

#include <stdint.h>
#include <time.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

/** Nanoseconds. */
typedef int64_t vr_time;

#define VR_TIME_MAX INT64_MAX

#define VR_NSEC ((vr_time)1)
#define VR_USEC (1000 * VR_NSEC)
#define VR_MSEC (1000 * VR_USEC)
#define VR_SEC (1000 * VR_MSEC)

/** @p a + @p b, at most VR_TIME_MAX, at least its negative. */
vr_time vr_time_add(vr_time a, vr_time b);

/** @p a - @p b, at most VR_TIME_MAX, at least its negative. */
vr_time vr_time_sub(vr_time a, vr_time b);

/** The span from @p now until @p due, at most VR_TIME_MAX; 0 if @p due has
 *  passed. */
vr_time vr_time_until(vr_time due, vr_time now);

/** @p span in milliseconds, rounded up, at most INT_MAX; -1 for a negative
 *  span, which means for ever. */
int vr_time_to_ms(vr_time span);

/** @p span, 0 or more, as a timespec. */
struct timespec vr_time_to_timespec(vr_time span);

/** @p spec as nanoseconds, at most VR_TIME_MAX, at least its negative. */
vr_time vr_time_from_timespec(struct timespec spec);

VR_END_DECLS

#endif
