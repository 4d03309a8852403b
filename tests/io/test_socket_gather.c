/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_gather.c
 * Small pieces with more behind them, which a socket writes with one call.
 */
#include <vreactor/io/shared.h>

#include <errno.h>
#include <sys/uio.h>

#include <vreactor/base/end.h>
#include <vreactor/reactor/spare.h>

#include "tests/io/message_cost.h"

enum { BODY = 50000 };

static char got[BODY + 100];
static size_t len;

static void receive(size_t count)
{
    ssize_t more;

    turn_until(reactor, ((more = recv(peer, got + len, sizeof(got) - len,
                                      MSG_DONTWAIT)) > 0 &&
                         (len += (size_t)more) >= count));
    check_int(len, count);
}

static void set_up_writing(void)
{
    len = 0;
    set_up(ECHO, false);
}

/* promise sockets-26 */
TEST(socket_gather, a_header_goes_with_the_body_behind_it)
{
    static const char body[BODY];

    set_up_writing();
    check_int(vr_writer_text(&it.agent.writer, "header"), 0);
    check_int(vr_writer_give(&it.agent.writer, body, BODY, NULL, NULL), 0);
    receive(6 + BODY);
    check_int(memcmp(got, "header", 6), 0);
    check_int(memcmp(got + 6, body, BODY), 0);
    check_int(cost_now().writes, 1);
    check_int(cost_now().copied, 6 + 6);
    check_int(cost_now().allocations, 0);
    tear_down();
}

/* promise sockets-26 */
TEST(socket_gather, shared_lines_go_together)
{
    enum { LINES = 10 };

    set_up_writing();
    struct vr_shared *line = vr_shared_new(&test.env, "line.", LEN);
    for (int i = 0; i < LINES; i++)
        check_int(vr_writer_share(&it.agent.writer, line), 0);
    vr_shared_unref(line);
    receive(LINES * LEN);
    for (int i = 0; i < LINES; i++)
        check_int(memcmp(got + (ptrdiff_t)i * LEN, "line.", LEN), 0);
    check_int(cost_now().writes, 1);
    check_int(cost_now().allocations, 1);
    tear_down();
}

/* What the kernel leaves of both, and what comes behind, stays in order. */
TEST(socket_gather, pieces_that_the_kernel_cuts_stay_in_order)
{
    static char digits[5000];

    for (size_t i = 0; i < sizeof(digits); i++)
        digits[i] = (char)('0' + i % 10);
    for (size_t cut = 1; cut < 5010; cut += 501) {
        set_up_writing();
        vr_test_sys_limit(cut);
        check_int(vr_writer_text(&it.agent.writer, "0123456789"), 0);
        check_int(vr_writer_give(&it.agent.writer, digits, sizeof(digits), NULL,
                                 NULL),
                  0);
        check_int(vr_writer_text(&it.agent.writer, "0123456789"), 0);
        receive(20 + sizeof(digits));
        for (size_t i = 0; i < len; i++)
            check_int(got[i], '0' + i % 10);
        tear_down();
    }
}

/* ---- a producer that says more than is true ---- */

static struct vr_producer out;

static void join_by_hand(void)
{
    static const struct vr_producer_ops ops;

    set_up_writing();
    vr_link_detach(&it.agent.writer.out);
    vr_producer_init(&out, reactor, &ops);
    check_int(vr_link_attach(&out, &it.socket.wire.outbound), 0);
}

static void offer(const char *text, unsigned flags)
{
    const struct vr_offer bytes = {.data = (const unsigned char *)text,
                                   .len = strlen(text),
                                   .flags = flags};

    check_int(vr_link_offer(&out, &bytes), strlen(text));
}

static void detach_by_hand(void)
{
    vr_producer_fini(&out);
    tear_down();
}

/* promise sockets-26 */
TEST(socket_gather, a_piece_goes_though_nothing_follows)
{
    join_by_hand();
    offer("alone", VR_MORE);
    check_int(cost_now().writes, 0);
    receive(5);
    offer(", and", VR_MORE);
    offer(" more", 0);
    receive(15);
    check_int(memcmp(got, "alone, and more", 15), 0);
    check_int(cost_now().writes, 2);
    detach_by_hand();
}

TEST(socket_gather, an_end_comes_behind_a_piece)
{
    static const struct vr_end orderly = {.kind = VR_END_EOF};
    char byte;

    join_by_hand();
    offer("last", VR_MORE);
    (void)vr_link_offer(&out, &(struct vr_offer){.end = &orderly});
    receive(4);
    turn_until(reactor, recv(peer, &byte, 1, MSG_DONTWAIT) == 0);
    detach_by_hand();
}

/* Not more than a small part of the window. */
TEST(socket_gather, many_pieces_go_on_the_way)
{
    join_by_hand();
    for (int i = 0; i < 10000; i++)
        offer("12345", i < 9999 ? VR_MORE : 0);
    receive(BODY);
    check_int(cost_now().writes, 2);
    detach_by_hand();
}

TEST(socket_gather, a_piece_goes_without_memory_to_gather_it)
{
    join_by_hand();
    vr_test_fail_allocation(&test, 1, 1000);
    offer("alone", VR_MORE);
    receive(5);
    vr_test_fail_allocation(&test, 0, 0);
    detach_by_hand();
}

TEST(socket_gather, pieces_that_the_kernel_refuses_are_kept_by_the_socket)
{
    join_by_hand();
    offer("alone", VR_MORE);
    check_int(vr_reactor_spare(reactor)->pieces, 1);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 1, 1000, EAGAIN);
    turn_some(reactor, 3);
    check_int(vr_reactor_spare(reactor)->pieces, 0);
    vr_test_sys_fail(VR_TEST_SYS_SENDMSG, 0, 0, 0);
    receive(5);
    detach_by_hand();
}
