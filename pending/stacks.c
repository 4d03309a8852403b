/* SPDX-License-Identifier: MIT */
/**
 * @file stacks.c
 * A pool of stacks.
 */
#include <vreactor/pending/stacks.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/options.h>
#include <vreactor/base/pages.h>
#include <vreactor/pending/stacks_impl.h>
#include <vreactor/pending/switch_notes.h>

enum {
    DEFAULT_SIZE = 128 * 1024,
    LEAST_SIZE = 16 * 1024,
    GUARD_SIZE = 20 * 1024, /* more than a page: frames step far */
    DEFAULT_KEEP = 64,
    ALIGNMENT = 64, /* a line of the cache, and enough for any frame */
    COLOURS = 23,
    UNTOUCHED = 0xa5,
};

/** What stacks are alike in. */
struct shape {
    size_t guard; /**< whole pages, like size and page */
    size_t size;  /**< without guard */
    size_t page;
};

struct vr_stacks {
    const struct vr_env *env;
    struct shape shape;
    bool give_back;
    bool measure;
    bool freed;
    unsigned keep;
    unsigned live;
    unsigned cached;
    struct vr_list cache; /**< the last put first: its memory is warm */
    uint64_t made;
    size_t deepest;
};

static size_t round_up(size_t size, size_t page)
{
    return (size + page - 1) & ~(page - 1);
}

static int shape_for(const struct vr_env *env, size_t size,
                     struct shape *ret_shape)
{
    int page = vr_page_size(env);
    if (page < 0)
        return page;
    if (size > SIZE_MAX / 2)
        return -EINVAL;

    if (size < LEAST_SIZE)
        size = size ? LEAST_SIZE : DEFAULT_SIZE;
    ret_shape->page = (size_t)page;
    ret_shape->guard = round_up(GUARD_SIZE, ret_shape->page);
    ret_shape->size = round_up(size, ret_shape->page);
    return 0;
}

/* ---- one stack ---- */

/* A stack is used at its upper end.  Were those of all at the same place of a
 * page, they would share a few sets of the processor's cache, and each would
 * throw the others out.  For the same reason stack and guard are together an
 * odd number of pages; so is this number, not to go in step with them. */
static size_t colour(const void *pages, size_t size)
{
    return (uintptr_t)pages / size % COLOURS * ALIGNMENT;
}

static int map(const struct vr_env *env, const struct shape *shape,
               struct vr_stack **ret_stack)
{
    size_t size = shape->guard + shape->size;
    void *pages;
    int err = vr_pages_map(env, shape->guard, size, &pages);
    if (err < 0)
        return err;

    char *high = (char *)pages + size - colour(pages, size) -
                 round_up(sizeof(struct vr_stack), ALIGNMENT);
    struct vr_stack *stack = (struct vr_stack *)(void *)high;
    stack->env = env;
    stack->pages = pages;
    stack->size = size;
    stack->low = (char *)pages + shape->guard;
    stack->note = vr_note_stack(stack->low, (char *)pages + size);
    *ret_stack = stack;
    return 0;
}

static void unmap(struct vr_stack *stack)
{
    vr_note_no_stack(stack->note);
    vr_pages_unmap(stack->env, stack->pages, stack->size);
}

static size_t length(const struct vr_stack *stack)
{
    return (size_t)((const char *)stack - (const char *)stack->low);
}

/* How many bytes at the lower end were never touched, in words. */
static size_t untouched(const struct vr_stack *stack)
{
    const uint64_t *low = stack->low;
    size_t count = 0, words = length(stack) / sizeof(*low);
    uint64_t word;

    memset(&word, UNTOUCHED, sizeof(word));
    while (count < words && low[count] == word)
        count++;
    return count * sizeof(*low);
}

/* Give the memory of @stack back, but for the page it stands in itself. */
static void give_back(struct vr_stack *stack, size_t page)
{
    size_t rest = length(stack) & ~(page - 1);

    vr_pages_forget(stack->env, stack->low, rest);
}

/* ---- the pool ---- */

int vr_stacks_new(const struct vr_env *env,
                  const struct vr_stacks_options *options,
                  struct vr_stacks **ret_stacks)
{
    struct vr_stacks_options mine = {0};
    struct shape shape;

    env = vr_env_or_current(env);
    int err = vr_options_read(&mine, vr_stacks_options, options);
    if (!err)
        err = shape_for(env, mine.stack_size, &shape);
    if (err < 0)
        return err;

    struct vr_stacks *stacks = vr_alloc(env, sizeof(*stacks));
    if (!stacks)
        return -ENOMEM;

    stacks->env = vr_env_keep(env);
    stacks->shape = shape;
    stacks->keep = mine.keep ? mine.keep : DEFAULT_KEEP;
    stacks->give_back = mine.give_back;
    stacks->measure = mine.measure;
    vr_list_init(&stacks->cache);
    *ret_stacks = stacks;
    return 0;
}

static struct vr_stack *cached(struct vr_stacks *stacks)
{
    struct vr_list *link = vr_list_pop(&stacks->cache);
    if (!link)
        return NULL;

    stacks->cached--;
    return vr_container_of(link, struct vr_stack, link);
}

static void dealloc(struct vr_stacks *stacks)
{
    const struct vr_env *env = stacks->env;

    vr_dealloc(env, stacks);
    vr_env_drop(env);
}

void vr_stacks_free(struct vr_stacks *stacks)
{
    struct vr_stack *stack;

    if (!stacks)
        return;

    while ((stack = cached(stacks)))
        unmap(stack);
    stacks->freed = true;
    if (!stacks->live)
        dealloc(stacks);
}

void vr_stacks_stats(const struct vr_stacks *stacks,
                     struct vr_stacks_stats *ret_stats)
{
    *ret_stats = (struct vr_stacks_stats){
        .stack_size = stacks->shape.size,
        .live = stacks->live,
        .cached = stacks->cached,
        .made = stacks->made,
        .deepest = stacks->deepest,
    };
}

/* ---- getting and putting ---- */

static int get_own(const struct vr_env *env, struct vr_stack **ret_stack)
{
    struct shape shape;
    int err = shape_for(env, 0, &shape);

    return err < 0 ? err : map(env, &shape, ret_stack);
}

static int get_new(struct vr_stacks *stacks, struct vr_stack **ret_stack)
{
    struct vr_stack *stack;
    int err = map(stacks->env, &stacks->shape, &stack);
    if (err < 0)
        return err;

    stack->stacks = stacks;
    if (stacks->measure)
        memset(stack->low, UNTOUCHED, length(stack));
    stacks->made++;
    *ret_stack = stack;
    return 0;
}

int vr_stack_get(const struct vr_env *env, struct vr_stacks *stacks,
                 struct vr_stack **ret_stack)
{
    if (!stacks)
        return get_own(env, ret_stack);

    struct vr_stack *stack = cached(stacks);
    int err = stack ? 0 : get_new(stacks, &stack);
    if (err < 0)
        return err;

    stacks->live++;
    *ret_stack = stack;
    return 0;
}

/* See how deep it went, and wipe out the traces. */
static void measure(struct vr_stacks *stacks, struct vr_stack *stack)
{
    size_t left = untouched(stack), used = stacks->shape.size - left;

    if (used > stacks->deepest)
        stacks->deepest = used;
    memset((char *)stack->low + left, UNTOUCHED, length(stack) - left);
}

static void cache(struct vr_stacks *stacks, struct vr_stack *stack)
{
    if (stacks->give_back && !stacks->measure)
        give_back(stack, stacks->shape.page);
    vr_list_insert(stacks->cache.next, &stack->link);
    stacks->cached++;
}

void vr_stack_put(struct vr_stack *stack)
{
    struct vr_stacks *stacks = stack->stacks;

    vr_note_memory(stack->low, stack);
    if (!stacks) {
        unmap(stack);
        return;
    }

    if (stacks->measure)
        measure(stacks, stack);
    stacks->live--;
    if (!stacks->freed && stacks->cached < stacks->keep) {
        cache(stacks, stack);
        return;
    }

    unmap(stack);
    if (stacks->freed && !stacks->live)
        dealloc(stacks);
}
