/* SPDX-License-Identifier: MIT */
/**
 * @file counted.h
 * What a program asks of the system and of the heap, counted: a program linked
 * with counted.c has functions of libc's names, which count and go on to libc
 * or the kernel.  So each library is counted alike, at a nanosecond or two a
 * call.  Not counted is what a library calls past libc, as liburing does.
 *
 *     counts = shared; // in a child, whose parent reads it
 *
 * Threads: any, but counts of two that count at once may be lost.
 */
#ifndef BENCH_COUNTED_H
#define BENCH_COUNTED_H

#include <stdint.h>

struct counts {
    int64_t calls;       /**< of the system, for descriptors */
    int64_t allocations; /**< calls of malloc() and the like, not of free() */
    int64_t bytes;       /**< live, with what the heap adds to each block */
};

/** Where this process counts. */
extern struct counts *counts;

#endif
