/* SPDX-License-Identifier: MIT */
/**
 * @file switches.h
 * From one stack to another and back, with what others have for that.
 */
#ifndef BENCH_SWITCHES_H
#define BENCH_SWITCHES_H

#include <stddef.h>

/** The peers of measure_switch(), which is a measure_fn. */
extern const char *const switch_peers[];
double measure_switch(const void *workload, size_t peer);

/** A switch by pcl: nanoseconds. */
double measure_pcl(void);

#endif
