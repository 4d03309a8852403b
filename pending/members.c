/* SPDX-License-Identifier: MIT */
/**
 * @file members.c
 * Members of a combination.
 */
#include <vreactor/pending/members.h>

#include <stdint.h>

#include <vreactor/base/env.h>

static void free_results(void *ptr)
{
    struct vr_results *results = ptr;

    for (size_t i = 0; i < results->count; i++)
        vr_result_free(results->items[i]);
    vr_allocator_free(results->memory, results);
}

/* Room for @count items behind a head. @return 0 if there is no such size */
static size_t size_of(size_t head, size_t item, size_t count)
{
    return count <= (SIZE_MAX - head) / item ? head + item * count : 0;
}

static struct vr_results *new_results(struct vr_allocator memory, size_t count)
{
    struct vr_results *results = vr_allocator_alloc(
        memory, size_of(sizeof(*results), sizeof(results->items[0]), count));
    if (!results)
        return NULL;

    results->memory = memory;
    results->count = count;
    results->items = (struct vr_result *)(results + 1);
    for (size_t i = 0; i < count; i++)
        results->items[i] = vr_fail(vr_failure_cancelled());
    return results;
}

/* Results of members that fire while they are freed are freed too. */
static void free_members(struct vr_combination *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct vr_pending *pending = self->members[i].pending;
        self->members[i].pending = NULL;
        vr_pending_free(pending);
    }
    if (self->results)
        free_results(self->results);
}

static void dealloc(struct vr_combination *self)
{
    free_members(self);
    vr_allocator_free(self->memory, self);
}

static void cancel(void *arg, struct vr_pending *pending)
{
    struct vr_combination *self = arg;

    (void)pending;
    self->pending = NULL;
    if (!self->busy)
        dealloc(self);
}

struct vr_combination *vr_combination_new(const struct vr_env *env,
                                          size_t count, vr_is_done_fn *is_done)
{
    struct vr_allocator memory = vr_allocator_of(env);
    struct vr_combination *self = vr_allocator_alloc(
        memory, size_of(sizeof(*self), sizeof(self->members[0]), count));
    if (!self)
        return NULL;

    self->memory = memory;
    self->count = count;
    self->is_done = is_done;
    self->results = new_results(memory, count);
    if (self->results)
        self->pending = (vr_pending_new)(env, cancel, self);
    if (!self->pending) {
        dealloc(self);
        return NULL;
    }
    return self;
}

static void note(struct vr_combination *self, size_t index, bool failed)
{
    if (!self->values && !self->failures)
        self->first = index;
    if (failed && !self->failures++)
        self->first_failure = index;
    if (!failed && !self->values++)
        self->first_value = index;
}

/* A canceller of a member may do away with the combination. */
static void finish(struct vr_combination *self, struct vr_result result)
{
    self->busy = true;
    self->over = true;
    free_members(self);

    struct vr_pending *pending = self->pending;
    vr_allocator_free(self->memory, self);
    if (pending)
        (void)vr_pending_settle(pending, result); /* it has not fired yet */
    else
        vr_result_free(result);
}

static void receive(struct vr_member *member, struct vr_result result)
{
    struct vr_combination *self = member->combination;
    size_t index = (size_t)(member - self->members);

    self->results->items[index] = result;
    note(self, index, result.failure);
    if (!self->busy)
        vr_combination_go_on(self);
}

static struct vr_result on_result(void *arg, struct vr_result result)
{
    struct vr_member *member = arg;

    if (member->combination->pending && !member->combination->over)
        receive(member, result);
    else
        vr_result_free(result);
    return vr_ok(vr_value_none());
}

static void add(struct vr_combination *self, size_t index,
                struct vr_pending *pending)
{
    struct vr_member *member = &self->members[index];

    *member = (struct vr_member){.combination = self, .pending = pending};
    if (pending && !vr_pending_both(pending, on_result, member))
        return;

    member->pending = NULL;
    vr_pending_free(pending);
    receive(member, vr_fail(NULL));
}

static bool may_begin(const struct vr_combination *self)
{
    size_t under_way = self->begun - self->values - self->failures;

    return self->begun < self->count && under_way < self->parallel;
}

static void begin_next(struct vr_combination *self)
{
    size_t index = self->begun++;

    add(self, index,
        self->begin ? self->begin(self->arg, index)
                    : self->members[index].pending);
}

/* Whatever a task does when it begins, this is the only loop that begins one,
 * so no task deepens the stack.  A task may free the combination. */
void vr_combination_go_on(struct vr_combination *self)
{
    struct vr_result outcome;

    self->busy = true;
    bool done = self->is_done(self, &outcome);
    while (!done && self->pending && may_begin(self)) {
        begin_next(self);
        done = self->pending && self->is_done(self, &outcome);
    }
    self->busy = false;
    if (!self->pending)
        dealloc(self);
    else if (done)
        finish(self, outcome);
}

struct vr_result vr_combination_take(struct vr_combination *self, size_t index)
{
    struct vr_result result = self->results->items[index];

    self->results->items[index] = vr_ok(vr_value_none());
    return result;
}

struct vr_result vr_combination_take_all(struct vr_combination *self)
{
    struct vr_results *results = self->results;

    self->results = NULL;
    return vr_ok(vr_value_of(results, free_results));
}
