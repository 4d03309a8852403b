/* SPDX-License-Identifier: MIT */
/**
 * @file calls.c
 * Calls and tasks while time jumps, to its limits too: each is armed, moved,
 * grouped and cancelled from outside, from posts, events and callbacks.  A
 * model that looks at all of them says which one runs next and how long the
 * loop may wait: none runs early, out of order, twice or after its cancel.
 *
 *   reaches reactor/wheel.c: wheel->next = due;
 *   reaches reactor/wheel.c: place(wheel, call_of(link));
 *   reaches reactor/wheel.c: vr_list_insert(wheel->soon.next, &call->timed);
 *   reaches reactor/wheel.c: while (place != into && !before(
 *   reaches reactor/wheel.c: earliest = call->due;
 *   reaches reactor/call.c: uint64_t late = (uint64_t)now
 *   reaches reactor/call.c: vr_call_drop(call);
 *   reaches reactor/schedule.c: send_discard(scheduled);
 *   reaches reactor/schedule.c: err = add_slots(reactor);
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/schedule.h>

#include "fuzz/calls_model.h"

const char fuzz_target[] = "calls";

/* ---- what is done to them ---- */

static vr_time any_span(void)
{
    const struct subject *next = first(false);
    unsigned kind = fuzz_below(&it.in, 9);

    if (kind == 0)
        it.last_span = 0;
    else if (kind == 1)
        it.last_span = fuzz_byte(&it.in) * VR_MSEC;
    else if (kind == 2)
        it.last_span = (vr_time)fuzz_byte(&it.in) << fuzz_below(&it.in, 55);
    else if (kind == 3)
        it.last_span = ((vr_time)1 << fuzz_below(&it.in, 63)) - 1;
    else if (kind == 4)
        it.last_span = (vr_time)(fuzz_u64(&it.in) >> fuzz_below(&it.in, 63));
    else if (kind == 5)
        it.last_span = VR_TIME_MAX - fuzz_byte(&it.in);
    else if (kind < 8 && next)
        it.last_span = clamp((wide)next->due - time_now() - (kind == 7));
    return it.last_span;
}

static void arm(struct subject *s)
{
    unsigned kind = fuzz_below(&it.in, 4);
    vr_time span = any_span();

    s->period = 0;
    if (kind == 0) {
        vr_time due = clamp((wide)time_now() - span);
        vr_call_at(&s->call, due);
        expect(s, due);
    } else if (kind == 1) {
        vr_call_at(&s->call, span);
        expect(s, span);
        s->due = span; /* as given, also where no sum ends there */
    } else if (kind == 2) {
        vr_call_after(&s->call, span);
        expect(s, (wide)time_now() + span);
    } else {
        s->period = span > 0 ? span : 1;
        vr_call_repeat(&s->call, s->period);
        expect(s, (wide)time_now() + s->period);
    }
}

static void move(struct subject *s)
{
    unsigned kind = fuzz_below(&it.in, 5);
    vr_time span = kind ? any_span() : s->period;
    wide due = (wide)time_now() + span;

    if (kind < 3 && fuzz_below(&it.in, 2))
        span = clamp(-(wide)span), due = (wide)time_now() + span;
    if (kind == 0) {
        fuzz_check(vr_call_again(&s->call) == (s->period > 0));
        if (s->period)
            expect(s, (wide)time_now() + s->period);
    } else if (kind == 1) {
        fuzz_check(vr_call_delay(&s->call, span) == s->armed);
        if (s->armed)
            expect(s, (wide)s->due + span);
    } else if (kind == 2) {
        fuzz_check(vr_call_reset(&s->call, span) == s->armed);
        if (s->armed)
            expect(s, due);
    } else {
        bool earlier = s->armed && clamp(due) < s->due;
        fuzz_check(vr_call_reset_if_earlier(&s->call, span) == earlier);
        if (earlier)
            expect(s, due);
    }
}

static void cancel(struct subject *s)
{
    fuzz_check(vr_call_cancel(&s->call) == s->armed);
    disarm(s);
}

static void run_call(struct vr_call *call);

/* Its memory is the caller's at once, also that of the call that runs. */
static void replace(int name)
{
    free(it.subjects[name]);
    it.subjects[name] = calloc(1, sizeof(*it.subjects[name]));
    fuzz_check(it.subjects[name]);
    it.subjects[name]->name = name;
    vr_call_init(&it.subjects[name]->call, it.reactor, run_call);
}

static void change_group(struct subject *s)
{
    struct vr_call_group *group = &it.groups[fuzz_below(&it.in, GROUPS)];
    size_t members = 0;

    if (fuzz_below(&it.in, 3)) {
        fuzz_check(vr_call_group_add(group, &s->call) == s->armed);
        s->group = s->armed ? group : NULL;
        return;
    }
    for (int i = 0; i < CALLS; i++)
        if (it.subjects[i]->group == group) {
            disarm(it.subjects[i]);
            members++;
        }
    fuzz_check(vr_call_group_cancel(group) == members);
}

static void run_task(void *arg);
static void task_cancelled(void *arg);

static void schedule(struct subject *s)
{
    struct vr_task task = {.run = run_task, .cancelled = task_cancelled};
    vr_time span = any_span();

    if (s->awaited || s->armed || is_posted(s->name))
        return;
    task.arg = s;
    bool fails = fuzz_below(&it.in, 8) == 7;
    vr_test_fail_allocation(&it.test, fails, 1);
    int err = vr_schedule(it.reactor, span, &task, &s->id);
    vr_test_fail_allocation(&it.test, 0, 0);
    fuzz_check(err == (fails ? -ENOMEM : 0));
    if (fails)
        return;
    s->awaited = true;
    s->due = clamp((wide)time_now() + span);
    if (it.in_turn)
        expect(s, s->due);
    else
        push(ARRIVE, s->name);
}

static void cancel_task(struct subject *s)
{
    fuzz_check(vr_schedule_cancel(it.reactor, s->id) == s->awaited);
    if (s->awaited && s->armed && !it.in_turn)
        push(DISCARD, s->name);
    else if (s->awaited)
        disarm(s);
    s->awaited = false;
}

static void post_work(void)
{
    if (it.work_posted)
        return;
    it.work_posted = true;
    push(WORK, SUBJECTS);
    vr_reactor_post(it.reactor, &it.work);
}

static void act(void)
{
    unsigned kind = fuzz_below(&it.in, 16);
    int name = (int)fuzz_below(&it.in, kind < 3 ? TASKS : CALLS);
    struct subject *s = it.subjects[kind < 3 ? CALLS + name : name];

    if (fuzz_done(&it.in) || it.ops++ > MOST_OPS)
        return;
    if (kind < 2)
        schedule(s);
    else if (kind == 2)
        cancel_task(s);
    else if (kind < 7)
        arm(s);
    else if (kind < 10)
        move(s);
    else if (kind < 12)
        cancel(s);
    if (kind == 11)
        replace(name);
    else if (kind == 12)
        change_group(s);
    else if (kind == 13)
        vr_test_advance(&it.test, clamp(any_span() < 0 ? 0 : it.last_span));
    else if (kind == 14)
        post_work();
    else if (kind == 15 && fuzz_below(&it.in, 4) == 3) {
        it.stopping = true;
        vr_reactor_stop(it.reactor);
    }
}

static void act_some(unsigned most)
{
    for (unsigned n = fuzz_below(&it.in, most + 1); n > 0; n--)
        act();
}

/* ---- what the loop calls ---- */

static void ran(struct subject *s)
{
    if (!it.cut)
        cut_batch();
    fuzz_check(!it.stopping && s == first(true));
    fuzz_check(s->due <= vr_turn_time(it.reactor) && s->due <= time_now());
    s->armed = s->in_batch = false;
}

static void run_call(struct vr_call *call)
{
    struct subject *s = vr_container_of(call, struct subject, call);
    vr_time time = vr_turn_time(it.reactor);

    ran(s);
    if (s->period)
        expect(s, s->due + ((wide)time - s->due + s->period) / s->period *
                               s->period);
    else
        s->group = NULL;
    fuzz_check(vr_call_is_scheduled(call) == s->armed && vr_call_has_run(call));
    fuzz_check(vr_call_due(call) == s->due);
    act_some(3);
}

static void run_task(void *arg)
{
    struct subject *s = arg;

    fuzz_check(s->awaited);
    ran(s);
    s->awaited = false;
    act_some(3);
}

static void task_cancelled(void *arg)
{
    struct subject *s = arg;

    fuzz_check(it.closing && s->awaited);
    s->awaited = false;
}

static void run_work(struct vr_post *post)
{
    int i = it.first_item;

    (void)post;
    while (i < it.gathered && it.items[i].kind != WORK)
        i++;
    fuzz_check(i < it.gathered && !it.stopping);
    pop_items(i + 1);
    it.work_posted = false;
    act_some(3);
}

static void on_event(struct vr_watch *watch)
{
    (void)watch;
    fuzz_check(!it.cut && !it.stopping);
    act_some(2);
}

/* The loop waits for the first of them, and no longer. */
static void on_wait(struct vr_test_script *script)
{
    int armed = 0;
    wide span = it.most;

    if (!it.stopping)
        pop_items(it.gathered);
    const struct subject *next = first(false);
    for (int i = 0; i < SUBJECTS; i++)
        armed += it.subjects[i]->armed;
    if (next && next->due != VR_TIME_MAX) {
        span = (wide)next->due - vr_turn_time(it.reactor);
        span = span < 0 ? 0 : clamp(span);
        span = it.most >= 0 && it.most < span ? it.most : span;
    }
    if (it.stopping || it.first_item < it.item_end)
        fuzz_check(script->timeout == 0);
    else if (armed <= FEW)
        fuzz_check(script->timeout == span);
    else
        fuzz_check(span < 0 || (script->timeout <= span));
}

static void make_turn(void)
{
    bool stopped = it.stopping;

    it.most = (vr_time)fuzz_below(&it.in, 4) - 1;
    it.most = it.most == 2 ? VR_SEC * fuzz_byte(&it.in) : it.most;
    if (fuzz_below(&it.in, 3) == 2)
        fuzz_check(!vr_test_script_ready(&it.script, EVENT_FD, VR_READ));
    vr_time most = it.most;
    it.most = stopped ? 0 : most;
    it.gathered = it.item_end;
    it.stopping = it.cut = false;
    it.in_turn = true;
    int result = vr_reactor_turn(it.reactor, most);
    it.in_turn = false;
    fuzz_check(result == (stopped || it.stopping));
    if (!it.cut && !it.stopping)
        cut_batch();
    fuzz_check(it.stopping || !first(true));
    it.stopping = false;
    for (int i = 0; i < SUBJECTS; i++) {
        struct subject *s = it.subjects[i];
        s->in_batch = false;
        if (!is_task(s))
            fuzz_check(vr_call_is_scheduled(&s->call) == s->armed);
    }
}

static void begin(const uint8_t *data, size_t size)
{
    static const struct vr_watch_ops ops = {.readable = on_event};
    struct vr_reactor_options options = {.size = sizeof(options)};

    memset(&it, 0, sizeof(it));
    it.in = fuzz_input(data, size);
    unsigned start = fuzz_byte(&it.in);
    vr_test_env_init(
        &it.test, start ? clamp((vr_time)fuzz_u64(&it.in) >> (start % 64)) : 0);
    vr_test_script_init(&it.script, &it.test);
    it.per_turn = 1 + (int)fuzz_below(&it.in, 8);
    options.calls_per_turn = it.per_turn;
    fuzz_check(!vr_test_script_reactor(&it.script, &options, &it.reactor));
    fuzz_check(!vr_watch_open(&it.watch, it.reactor, EVENT_FD, VR_READ, &ops));
    it.script.on_wait = on_wait;
    it.work.run = run_work;
    for (int i = 0; i < SUBJECTS; i++)
        replace(i);
    for (int i = 0; i < GROUPS; i++)
        vr_call_group_init(&it.groups[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    begin(data, size);
    for (int i = 0; i < MOST_TURNS && !fuzz_done(&it.in); i++) {
        act_some(4);
        make_turn();
    }
    it.closing = true;
    fuzz_check(!vr_reactor_free(it.reactor));
    for (int i = 0; i < SUBJECTS; i++) {
        fuzz_check(!it.subjects[i]->awaited);
        fuzz_check(!vr_call_is_scheduled(&it.subjects[i]->call));
        free(it.subjects[i]);
    }
    fuzz_check(!vr_test_blocks(&it.test));
    return 0;
}
