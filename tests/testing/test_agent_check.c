/* SPDX-License-Identifier: MIT */
/**
 * @file test_agent_check.c
 * Agents that obey their contract pass; those with a planted fault are called
 * by its name.
 */
#include "tests/testing/found.h"

#include "tests/io/planted_agents.h"

TEST(agent_check, calls_each_planted_fault_by_its_name)
{
    static const struct planted planted[] = {PLANTED_AGENTS(AS_PLANTED)};
    int wrong = 0;

    for (int i = 0; i < PLANTED_AGENT_COUNT; i++) {
        struct vr_agent_case of = planted_agent((enum planted_agent_fault)i);
        struct found found;
        struct vr_check_options options = noting(&found);
        options.most_faults = 1;
        int faults = vr_agent_check(&of, &options);
        wrong += !is_called(&planted[i], faults, &found);
    }
    check_int(wrong, 0);
}
