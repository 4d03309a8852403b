/* SPDX-License-Identifier: MIT */
/**
 * @file test_linear.c
 * Whoever cuts bytes into crumbs costs us no more than their number: of N bytes
 * read at most 4 N are copied, in at most 2 log N allocations.
 */
#include <vreactor/io/stream.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/copied.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

static const size_t crumbs[] = {1, 16, 1460};

enum { CRUMBS = 3, MEBIBYTE = 1 << 20 };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static unsigned char *bytes; /* to be sent */
static size_t total;
static uint64_t copied;
static int64_t allocations;

/* ---- counting ---- */

static void begin_to_count(void)
{
    copied = vr_copied();
    allocations = vr_test_allocations(&test);
}

static int logarithm(size_t number)
{
    int log = 0;

    while (number >>= 1)
        log++;
    return log;
}

static void check_linear(void)
{
    check(vr_copied() - copied <= 4 * total);
    check(vr_test_allocations(&test) - allocations <= 2 * logarithm(total));
}

/* ---- a peer that sends ---- */

/* As many bytes as take a few thousand crumbs. */
static void set_up(size_t crumb)
{
    size_t most = test_light() ? 2000 : 20000;

    total = crumb * most < MEBIBYTE ? crumb * most : 4 * (size_t)MEBIBYTE;
    bytes = malloc(total + 1);
    check(bytes != NULL);
    memset(bytes, 'x', total);
    vr_test_sys_reset();
    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
}

static void tear_down(void)
{
    vr_test_sys_limit(0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
    free(bytes);
}

/* ---- a stream ---- */

struct reader {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_stream stream;
    struct vr_pending *reading;
    size_t got;
    bool is_closed;
};

static struct reader reader;

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    (void)why;
    vr_container_of(chain, struct reader, chain)->is_closed = true;
}

static struct vr_result on_read(void *arg, struct vr_result result)
{
    struct reader *self = arg;
    const struct vr_bytes *got = result.value.ptr;

    check(!result.failure);
    self->got = got->len;
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

/* @return the peer */
static int set_up_reader(size_t crumb)
{
    int ends[2];

    set_up(crumb);
    reader = (struct reader){0};
    vr_chain_init(&reader.chain, reactor, on_closed);
    check_int(vr_socket_init(&reader.socket, reactor, NULL), 0);
    vr_stream_init(&reader.stream, reactor);
    check_int(
        vr_chain(&reader.chain, &reader.socket.element, &reader.stream.element),
        0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&reader.socket, ends[0], NULL), 0);
    turn_some(reactor, 2);
    vr_test_sys_limit(crumb);
    return ends[1];
}

static void tear_down_reader(int peer)
{
    vr_pending_free(reader.reading);
    vr_chain_close(&reader.chain, NULL);
    turn_until(reactor, reader.is_closed);
    check_int(close(peer), 0);
    tear_down();
}

/* Send what is to be read, a piece at a time, as the kernel has room. */
static void read_all(int peer, struct vr_pending *pending, size_t len)
{
    enum { PIECE = 8192 };

    reader.reading = pending;
    check_int(vr_pending_both(pending, on_read, &reader), 0);
    for (size_t sent = 0; sent < total; sent += PIECE) {
        size_t piece = total - sent < PIECE ? total - sent : PIECE;
        raw_send(peer, bytes + sent, piece);
        turn_until(reactor, !raw_is_readable(vr_socket_fd(&reader.socket)));
    }
    turn_until(reactor, reader.got);
    check_int(reader.got, len);
}

TEST(linear, reading_a_long_line)
{
    for (int i = 0; i < CRUMBS; i++) {
        int peer = set_up_reader(crumbs[i]);
        begin_to_count();
        bytes[total - 1] = '\n';
        read_all(peer, vr_stream_read_line(&reader.stream, total), total - 1);
        check_linear();
        tear_down_reader(peer);
    }
}

TEST(linear, reading_exactly_so_many)
{
    for (int i = 0; i < CRUMBS; i++) {
        int peer = set_up_reader(crumbs[i]);
        begin_to_count();
        read_all(peer, vr_stream_read_exactly(&reader.stream, total), total);
        check_linear();
        tear_down_reader(peer);
    }
}
