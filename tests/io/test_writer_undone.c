/* SPDX-License-Identifier: MIT */
/**
 * @file test_writer_undone.c
 * Writers that are undone inside a hook, their own or another's.
 */
#include "writers.h"

#include <errno.h>

static void detach_it(struct vr_writer *self)
{
    drained++;
    vr_writer_fini(self);
}

static void check_over_in_drained(void (*in_drained)(struct vr_writer *))
{
    const struct vr_writer_ops ops = {.drained = in_drained,
                                      .emptied = on_emptied};

    set_up(0);
    writer.ops = &ops;
    vr_writer_set_limit(&writer, 2);
    write_text("abc");
    check_int(vr_writer_text(&writer, "x"), -EAGAIN);
    vr_link_grant(&in, VR_UNLIMITED);
    turn_some(reactor, 4);
    check_str(text, "abc");
    check_int(drained, 1);
    check_int(emptied, 0);
}

TEST(writer_undone, that_is_undone_by_one_hook_runs_no_other)
{
    check_over_in_drained(detach_it);
    tear_down();
}

/* As an owner who frees it: nothing of it may be looked at. */
static void overwrite_it(struct vr_writer *self)
{
    detach_it(self);
    memset(self, 0, sizeof(*self));
}

TEST(writer_undone, that_is_freed_by_a_hook_is_not_touched)
{
    check_over_in_drained(overwrite_it);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&memory), 0);
}

/* ---- as a chain that closes does ---- */

static size_t close_in_consume(struct vr_consumer *self,
                               const struct vr_offer *offer)
{
    vr_producer_fini(&writer.out);
    return on_consume(self, offer);
}

TEST(writer_undone, inside_an_offer_it_tells_nothing)
{
    static const struct vr_consumer_ops closing = {.attached = on_attached,
                                                   .consume = close_in_consume};

    set_up_detached();
    vr_consumer_init(&in, &closing);
    attach(VR_UNLIMITED);
    write_text("abc");
    turn_some(reactor, 3);
    check_str(text, "abc");
    check_int(drained + emptied + stopped, 0);
    tear_down();
}

static void close_in_stopped(struct vr_writer *self, const struct vr_end *why)
{
    on_stopped(self, why);
    vr_producer_fini(&self->out);
}

static size_t stop_in_consume(struct vr_consumer *self,
                              const struct vr_offer *offer)
{
    size_t took = on_consume(self, offer);

    vr_link_stop(self, &(struct vr_end){.kind = VR_END_RESET});
    return took;
}

TEST(writer_undone, when_it_is_stopped_it_tells_nothing_else)
{
    static const struct vr_consumer_ops stopping = {.attached = on_attached,
                                                    .consume = stop_in_consume};
    static const struct vr_writer_ops ops = {.drained = on_drained,
                                             .emptied = on_emptied,
                                             .stopped = close_in_stopped};

    set_up_detached();
    writer.ops = &ops;
    vr_consumer_init(&in, &stopping);
    attach(VR_UNLIMITED);
    vr_writer_set_limit(&writer, 2);
    write_text("abc");
    check_int(vr_writer_text(&writer, "x"), -EAGAIN);
    turn_some(reactor, 3);
    check_int(stopped, 1);
    check_int(drained + emptied, 0);
    tear_down();
}
