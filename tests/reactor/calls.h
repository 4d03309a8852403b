/* SPDX-License-Identifier: MIT */
/**
 * @file calls.h
 * Calls that note when they ran, on a reactor over a script, for tests of
 * reactor/call.h.
 */
#ifndef VR_TESTS_REACTOR_CALLS_H
#define VR_TESTS_REACTOR_CALLS_H

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

enum { RECORDS = 16384 };

/** Notes that it ran, and does what the test wants of it. */
struct probe {
    struct vr_call call;
    int name;
    int runs;
    vr_time ran_at;
    void (*act)(struct probe *probe); /* NULL: nothing */
    struct probe *other;
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static int ran[RECORDS]; /* names, in the order in which they ran */
static int ran_count;

static inline void note_run(struct vr_call *call)
{
    struct probe *probe = vr_container_of(call, struct probe, call);

    check(ran_count < RECORDS);
    ran[ran_count++] = probe->name;
    probe->runs++;
    probe->ran_at = vr_test_now(&test);
    if (probe->act)
        probe->act(probe);
}

static inline void probe_init(struct probe *probe, int name)
{
    *probe = (struct probe){.name = name};
    vr_call_init(&probe->call, reactor, note_run);
}

/** A reactor whose time passes while it waits. */
static inline void set_up(void)
{
    reactor = script_reactor(&script, &test, NULL);
    ran_count = 0;
}

static inline void tear_down(void)
{
    script_free(&script, reactor);
}

static inline vr_time now(void)
{
    return vr_test_now(&test);
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, -1), 0);
}

/** Make turns until @p end has come. */
static inline void pass_until(vr_time end)
{
    do
        check_int(vr_reactor_turn(reactor, end > now() ? end - now() : 0), 0);
    while (now() < end);
}

#endif
