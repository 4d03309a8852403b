/* SPDX-License-Identifier: MIT */
/**
 * @file pipes.h
 * Loops that watch many descriptors, and what they do where one can be read.
 */
#ifndef BENCH_PIPES_H
#define BENCH_PIPES_H

#include <stdbool.h>
#include <stddef.h>

struct piping {
    const char *name;

    /** Make a loop that watches each of @p fds for reading. */
    void (*open)(const int *fds, size_t count);

    /** Run until pipes_act() says so.  It may be told once more. */
    void (*run)(void);

    /** From inside the loop: switch interest in writing to the first one on and
     *  off, @p times over, while it is watched for reading. */
    void (*toggle)(long times);

    void (*close)(void);
};

/** Descriptor number @p which can be read: do what is measured.
 *  @return it is done: stop the loop */
bool pipes_act(size_t which);

extern const struct piping pipes_raw; /* epoll alone */
extern const struct piping pipes_libev;
extern const struct piping pipes_libevent;
extern const struct piping pipes_libuv;
extern const struct piping pipes_vreactor;

#endif
