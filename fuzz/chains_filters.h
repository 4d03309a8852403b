/* SPDX-License-Identifier: MIT */
/**
 * @file chains_filters.h
 * The filters of chains.c, which act and pass on.
 */
#ifndef VR_FUZZ_CHAINS_FILTERS_H
#define VR_FUZZ_CHAINS_FILTERS_H

#include "fuzz/chains_parts.h"

enum { GROUP = 3 };

static struct filter *filter_of_in(struct vr_consumer *in)
{
    struct vr_stage *stage = vr_container_of(in, struct vr_stage, in);

    for (int i = 0; i < FILTERS; i++)
        if (&it.filters[i]->base.inbound == stage ||
            &it.filters[i]->base.outbound == stage)
            return it.filters[i];
    fuzz_check(false);
    return NULL;
}

static struct filter *filter_of_out(struct vr_producer *out)
{
    return filter_of_in(&vr_container_of(out, struct vr_stage, out)->in);
}

/* Act, do what a filter does, and act. */
#define THROUGH(whose, is_up, pass)                                            \
    do {                                                                       \
        struct filter *self = whose;                                           \
        enter(&self->base.element);                                            \
        self->inside++;                                                        \
        act_some(is_up);                                                       \
        if (!is_gone())                                                        \
            pass;                                                              \
        act_some(is_up);                                                       \
        self->inside--;                                                        \
        leave();                                                               \
    } while (0)

static void filter_attached(struct vr_consumer *in)
{
    THROUGH(filter_of_in(in), true, vr_pass_attached(in));
}

static size_t filter_consume(struct vr_consumer *in,
                             const struct vr_offer *offer)
{
    size_t took = 0;

    THROUGH(filter_of_in(in), false, took = vr_pass_consume(in, offer));
    return took;
}

static void filter_ended(struct vr_consumer *in, const struct vr_end *why)
{
    THROUGH(filter_of_in(in), false, vr_pass_ended(in, why));
}

static void filter_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    THROUGH(filter_of_in(in), false, vr_pass_aborted(in, why));
}

static void filter_ready(struct vr_producer *out)
{
    THROUGH(filter_of_out(out), true, vr_pass_ready(out));
}

static void filter_stopped(struct vr_producer *out, const struct vr_end *why)
{
    THROUGH(filter_of_out(out), true, vr_pass_stopped(out, why));
}

/* It can do nothing with less than a group of bytes. */
static size_t pass_groups(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_offer groups = *offer;

    if (offer->flags & VR_WHOLE || offer->end)
        return vr_pass_consume(in, offer);
    groups.len -= groups.len % GROUP;
    return groups.len ? vr_pass_consume(in, &groups) : 0;
}

static size_t filter_consume_groups(struct vr_consumer *in,
                                    const struct vr_offer *offer)
{
    size_t took = 0;

    THROUGH(filter_of_in(in), false, took = pass_groups(in, offer));
    return took;
}

static void check_apart(const struct vr_filter *filter)
{
    fuzz_check(!filter->inbound.in.from && !filter->inbound.out.to);
    fuzz_check(!filter->outbound.in.from && !filter->outbound.out.to);
}

/* It is in, or has not left; or is out. */
static void filter_moved(struct vr_filter *filter, bool is_in)
{
    struct filter *self = vr_container_of(filter, struct filter, base);

    fuzz_check(it.in_turn && !it.depth && !self->removed);
    fuzz_check(!is_in || !is_gone());
    fuzz_check(is_in == (filter->element.chain != NULL));
    self->removed = !is_in;
    if (!is_in)
        check_apart(filter);
}

static void filter_left(struct vr_filter *filter, int err)
{
    vr_container_of(filter, struct filter, base)->leaves = false;
    filter_moved(filter, err);
}

static void filter_entered(struct vr_filter *filter, int err)
{
    vr_container_of(filter, struct filter, base)->comes = false;
    filter_moved(filter, !err);
}

static void filter_close(struct vr_element *element)
{
    struct filter *self = vr_container_of(element, struct filter, base.element);

    note_close();
    fuzz_check(!self->closes++);
}

static void filter_fini(struct vr_element *element)
{
    struct filter *self = vr_container_of(element, struct filter, base.element);

    fuzz_check(self->closes == 1 && !self->removed);
    self->removed = true;
}

/* Filter @p i acts in both directions, or in one, perhaps on groups of bytes.
 */
static const struct vr_filter_ops *ops_of_filter(int i)
{
    static const struct vr_filter_direction acting = {
        .in = {.knows = VR_AS_OFFERED,
               .attached = filter_attached,
               .consume = filter_consume,
               .ended = filter_ended,
               .aborted = filter_aborted},
        .out = {.ready = filter_ready, .stopped = filter_stopped},
        .need = VR_NEED_NONE};
    static struct vr_filter_ops both, one, groups;

    one = (struct vr_filter_ops){.element = {.name = "filter",
                                             .close = filter_close,
                                             .fini = filter_fini},
                                 .inbound = acting,
                                 .left = filter_left,
                                 .entered = filter_entered};
    both = groups = one;
    both.outbound = acting;
    groups.inbound.in.consume = filter_consume_groups;
    groups.inbound.need = GROUP;
    return i < 2 ? &both : i == 2 ? &one : &groups;
}

/* In place of one that is in no chain any more. */
static void new_filter(int i)
{
    struct filter *self = calloc(1, sizeof(*self));

    fuzz_check(self);
    free(it.filters[i]);
    it.filters[i] = self;
    fuzz_check(!vr_filter_init(&self->base, i % 2 ? it.reactor : NULL,
                               ops_of_filter(i)));
}

#endif
