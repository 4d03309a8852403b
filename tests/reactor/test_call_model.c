/* SPDX-License-Identifier: MIT */
/**
 * @file test_call_model.c
 * Tests of reactor/call.h against a model: callbacks that do anything to any
 * call, and very many calls.
 */
#include <vreactor/reactor/call.h>

#include <stdlib.h>

#include "tests/reactor/calls.h"
#include "tests/support/random.h"

enum { CALLS = 48 };

/* A call, and what the model knows of it. */
struct subject {
    struct vr_call call;
    int name;
    bool armed;
    vr_time due;
    vr_time period;
    uint64_t seq;
    int armed_in; /* turn in which it was armed while calls ran; else 0 */
};

static struct subject *subjects[CALLS];
static uint64_t next_seq, state = 1234567;
static int this_turn, runs;
static bool calls_run;
static vr_time last_due; /* of the call that ran before, in this turn */
static uint64_t last_seq;

static unsigned below(unsigned bound)
{
    return test_random_below(&state, bound);
}

/* Often the same, so that there are equal times. */
static vr_time any_span(void)
{
    return below(2) ? (vr_time)below(4) * VR_MSEC
                    : (vr_time)(test_random(&state) >> (20 + below(44)));
}

static void expect(struct subject *subject, vr_time due)
{
    subject->armed = true;
    subject->due = due;
    subject->seq = next_seq++;
    subject->armed_in = calls_run ? this_turn : 0;
}

static void arm_any_way(struct subject *subject)
{
    vr_time span = any_span();

    subject->period = 0;
    switch (below(3)) {
    case 0:
        vr_call_at(&subject->call, now() - span % VR_SEC);
        expect(subject, now() - span % VR_SEC);
        break;
    case 1:
        vr_call_after(&subject->call, span);
        expect(subject, now() + span);
        break;
    default:
        subject->period = span + 1;
        vr_call_repeat(&subject->call, span + 1);
        expect(subject, now() + span + 1);
    }
}

static void move_any_way(struct subject *subject)
{
    vr_time span = any_span();
    bool earlier = subject->armed && now() + span < subject->due;

    switch (below(3)) {
    case 0:
        check_int(vr_call_delay(&subject->call, span), subject->armed);
        if (subject->armed)
            expect(subject, subject->due + span);
        break;
    case 1:
        check_int(vr_call_reset(&subject->call, span), subject->armed);
        if (subject->armed)
            expect(subject, now() + span);
        break;
    default:
        check_int(vr_call_reset_if_earlier(&subject->call, span), earlier);
        if (earlier)
            expect(subject, now() + span);
    }
}

static void cancel(struct subject *subject)
{
    check_int(vr_call_cancel(&subject->call), subject->armed);
    subject->armed = false;
}

static void run_subject(struct vr_call *call);

static void replace(int name)
{
    if (subjects[name])
        cancel(subjects[name]);
    free(subjects[name]);
    subjects[name] = calloc(1, sizeof(*subjects[name]));
    check(subjects[name] != NULL);
    subjects[name]->name = name;
    vr_call_init(&subjects[name]->call, reactor, run_subject);
}

static void change_any(void)
{
    int name = (int)below(CALLS);

    switch (below(6)) {
    case 0:
        cancel(subjects[name]);
        break;
    case 1:
        replace(name); /* frees it, which may be the one that runs */
        break;
    case 2:
    case 3:
        move_any_way(subjects[name]);
        break;
    default:
        arm_any_way(subjects[name]);
    }
}

static vr_time next_in_model(const struct subject *subject)
{
    vr_time late = now() - subject->due;

    return subject->due + (late / subject->period + 1) * subject->period;
}

static void run_subject(struct vr_call *call)
{
    struct subject *subject = vr_container_of(call, struct subject, call);

    check(subject->armed);
    check(subject->due <= now());
    check(subject->armed_in != this_turn);
    check(subject->due > last_due ||
          (subject->due == last_due && subject->seq > last_seq));
    last_due = subject->due;
    last_seq = subject->seq;
    calls_run = true;
    runs++;

    subject->armed = false;
    if (subject->period)
        expect(subject, next_in_model(subject));
    check_int(vr_call_is_scheduled(call), subject->armed);
    for (unsigned n = below(4); n > 0; n--)
        change_any();
}

/* Nothing that was due when calls ran is left, but what they armed. */
static void check_left(void)
{
    for (int i = 0; i < CALLS; i++) {
        struct subject *subject = subjects[i];
        check_int(vr_call_is_scheduled(&subject->call), subject->armed);
        if (subject->armed)
            check_int(vr_call_due(&subject->call), subject->due);
        check(!subject->armed || subject->armed_in == this_turn ||
              subject->due > vr_turn_time(reactor));
    }
}

TEST(call_model, agrees_whatever_callbacks_do_to_whichever_call)
{
    int turns = test_light() ? 1000 : 10000;

    set_up();
    for (int i = 0; i < CALLS; i++)
        replace(i);
    for (this_turn = 1; this_turn <= turns; this_turn++) {
        calls_run = false;
        last_due = -VR_TIME_MAX;
        change_any();
        turn();
        check_left();
    }
    check(runs > turns / 4);
    for (int i = 0; i < CALLS; i++) {
        cancel(subjects[i]);
        free(subjects[i]);
    }
    tear_down();
}

/* promise calls-1 */
TEST(call_model, keeps_10000_equal_times_in_the_order_of_arming)
{
    enum { MANY = 10000 };
    struct probe *probes = calloc(MANY, sizeof(*probes));
    int cancelled = 0, expected = 0;

    check(probes != NULL);
    set_up();
    vr_time due = now() + VR_SEC;
    for (int i = 0; i < MANY; i++) {
        probe_init(&probes[i], i);
        vr_call_at(&probes[i].call, due);
    }
    for (int i = 0; i < MANY / 2; i++)
        cancelled += vr_call_cancel(&probes[below(MANY)].call);
    pass_until(due);
    for (int i = 0; i < MANY / 1024 + 1; i++)
        turn(); /* so many calls in one turn, and no more */

    check_int(ran_count, MANY - cancelled);
    for (int i = 0; i < MANY; i++)
        if (probes[i].runs)
            check_int(ran[expected++], i);
    check_int(expected, ran_count);
    free(probes);
    tear_down();
}

TEST(call_model, leaves_nothing_to_wait_for_when_100000_calls_were_cancelled)
{
    enum { MANY = 100000 };
    struct vr_call *calls = calloc(MANY, sizeof(*calls));

    check(calls != NULL);
    set_up();
    for (int i = 0; i < MANY; i++) {
        vr_call_init(&calls[i], reactor, note_run);
        vr_call_after(&calls[i], any_span());
    }
    for (int i = 0; i < MANY; i++)
        check(vr_call_cancel(&calls[(long)i * 77777 % MANY]));
    turn();
    check_int(script.timeout, -1);
    check_int(ran_count, 0);
    free(calls);
    tear_down();
}
