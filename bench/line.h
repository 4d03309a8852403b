/* SPDX-License-Identifier: MIT */
/**
 * @file line.h
 * What an echo server does with a connection that is ready, where its library
 * only tells that it is: the same for all of those.
 */
#ifndef BENCH_LINE_H
#define BENCH_LINE_H

struct unsent;

/** A connection. */
struct line {
    int fd;
    struct unsent *unsent; /* what the kernel did not take; NULL: nothing */
};

enum line_wants {
    LINE_OVER, /**< it is over: close it */
    LINE_READS,
    LINE_WRITES,
};

/** Read once and send that back; or send what is left, where that was wanted.
 *  @return what it wants from now on */
enum line_wants line_act(struct line *line);

/** What it wants now. */
enum line_wants line_wanted(const struct line *line);

/** Close the descriptor, and free what was not sent. */
void line_close(struct line *line);

#endif
