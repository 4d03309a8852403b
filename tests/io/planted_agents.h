/* SPDX-License-Identifier: MIT */
/**
 * @file planted_agents.h
 * Agents that echo, with one fault each, as authors make them, or with none.
 *
 * Threads: one at a time.
 */
#ifndef VR_TESTS_IO_PLANTED_AGENTS_H
#define VR_TESTS_IO_PLANTED_AGENTS_H

#include <vreactor/testing/agent_check.h>

/* clang-format off */

/** Call @p X with each fault, and what the suite is to call it. */
#define PLANTED_AGENTS(X) \
    X(ECHOES, VR_CHECK_NONE) \
    X(KEEPS_OPEN, VR_CHECK_NONE) \
    X(DROPS_WHEN_FULL, VR_CHECK_LOST) \
    X(NEVER_GOES_ON, VR_CHECK_STUCK) \
    X(NEVER_ENDS_IF_LATE, VR_CHECK_NO_END) \
    X(ENDS_TOO_EARLY, VR_CHECK_LOST) \
    X(COUNTS_OFFERS, VR_CHECK_REPEATED) \
    X(QUEUES_ALL, VR_CHECK_UNBOUNDED) \
    X(KEEPS_A_BLOCK, VR_CHECK_LEAK) \
    X(KEEPS_A_CALL, VR_CHECK_LATE) \
    X(LEAVES_TOO_MUCH, VR_CHECK_NEED) \
    X(CLOSES_BEFORE_ALL, VR_CHECK_CLOSED) \
    X(IS_MADE_ONCE, VR_CHECK_MAKE) \
    X(ANSWERS_AS_THE_LAST, VR_CHECK_CLOSED)

/* clang-format on */

enum planted_agent_fault {
#define PLANTED(name, kind) AGENT_##name,
    PLANTED_AGENTS(PLANTED)
#undef PLANTED
        PLANTED_AGENT_COUNT
};

/** The case of the agent that has @p fault. */
struct vr_agent_case planted_agent(enum planted_agent_fault fault);

#endif
