/* SPDX-License-Identifier: MIT */
/**
 * @file test_embed_model.c
 * Tests of reactor/embed.h against a model: a host that waits as long as it is
 * told, or less, while its own callbacks do anything to any call between turns.
 * Every call runs at its time to the nanosecond: neither the timeout nor what
 * need_turn was told is ever late.  And the host makes few turns for nothing.
 */
#include <vreactor/reactor/embed.h>

#include "tests/reactor/calls.h"
#include "tests/support/random.h"

enum { CALLS = 40, LEVELS = 8 };

struct subject {
    struct vr_call call;
    bool armed;
    vr_time due;
    vr_time armed_at;
    struct vr_call_group *group;
};

static struct subject subjects[CALLS];
static struct vr_call_group groups[2];
static vr_time told; /* the host's timer */
static uint64_t state = 20240229;
static int turns, runs, changes;

static unsigned below(unsigned bound)
{
    return test_random_below(&state, bound);
}

/* From nanoseconds to days, and often the same. */
static vr_time any_span(void)
{
    return below(3) ? (vr_time)(test_random(&state) >> (16 + below(48)))
                    : (vr_time)below(4) * VR_MSEC;
}

static void expect(struct subject *subject, vr_time due)
{
    subject->armed = true;
    subject->armed_at = now();
    subject->due = due;
    changes++;
}

static void forget(struct subject *subject)
{
    subject->armed = false;
    subject->group = NULL;
}

static void run_subject(struct vr_call *call)
{
    struct subject *subject = vr_container_of(call, struct subject, call);
    vr_time earliest =
        subject->due > subject->armed_at ? subject->due : subject->armed_at;

    check(subject->armed);
    check_int(now(), earliest);
    forget(subject);
    runs++;
    if (below(2)) {
        vr_time span = any_span();
        vr_call_after(call, span);
        expect(subject, now() + span);
    }
}

static void cancel_group(struct vr_call_group *group)
{
    size_t count = 0;

    for (int i = 0; i < CALLS; i++)
        if (subjects[i].group == group) {
            forget(&subjects[i]);
            count++;
        }
    check_int(vr_call_group_cancel(group), count);
}

static void change_any(void)
{
    struct subject *subject = &subjects[below(CALLS)];
    vr_time span = any_span();

    switch (below(8)) {
    case 0:
        check_int(vr_call_cancel(&subject->call), subject->armed);
        forget(subject);
        break;
    case 1:
        if (vr_call_delay(&subject->call, span))
            expect(subject, subject->due + span);
        break;
    case 2:
        if (vr_call_reset_if_earlier(&subject->call, span))
            expect(subject, now() + span);
        break;
    case 3:
        vr_call_at(&subject->call, now() - span);
        expect(subject, now() - span);
        break;
    case 4:
        if (vr_call_group_add(&groups[span % 2], &subject->call))
            subject->group = &groups[span % 2];
        break;
    case 5:
        if (!below(8))
            cancel_group(&groups[below(2)]);
        break;
    default:
        vr_call_after(&subject->call, span);
        expect(subject, now() + span);
    }
}

static void set_up_model(void)
{
    set_up();
    for (int i = 0; i < CALLS; i++)
        vr_call_init(&subjects[i].call, reactor, run_subject);
    vr_call_group_init(&groups[0]);
    vr_call_group_init(&groups[1]);
}

static void tear_down_model(void)
{
    for (int i = 0; i < CALLS; i++)
        vr_call_cancel(&subjects[i].call);
    tear_down();
}

static void check_none_late(void)
{
    for (int i = 0; i < CALLS; i++)
        check(!subjects[i].armed || subjects[i].due >= now() ||
              subjects[i].armed_at == now());
}

/* Let some or all of the time pass that the host may wait. */
static void wait_some_of(vr_time most)
{
    if (most < 0)
        most = VR_SEC;
    vr_test_advance(&test, below(2) ? most : any_span() % (most + 1));
}

static void run_host(vr_time (*may_wait)(void))
{
    int steps = test_light() ? 3000 : 30000;

    for (int i = 0; i < steps; i++) {
        vr_time most = may_wait();
        if (most == 0) {
            check_int(vr_reactor_turn(reactor, 0), 0);
            turns++;
        } else {
            wait_some_of(most);
        }
        check_none_late();
        if (!below(4))
            change_any();
    }
    check(runs > steps / 20);
    check(turns <= changes * (LEVELS + 1));
}

static vr_time ask(void)
{
    return vr_reactor_timeout(reactor);
}

/* promise reactor-19 */
TEST(embed_model, is_in_time_for_every_call_when_the_host_asks)
{
    set_up_model();
    check_int(vr_reactor_embed(reactor, NULL, NULL), 0);
    run_host(ask);
    tear_down_model();
}

static void note_due(void *host, vr_time due)
{
    *(vr_time *)host = due;
}

static vr_time until_told(void)
{
    if (told == VR_TIME_MAX)
        return -1;
    return told > now() ? told - now() : 0;
}

TEST(embed_model, is_in_time_for_every_call_when_the_host_is_told)
{
    set_up_model();
    told = VR_TIME_MAX;
    check_int(vr_reactor_embed(reactor, note_due, &told), 0);
    run_host(until_told);
    tear_down_model();
}
