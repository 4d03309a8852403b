/* SPDX-License-Identifier: MIT */
/**
 * @file test_check_options.c
 * What a check of filters or agents is told, and what it tells.
 */
#include "tests/testing/found.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/testing/agent_check.h>

#include "tests/io/planted_agents.h"
#include "tests/io/planted_filters.h"

TEST(check_options, a_seed_runs_the_same_again)
{
    struct vr_filter_case of = planted_filter(FAULT_NEVER_RESUMES);
    struct found first, again;
    struct vr_check_options options = noting(&first);

    options.most_faults = 1;
    check_int(vr_filter_check(&of, &options), 1);
    options = noting(&again);
    options.seed = first.first.seed;
    check_int(vr_filter_check(&of, &options), 1);
    check_int(again.count, 1);
    check_str(again.text, first.text);
}

TEST(check_options, the_environment_of_the_process_has_the_last_word)
{
    struct vr_filter_case of = planted_filter(FAULT_NEVER_RESUMES);
    struct found first, again;
    struct vr_check_options options = noting(&first);

    check(vr_filter_check(&of, &options) > 0);
    char seed[32];
    (void)snprintf(seed, sizeof(seed), "%llu",
                   (unsigned long long)first.first.seed);
    check(!setenv("VR_CHECK_SEED", seed, 1));
    options = noting(&again);
    options.seed = 1;
    check_int(vr_filter_check(&of, &options), 1);
    check_str(again.text, first.text);
    check(!unsetenv("VR_CHECK_SEED"));

    check(!setenv("VR_CHECK_RUNS", "1", 1));
    check_int(vr_filter_check(&of, NULL), 0); /* in one piece all is well */
    check(!unsetenv("VR_CHECK_RUNS"));
}

TEST(check_options, it_stops_after_so_many_faults)
{
    struct vr_filter_case of = planted_filter(FAULT_KEEPS_MEMORY);
    struct found found;
    struct vr_check_options options = noting(&found);

    options.most_faults = 3;
    check_int(vr_filter_check(&of, &options), 3);
    check_int(found.count, 3);
}

TEST(check_options, a_fault_is_one_line_with_its_seed)
{
    struct vr_filter_case of = planted_filter(FAULT_NEVER_RESUMES);
    struct found found;
    struct vr_check_options options = noting(&found);
    char seed[32];

    check(vr_filter_check(&of, &options) > 0);
    (void)snprintf(seed, sizeof(seed), "seed=%llu",
                   (unsigned long long)found.first.seed);
    check(strstr(found.text, seed));
    check(strstr(found.text, "planted: stuck: "));
    check(!strchr(found.text, '\n'));
}

TEST(check_options, a_case_that_is_not_complete_is_refused)
{
    struct vr_filter_case filter = planted_filter(FAULT_PASSES);
    struct vr_agent_case agent = planted_agent(AGENT_ECHOES);

    filter.name = NULL;
    check_int(vr_filter_check(&filter, NULL), -EINVAL);
    agent.make = NULL;
    check_int(vr_agent_check(&agent, NULL), -EINVAL);
    filter = planted_filter(FAULT_PASSES);
    filter.reserved[0] = &filter;
    check_int(vr_filter_check(&filter, NULL), -EINVAL);
    struct vr_filter_case under = VR_FILTER_CASE_INIT;
    filter = planted_filter(FAULT_PASSES);
    filter.under = &under;
    check_int(vr_filter_check(&filter, NULL), -EINVAL);
}

TEST(check_options, each_kind_of_fault_is_planted)
{
    static const enum vr_check_kind planted[] = {
#define PLANTED(name, kind) kind,
        PLANTED_FILTERS(PLANTED) PLANTED_AGENTS(PLANTED)
#undef PLANTED
    };
    bool is_planted[VR_CHECK_KINDS] = {false};

    for (size_t i = 0; i < sizeof(planted) / sizeof(*planted); i++)
        is_planted[planted[i]] = true;
    for (int kind = 0; kind < VR_CHECK_KINDS; kind++) {
        check(is_planted[kind]);
        check(strcmp(vr_check_kind_name((enum vr_check_kind)kind), "?") != 0);
    }
    check_str(vr_check_kind_name(VR_CHECK_KINDS), "?");
}
