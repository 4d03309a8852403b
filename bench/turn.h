/* SPDX-License-Identifier: MIT */
/**
 * @file turn.h
 * Loops with one descriptor that is always ready, and a callback that counts.
 */
#ifndef BENCH_TURN_H
#define BENCH_TURN_H

struct looping {
    const char *name;

    void (*open)(int ready);

    /** Run until @p count turns have found an event. */
    void (*run)(long count);

    /** Ask for @p count turns, one by one, none of which waits. */
    void (*turn)(long count);

    void (*close)(void);
};

extern const struct looping turn_raw; /* the wait of epoll, and nothing else */
extern const struct looping turn_libev;
extern const struct looping turn_libevent;
extern const struct looping turn_libuv;
extern const struct looping turn_vreactor;

#endif
