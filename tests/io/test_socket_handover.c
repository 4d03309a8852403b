/* SPDX-License-Identifier: MIT */
/**
 * @file test_socket_handover.c
 * Tests of io/wire/socket.h whose readers make room for each other while they
 * read.
 */
#include <vreactor/io/wire/socket.h>

#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/container_of.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { TOTAL = 60 };

/* Takes its share, and lets the other one go on. */
struct reader {
    struct vr_consumer in;
    struct reader *other;
    size_t taken; /* of its share */
};

static struct vr_reactor *reactor;
static struct session session;
static struct reader readers[2];
static size_t share;
static unsigned char sent[TOTAL], got[TOTAL];
static size_t got_len;
static int ends_heard;

static struct reader *reader_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct reader, in);
}

static void grant_all(struct vr_consumer *in)
{
    vr_link_grant(in, VR_UNLIMITED);
}

static void hand_over(struct reader *reader)
{
    vr_link_detach(&session.socket.wire.inbound);
    reader->other->taken = 0;
    check_int(vr_link_attach(&session.socket.wire.inbound, &reader->other->in),
              0);
}

static size_t take_share(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct reader *reader = reader_of(in);
    size_t len = share - reader->taken;

    if (len > offer->len)
        len = offer->len;
    check(got_len + len <= TOTAL);
    memcpy(got + got_len, offer->data, len);
    got_len += len;
    reader->taken += len;
    if (reader->taken == share)
        hand_over(reader);
    return len;
}

static void count_end(struct vr_consumer *in, const struct vr_end *why)
{
    (void)in;
    check_int(why->kind, VR_END_EOF);
    ends_heard++;
}

static const struct vr_consumer_ops reading = {
    .attached = grant_all,
    .consume = take_share,
    .ended = count_end,
};

static void set_up(int *ret_fd)
{
    int ends[2];

    got_len = 0;
    ends_heard = 0;
    session_init(&session, reactor, NULL);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&session.socket, ends[0], NULL), 0);
    turn_until(reactor, session.peer[0]);
    vr_link_detach(&session.socket.wire.inbound);
    for (int i = 0; i < 2; i++) {
        readers[i] = (struct reader){.other = &readers[!i]};
        vr_consumer_init(&readers[i].in, &reading);
    }
    check_int(vr_link_attach(&session.socket.wire.inbound, &readers[0].in), 0);
    *ret_fd = ends[1];
}

/* In two parts, the second with the end right behind it. */
static void check_handed_over(size_t first_part)
{
    int fd;

    set_up(&fd);
    raw_send(fd, sent, first_part);
    turn_until(reactor, got_len == first_part);
    raw_send(fd, sent + first_part, TOTAL - first_part);
    check_int(close(fd), 0);
    turn_until(reactor, ends_heard);
    turn_some(reactor, 3);

    check_int(got_len, TOTAL);
    check_mem(got, sent, TOTAL);
    check_int(ends_heard, 1);
    vr_link_detach(&session.socket.wire.inbound);
    session_close(&session);
}

TEST(socket_handover, loses_no_byte_wherever_it_happens)
{
    reactor = session_reactor(NULL);
    session_fill(sent, TOTAL, 0);
    for (share = 1; share <= TOTAL; share++) {
        check_handed_over(0);
        check_handed_over(7);
        check_handed_over(share);
    }
    check_int(vr_reactor_free(reactor), 0);
}
