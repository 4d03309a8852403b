/* SPDX-License-Identifier: MIT */
/**
 * @file agent_check.h
 * A conformance test for agents: does a program's end of a chain, one of an
 * author's, do what io/link.h and io/agent.h ask of it?
 *
 *     static int make(void *arg, struct vr_reactor *reactor,
 *                     struct vr_element **ret_element)
 *     {
 *         struct echo *echo = arg;
 *
 *         echo_init(echo, reactor);
 *         *ret_element = &echo->agent.element;
 *         return 0;
 *     }
 *
 *     struct vr_agent_case echoing = VR_AGENT_CASE_INIT;
 *
 *     echoing.name = "echo";
 *     echoing.make = make;
 *     echoing.arg = &echo; // there is one at a time, without `is_empty`
 *     int faults = vr_agent_check(&echoing, NULL);
 *
 * A wire of the suite feeds the input, and takes what the agent answers.  What
 * it answers to the input in one piece, and how it ends then, it must answer
 * and do to the same input in any pieces, whatever the wire lets through.
 *
 * What is tried is what testing/filter_check.h tells, but for insertion and
 * removal; memory, system calls and time are as told there.
 *
 * Threads: any, one at a time.
 */
#ifndef VR_TESTING_AGENT_CHECK_H
#define VR_TESTING_AGENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/decls.h>
#include <vreactor/testing/check.h>

VR_BEGIN_DECLS

struct vr_buffer;
struct vr_element;
struct vr_reactor;

/** An agent to be checked.  Begin with VR_AGENT_CASE_INIT; `name` and `make`
 *  are needed. */
struct vr_agent_case {
    size_t size;
    const char *name; /**< for the report */
    void *arg;        /**< first argument of all functions; the program's */

    /** Make an agent for the program's end of a chain.
     *  @return 0; an error: then there is nothing to give back */
    int (*make)(void *arg, struct vr_reactor *reactor,
                struct vr_element **ret_element);

    /** Tell the agent that it is in its chain.  NULL: nothing to do. */
    void (*begin)(void *arg, struct vr_element *element);

    /** Give back an agent whose chain has closed, or that was swapped, or not
     *  put into any: then with vr_writer_fini().  Where the chain has closed,
     *  calls and watches must be gone before this: `close` of the element stops
     *  them.  NULL: nothing to do. */
    void (*fini)(void *arg, struct vr_element *element);

    /** What it answers to the whole of these bytes; NULL: whatever comes of
     *  them in one piece.  @return 0, or < 0 if this is not to be judged */
    int (*expect)(void *arg, const void *data, size_t len,
                  struct vr_buffer *out);

    /** Has it answered all that it took, so that another may take its place?
     *  What its vr_writer has queued the check asks itself.  A run that swaps
     *  makes a second, which is another object.  NULL: it is not swapped. */
    bool (*is_empty)(void *arg, const struct vr_element *element);

    struct vr_check_bytes inbound; /**< what the wire feeds */
    size_t most_held; /**< about how much memory of the reactor's it may use
                           while the wire takes nothing; 0: 2 MiB */

    void *reserved[4]; /**< NULL */
};

#define VR_AGENT_CASE_INIT VR_SIZED_INIT(struct vr_agent_case)

/** Check an agent.  @return as vr_filter_check() */
VR_MUST_CHECK
int vr_agent_check(const struct vr_agent_case *agent,
                   const struct vr_check_options *options);

VR_END_DECLS

#endif
