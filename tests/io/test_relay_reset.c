/* SPDX-License-Identifier: MIT */
/**
 * @file test_relay_reset.c
 * A relay whose end is a reset: what was written before arrives before.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/relay_fixture.h"

enum { MUCH = 448 << 10, SOME = 64 << 10, SECONDS = 5 };

/* Send @p size bytes, which break off, to a peer that does not read yet. */
static void send_broken_by(const struct vr_filter_ops *ops, size_t size)
{
    static unsigned char bytes[MUCH];
    int buffer = 4 * SOME;
    size_t done = 0;

    set_up_with(ops);
    check_int(setsockopt(vr_socket_fd(&right.socket), SOL_SOCKET, SO_SNDBUF,
                         &buffer, sizeof(buffer)),
              0);
    session_fill(bytes, size, 0);
    while (done < size) {
        ssize_t len = send(left.fd, bytes + done, size - done,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
        done += len > 0 ? (size_t)len : 0;
        turn_some(reactor, 1);
    }
    check_int(close(left.fd), 0);
}

static void send_broken(size_t size)
{
    send_broken_by(&cutting, size);
}

/* Have all of it written, and some not arrive. */
static void begin_to_wait(void)
{
    send_broken(SOME);
    turn_until(reactor, right.socket.wire.write_over);
    turn_some(reactor, 1);
}

static bool is_waiting(void)
{
    return right.socket.wire.linger && !right.closed;
}

/* @return how many bytes the right side reads, of the pattern, until @p ret_end
 */
static size_t read_all(int *ret_end)
{
    unsigned char bytes[SMALL], expected[SMALL];
    size_t all = 0;
    ssize_t len;

    do {
        pass_time(VR_MSEC);
        len = recv(right.fd, bytes, SMALL, MSG_DONTWAIT);
        if (len > 0) {
            session_fill(expected, (size_t)len, all);
            check_mem(bytes, expected, (size_t)len);
            all += (size_t)len;
        }
    } while (len > 0 || (len < 0 && errno == EAGAIN));
    *ret_end = len < 0 ? -errno : 0;
    return all;
}

/* It hears @p end behind @p least bytes at least; @return how many. */
static size_t check_read(size_t least, int end)
{
    int its_end;

    size_t all = read_all(&its_end);
    check(all >= least);
    check_int(its_end, end);
    check_int(close(right.fd), 0);
    pass_time_until(right.closed);
    tear_down();
    return all;
}

/* promise sockets-29 */
TEST(relay_reset, of_much_arrives_before_the_reset)
{
    be_plain();
    options.linger_time = 3600 * VR_SEC; /* time passes fast here */
    send_broken(MUCH);
    check_int(check_read(MUCH, -ECONNRESET), MUCH);
}

/* promise sockets-29 */
TEST(relay_reset, gives_up_a_peer_that_takes_nothing)
{
    be_plain();
    begin_to_wait();
    vr_time begin = vr_test_now(&test);
    pass_time(VR_SEC);
    check(is_waiting());
    pass_time_until(right.closed);
    check(vr_test_now(&test) - begin >= SECONDS * VR_SEC);
    check(check_read(1, -ECONNRESET) < SOME);
}

/* Ever more rarely, as nothing tells when all has arrived. */
TEST(relay_reset, looks_now_and_then_whether_a_peer_takes_all)
{
    be_plain();
    begin_to_wait();
    int64_t before = vr_test_sys_count(VR_TEST_SYS_UNSENT);
    for (int ms = 0; ms < 1000 && is_waiting(); ms++)
        pass_time(VR_MSEC);
    check(is_waiting());
    int64_t looks = vr_test_sys_count(VR_TEST_SYS_UNSENT) - before;
    check(looks >= 5 && looks <= 20);
    check(check_read(1, -ECONNRESET) <= SOME);
}

TEST(relay_reset, does_not_wait_for_a_peer_that_has_gone)
{
    be_plain();
    options.linger_time = 3600 * VR_SEC;
    begin_to_wait();
    check(is_waiting());
    raw_reset(right.fd);
    for (int ms = 0; ms < 200; ms++)
        pass_time(VR_MSEC);
    check(right.closed);
    tear_down();
}

/* promise sockets-29 */
TEST(relay_reset, does_not_wait_longer_than_the_program_wants)
{
    be_plain();
    begin_to_wait();
    check(is_waiting());
    vr_chain_close(&right.chain, NULL);
    turn_some(reactor, 1);
    check(right.closed);
    check_read(1, -ECONNRESET);
}

TEST(relay_reset, does_not_wait_where_it_was_told_so)
{
    be_plain();
    options.linger_time = -1;
    begin_to_wait();
    check(right.closed);
    check_int(vr_test_sys_count(VR_TEST_SYS_UNSENT), 0);
    check_read(1, -ECONNRESET);
}

TEST(relay_reset, does_not_wait_where_the_system_does_not_tell)
{
    be_plain();
    send_broken(SOME);
    vr_test_sys_fail(VR_TEST_SYS_UNSENT, 1, 1, 0);
    turn_until(reactor, right.closed);
    check_read(1, -ECONNRESET);
}

static void truncate_without_memory(struct vr_consumer *in,
                                    const struct vr_end *why)
{
    vr_test_fail_allocation(&test, 1, 1000);
    truncate_it(in, why);
}

TEST(relay_reset, does_not_wait_without_memory)
{
    static const struct vr_filter_ops failing = {
        .inbound = {.in = {.ended = truncate_without_memory}}};

    be_plain();
    send_broken_by(&failing, SOME);
    turn_until(reactor, right.closed);
    vr_test_fail_allocation(&test, 0, 0);
    check_read(1, -ECONNRESET);
}

/* Nothing overtakes what a unix socket has sent. */
TEST(relay_reset, does_not_wait_for_a_unix_socket)
{
    be_plain();
    family = AF_UNIX;
    begin_to_wait();
    check(right.closed);
    check_read(SOME, 0);
}
