/* SPDX-License-Identifier: MIT */
/**
 * @file stacks.h
 * Pools of stacks for coroutines: guarded, reused, and measured if wished.
 *
 *     struct vr_stacks_options how = VR_STACKS_OPTIONS_INIT;
 *     struct vr_stacks *stacks;
 *     how.measure = true;
 *     int err = vr_stacks_new(NULL, &how, &stacks);
 *
 *     struct vr_coroutine_options options = VR_COROUTINE_OPTIONS_INIT;
 *     options.stacks = stacks;
 *     session->greeting = vr_spawn(NULL, &options, greet, session);
 *     ...
 *     struct vr_stacks_stats stats;
 *     vr_stacks_stats(stacks, &stats);
 *     printf("%zu bytes of %zu\n", stats.deepest, stats.stack_size);
 *
 * Below each stack are 20 KiB that end the program by SIGSEGV or SIGBUS when
 * they are touched, so calls that go too deep destroy nothing.  A function with
 * a larger frame should be compiled with -fstack-clash-protection, or it may
 * step over them.
 *
 * A stack costs the memory that was touched of it: 4 KiB or 8 for a coroutine
 * that does little.  The rest is address space only.  Each stack is a mapping
 * or two of the process: before Linux 6.13 there are 32000 at most, unless
 * vm.max_map_count is raised.
 *
 * Threads: one at a time, that of the coroutines.
 */
#ifndef VR_PENDING_STACKS_H
#define VR_PENDING_STACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_env;
struct vr_stacks;

/** Options; 0 is the default. */
struct vr_stacks_options {
    size_t size; /**< by VR_STACKS_OPTIONS_INIT */

    /**
     * Bytes of each, rounded up to whole pages; 0: 128 KiB; 16 KiB at least.
     * Measured with glibc 2.36 on x86-64, printf(3) takes 4 KiB of it, or 28
     * for any long double, and getaddrinfo(3) 12; unoptimised code and
     * sanitizers take several times as much.
     */
    size_t stack_size;

    /** How many unused stacks the pool keeps for later, at most; 0: 64. */
    unsigned keep;

    /** Give the memory of kept stacks back to the system, except for a page or
     *  two.  Costs a system call for each, and touching the memory anew. */
    bool give_back;

    /** Measure how much is used.  Each stack then costs memory for all of its
     *  size, and give_back has no effect. */
    bool measure;
};

#define VR_STACKS_OPTIONS_INIT VR_SIZED_INIT(struct vr_stacks_options)

/** What a pool has and had. */
struct vr_stacks_stats {
    size_t stack_size; /**< bytes of each, without its guard */
    unsigned live;     /**< in use */
    unsigned cached;   /**< kept for later */
    uint64_t made;     /**< by the system, in all */
    size_t deepest;    /**< most bytes used by a coroutine that has ended,
                            the library's own included; 0: not measured */
};

/**
 * Make a pool of stacks, with none in it.
 * @param env  kept; NULL: that of the reactor whose turn this is, else the
 * default
 * @param options  NULL for all defaults
 * @return 0; -EINVAL for a bad size; -ENOMEM
 */
VR_MUST_CHECK
int vr_stacks_new(const struct vr_env *env,
                  const struct vr_stacks_options *options,
                  struct vr_stacks **ret_stacks);

/** Free @p stacks, once no more coroutines will be spawned with it; NULL is
 *  fine.  Coroutines that have not ended keep their stacks, and the last one
 *  frees the pool. */
void vr_stacks_free(struct vr_stacks *stacks);

/** Tell what @p stacks has and had. */
void vr_stacks_stats(const struct vr_stacks *stacks,
                     struct vr_stacks_stats *ret_stats);

VR_END_DECLS

#endif
