/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_memory.c
 * Tests of reactor/call.h: a call is in its owner's memory, and needs no other.
 */
#include <vreactor/reactor/call.h>

#include <limits.h>
#include <stdlib.h>

#include "tests/reactor/calls.h"

/* promise calls-4 */
TEST(call_memory, is_in_one_place_however_often_it_is_scheduled)
{
    struct probe probe;

    set_up();
    probe_init(&probe, 0);
    vr_call_after(&probe.call, VR_MSEC);
    vr_call_after(&probe.call, 5 * VR_MSEC);
    vr_call_after(&probe.call, 3 * VR_MSEC);
    vr_time due = now() + 3 * VR_MSEC;
    pass_until(now() + VR_SEC);
    check_int(probe.runs, 1);
    check_int(probe.ran_at, due);
    tear_down();
}

static void free_probe(struct probe *probe)
{
    check(!vr_call_is_scheduled(&probe->call));
    free(probe);
}

static void schedule_once_more(struct probe *probe)
{
    check(!vr_call_is_scheduled(&probe->call));
    if (probe->runs == 1)
        vr_call_after(&probe->call, VR_MSEC);
}

/* promise calls-7 */
TEST(call_memory, is_its_owner_s_when_it_runs)
{
    struct probe again, *freed = malloc(sizeof(*freed));

    set_up();
    check(freed);
    probe_init(freed, 0);
    freed->act = free_probe;
    vr_call_after(&freed->call, VR_MSEC);
    probe_init(&again, 1);
    again.act = schedule_once_more;
    vr_call_after(&again.call, VR_MSEC);

    pass_until(now() + VR_SEC);
    check_int(ran_count, 3);
    check_int(again.runs, 2);
    tear_down();
}

/* promise calls-9 */
TEST(call_memory, is_never_asked_for)
{
    static struct probe probes[1000];

    set_up();
    int64_t before = vr_test_allocations(&test);
    vr_test_fail_allocation(&test, 1, INT_MAX);
    for (int i = 0; i < 1000; i++) {
        probe_init(&probes[i], i);
        vr_call_at(&probes[i].call, now() + i * (vr_time)i * VR_MSEC);
    }
    for (int i = 0; i < 1000; i += 2)
        check(vr_call_delay(&probes[i].call, VR_SEC));
    for (int i = 0; i < 1000; i += 4)
        check(vr_call_cancel(&probes[i].call));
    pass_until(now() + 2000 * VR_SEC);
    check_int(ran_count, 750);
    check_int(vr_test_allocations(&test), before);
    vr_test_fail_allocation(&test, 0, 0);
    tear_down();
}
