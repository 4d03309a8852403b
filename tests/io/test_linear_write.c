/* SPDX-License-Identifier: MIT */
/**
 * @file test_linear_write.c
 * Writing in crumbs, to the kernel and to other consumers.
 */
#include "tests/io/linear.h"

static void write_crumbs(size_t crumb)
{
    for (size_t done = 0; done < total; done += crumb)
        check(vr_writer_append(&session.agent.writer, bytes + done,
                               total - done < crumb ? total - done : crumb) >=
              0);
}

/* How many come to a peer that reads until there are `total`. */
static void receive_all(int peer)
{
    static unsigned char piece[65536];
    size_t got = 0;

    while (got < total) {
        turn_some(reactor, 1);
        while (got < total && raw_is_readable(peer)) {
            ssize_t len = recv(peer, piece, sizeof(piece), 0);
            check(len > 0);
            got += (size_t)len;
        }
    }
    check_int(got, total);
}

TEST(linear, writing_to_a_kernel_that_is_full)
{
    struct vr_socket_options options = {.size = sizeof(options),
                                        .write_window = 8 * MEBIBYTE};

    for (int i = 0; i < CRUMBS; i++) {
        int peer = set_up_agent(crumbs[i], &options);
        vr_test_sys_limit(0);
        begin_to_count();
        write_crumbs(crumbs[i]);
        turn_some(reactor, 3);
        receive_all(peer);
        check_linear();
        tear_down_agent(peer);
    }
}

/* The end is not asked for before all is there, and what comes a crumb a turn
 * stands together. */
TEST(linear, writing_to_one_who_needs_more)
{
    for (int i = 0; i < CRUMBS; i++) {
        struct vr_writer writer;
        struct vr_consumer in;
        set_up(crumbs[i]);
        vr_writer_init(&writer, reactor, NULL);
        vr_consumer_init(&in, &counting);
        check_int(vr_link_attach(&writer.out, &in), 0);
        vr_link_need(&in, total);
        begin_to_count();
        for (size_t done = 0, len; done < total; done += len) {
            len = total - done < crumbs[i] ? total - done : crumbs[i];
            check(vr_writer_append(&writer, bytes + done, len) >= 0);
            turn_some(reactor, 1);
        }
        turn_some(reactor, 2);
        check(!vr_writer_is_queued(&writer));
        check_linear();
        vr_writer_fini(&writer);
        tear_down();
    }
}

/* ... and what was there before it looked. */
TEST(linear, offering_what_is_queued_to_one_who_needs_more)
{
    for (int i = 0; i < CRUMBS; i++) {
        struct vr_writer writer;
        struct vr_consumer in;
        set_up(crumbs[i]);
        vr_writer_init(&writer, reactor, NULL);
        vr_consumer_init(&in, &counting);
        check_int(vr_link_attach(&writer.out, &in), 0);
        vr_link_pause(&in);
        begin_to_count();
        for (size_t done = 0, len; done < total; done += len) {
            len = total - done < crumbs[i] ? total - done : crumbs[i];
            check(vr_writer_append(&writer, bytes + done, len) >= 0);
        }
        vr_link_need(&in, total);
        vr_link_resume(&in);
        turn_some(reactor, 2);
        check(!vr_writer_is_queued(&writer));
        check_linear();
        vr_writer_fini(&writer);
        tear_down();
    }
}
