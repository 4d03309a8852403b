/* SPDX-License-Identifier: MIT */
/**
 * @file calls_model.h
 * What calls.c knows of its calls and tasks: which are armed, which is first.
 */
#ifndef VR_FUZZ_CALLS_MODEL_H
#define VR_FUZZ_CALLS_MODEL_H

#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/script.h>

#include "fuzz/fuzz.h"

enum { CALLS = 10, TASKS = 6, SUBJECTS = CALLS + TASKS, GROUPS = 2 };
enum { EVENT_FD = 1, ITEMS = 512, FEW = 6, MOST_OPS = 300, MOST_TURNS = 200 };

/* A sum of times that does not fit. */
__extension__ typedef __int128 wide;

/* A call or a task, and what the model knows of it. */
struct subject {
    struct vr_call call;
    int name;
    bool armed, in_batch;
    bool awaited; /* a task that is to run or to hear that it will not */
    vr_time due, period;
    uint64_t seq, id;
    struct vr_call_group *group;
};

/* What was posted, in order. */
enum item_kind { ARRIVE, DISCARD, WORK };
struct item {
    enum item_kind kind;
    int name;
};

static struct {
    struct fuzz_input in;
    struct vr_test_env test;
    struct vr_test_script script;
    struct vr_reactor *reactor;
    struct vr_watch watch;
    struct vr_call_group groups[GROUPS];
    struct subject *subjects[SUBJECTS];
    struct vr_post work;
    bool work_posted;
    struct item items[ITEMS];
    int first_item, item_end, gathered; /* counted from the begin */
    uint64_t seq;
    int per_turn, ops;
    bool in_turn, cut, stopping, closing;
    vr_time most, last_span;
} it;

static vr_time time_now(void)
{
    return vr_test_now(&it.test);
}

static vr_time clamp(wide time)
{
    wide most = VR_TIME_MAX;

    return (vr_time)(time > most ? most : time < -most ? -most : time);
}

static bool is_task(const struct subject *s)
{
    return s->name >= CALLS;
}

static void expect(struct subject *s, wide due)
{
    s->armed = true;
    s->in_batch = false;
    s->due = clamp(due);
    s->seq = it.seq++;
}

static void disarm(struct subject *s)
{
    s->armed = false;
    s->in_batch = false;
    s->group = NULL;
}

/* The first of those in the batch, or of those that are not. */
static struct subject *first(bool in_batch)
{
    struct subject *found = NULL;

    for (int i = 0; i < SUBJECTS; i++) {
        struct subject *s = it.subjects[i];
        if (!s->armed || s->in_batch != in_batch)
            continue;
        if (!found || s->due < found->due ||
            (s->due == found->due && s->seq < found->seq))
            found = s;
    }
    return found;
}

static void cut_batch(void)
{
    struct subject *s;

    it.cut = true;
    for (int i = 0; i < it.per_turn; i++)
        if ((s = first(false)) && s->due <= vr_turn_time(it.reactor))
            s->in_batch = true;
}

static void push(enum item_kind kind, int name)
{
    fuzz_check(it.item_end < ITEMS);
    it.items[it.item_end++] = (struct item){kind, name};
}

static bool is_posted(int name)
{
    for (int i = it.first_item; i < it.item_end; i++)
        if (it.items[i].name == name)
            return true;
    return false;
}

/* The loop has come by the posts before @end. */
static void pop_items(int end)
{
    for (; it.first_item < end; it.first_item++) {
        struct item item = it.items[it.first_item];
        struct subject *s = it.subjects[item.name % SUBJECTS];
        if (item.kind == ARRIVE && s->awaited)
            expect(s, s->due);
        else if (item.kind == DISCARD)
            disarm(s);
    }
}

#endif
