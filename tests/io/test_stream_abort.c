/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_abort.c
 * Streams that do not end in order, and what their peers hear of it.
 */
#include <unistd.h>

#include "tests/io/stream_pair.h"
#include "tests/support/raw.h"

/* @return the peer's end of the connection that the left stream has over TCP */
static int set_up_over_tcp(void)
{
    struct vr_address place;

    set_up_apart();
    int listening = raw_listen(AF_INET, &place), fd = raw_connect(&place);
    check_int(vr_socket_adopt(&left.socket, raw_accept(listening), NULL), 0);
    raw_close_listening(listening);
    return fd;
}

static void check_reset(int fd)
{
    char bytes[16];

    check_int(raw_read(fd, bytes, sizeof(bytes)), -ECONNRESET);
    check_int(close(fd), 0);
    tear_down();
}

/* promise links-45 */
TEST(stream_abort, that_is_aborted_resets_its_connection)
{
    int fd = set_up_over_tcp();

    check_call(vr_stream_text(&left.stream, "part of it"), "done");
    check_call(vr_stream_flush(&left.stream), "done");
    vr_stream_abort(&left.stream, &(struct vr_end){.kind = VR_END_LIMIT});
    vr_stream_abort(&left.stream, NULL);
    check_int(vr_stream_why(&left.stream)->kind, VR_END_LIMIT);
    check_reset(fd);
}

/* promise sockets-20 */
TEST(stream_abort, that_read_no_end_in_order_closes_in_none)
{
    static const struct vr_end truncated = {.kind = VR_END_TRUNCATED};
    int fd = set_up_over_tcp();

    (void)vr_link_offer(&left.socket.wire.inbound,
                        &(struct vr_offer){.end = &truncated});
    check_call(vr_stream_close(&left.stream), "VR_ETRUNCATED:truncated");
    turn_until(left.is_closed);
    check_reset(fd);
}
