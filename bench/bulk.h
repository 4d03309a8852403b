/* SPDX-License-Identifier: MIT */
/**
 * @file bulk.h
 * Load for a relay: many bytes in one direction.  Whoever gets them answers
 * with a byte for each BULK_STEP that it got, so that the sender knows when all
 * have arrived, while the connections are open still.
 */
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include <stddef.h>

#include "bench/server.h"

enum { BULK_STEP = 1 << 20 };

/** Gets the bytes. */
extern const struct server bulk_sink;

/** @p count connections to @p port. */
struct bulk *bulk_open(int port, size_t count);

/** Send @p steps times BULK_STEP bytes over each, and wait until they have
 *  arrived. */
void bulk_run(struct bulk *bulk, size_t steps);

void bulk_close(struct bulk *bulk);

#endif
