/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_ready.c
 * Calls of a stream that end what they need by beginning.
 */
#include "tests/io/stream_fixture.h"

static void end_when_ready(struct vr_producer *out)
{
    vr_link_abort(out, &reset);
}

/* Who sends is told of the window, and breaks off instead. */
TEST(stream_ready, a_read_that_ends_as_it_begins_has_a_deferred)
{
    static const struct vr_producer_ops ending = {.ready = end_when_ready};

    set_up();
    sender.ops = &ending;
    reads(vr_stream_read_some(&stream, 10));
    check_heard("ECONNRESET:reset ");
    check_int(vr_stream_why(&stream)->kind, VR_END_RESET);
    tear_down();
}
