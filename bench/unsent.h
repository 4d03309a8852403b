/* SPDX-License-Identifier: MIT */
/**
 * @file unsent.h
 * Bytes that the kernel did not take at once: NULL while there are none, so
 * that an idle connection holds no more than a pointer.
 */
#ifndef BENCH_UNSENT_H
#define BENCH_UNSENT_H

#include <stdbool.h>
#include <stddef.h>

struct unsent;

/** Send @p len bytes to @p fd, and keep those that it does not take in
 *  *@p unsent, which is NULL.  @return false: the connection is over */
bool unsent_send(struct unsent **unsent, int fd, const unsigned char *bytes,
                 size_t len);

/** Send what is kept in *@p unsent, which is not NULL, and is when all went.
 *  @return false: the connection is over */
bool unsent_flush(struct unsent **unsent, int fd);

#endif
