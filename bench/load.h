/* SPDX-License-Identifier: MIT */
/**
 * @file load.h
 * Load for a server that echoes: connections each of which sends a message,
 * waits until it has come back, compares it byte by byte, and sends the next.
 * What goes wrong, or does not go on for ten seconds, ends the program.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>

#include "bench/server.h"

enum { LOAD_LARGEST = 64 * 1024 };

/** @p count connections to @p port, for messages of @p size bytes; each has had
 *  two of them come back. */
struct load *load_open(int port, size_t count, size_t size);

/** Exchange messages for @p ns nanoseconds, and wait for the last to come back.
 *  @return how many came back */
size_t load_run(struct load *load, double ns);

/** Exchange messages with @p run over @p count connections for a while.
 *  @return what one there and back costs */
struct cost load_exchange(const struct server_run *run, size_t count,
                          size_t size);

/** Have @p count connections fall silent.  @return what one of them holds */
struct cost load_idle(const struct server_run *run, size_t count, size_t size);

/** Close the connections, and wait until the server has closed them, too. */
void load_close(struct load *load);

#endif
