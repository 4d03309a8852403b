/* SPDX-License-Identifier: MIT */
/**
 * @file cores.h
 * The cores on which things are measured.
 */
#ifndef BENCH_CORES_H
#define BENCH_CORES_H

#include <stdbool.h>

/** The first two cores of this process.
 *  @return false: there is one, which is both */
bool cores_find(int ret_cores[2]);

/** Have this thread, and what it makes, run on @p core alone. */
void core_stay_on(int core);

#endif
