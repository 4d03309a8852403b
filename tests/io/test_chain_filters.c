/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_filters.c
 * Tests of io/chain.h: filters that come and go while bytes pass.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/io/counting_filter.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session, other;
static struct filter first;

static void set_up(void)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
    init_filter(&first, reactor);
}

static void join(void)
{
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
}

static void tear_down(void)
{
    session_close(&session);
    session_close(&other);
    check_int(vr_reactor_free(reactor), 0);
}

static void say_and_wait(const char *text, size_t received)
{
    session_say(&other, text);
    turn_until(reactor, session.received == received);
}

TEST(chain_filters, lets_a_filter_come_and_go_between_bytes)
{
    set_up();
    join();
    say_and_wait("one ", 4);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    say_and_wait("two ", 8);
    check_int(first.seen, 4);
    session_say(&session, "down");
    turn_until(reactor, other.received == 4);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_apart(&first);
    check_int(vr_chain_remove(&first.filter.element), -ENOTCONN);
    say_and_wait("three", 13);

    check_int(first.seen, 4);
    check_str(session.text, "one two three");
    check_str(session.story, "connected data "); /* greeted once */
    check_int(first.closes, 0);
    tear_down();
}

/* promise links-9 */
TEST(chain_filters, leads_bytes_that_wait_through_a_filter_put_in_their_way)
{
    set_up();
    session_narrow(&session, 3);
    join();
    session_say(&other, "abcdef");
    turn_until(reactor, session.received == 3);
    session.window = VR_UNLIMITED;
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    turn_until(reactor, session.received == 6);
    check_int(first.seen, 3);
    check_str(session.text, "abcdef");
    tear_down();
}

static void insert_once(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA && !first.filter.element.chain)
        check_int(vr_chain_insert(&one->socket.element, &first.filter.element),
                  0);
}

TEST(chain_filters, takes_a_filter_in_from_inside_consume)
{
    set_up();
    session.hear = insert_once;
    join();
    say_and_wait("one ", 4);
    say_and_wait("two", 7);
    check_int(first.seen, 3);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
    check_str(session.text, "one two");
    tear_down();
}

TEST(chain_filters, lets_a_filter_go_when_both_directions_are_over)
{
    set_up();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    join();
    vr_link_stop(&session.agent.inbound,
                 &(struct vr_end){.kind = VR_END_LOCAL});
    turn_until(reactor, session.socket.wire.state == VR_WIRE_OPEN);
    check_int(vr_chain_remove(&first.filter.element), 0);
    check_apart(&first);
    tear_down();
}

TEST(chain_filters, keeps_a_filter_that_it_has_closed)
{
    set_up();
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    vr_chain_close(&session.chain, NULL);
    check_int(vr_chain_remove(&first.filter.element), -ENOTCONN);
    turn_until(reactor, session.is_closed);
    check_int(first.closes, 1);
    check_int(first.finis, 1);
    tear_down();
}

/* A program that grants a little more with every offer. */
static size_t few_taken;

static void few_attached(struct vr_consumer *in)
{
    vr_link_grant(in, 4);
}

static size_t few_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    few_taken += offer->len;
    vr_link_grant(in, 4);
    return offer->len;
}

static const struct vr_consumer_ops few_ops = {.attached = few_attached,
                                               .consume = few_consume};

TEST(chain_filters, never_closes_a_window_that_was_granted_behind_a_filter)
{
    static char much[1000];
    struct vr_consumer few;

    set_up();
    session_narrow(&session, 100);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    vr_link_detach(&first.filter.inbound.out);
    vr_consumer_init(&few, &few_ops);
    check_int(vr_link_attach(&first.filter.inbound.out, &few), 0);
    join();
    check_int(vr_writer_write(&other.agent.writer, much, sizeof(much)), 0);
    turn_until(reactor, few_taken == sizeof(much));
    vr_link_detach(&first.filter.inbound.out);
    tear_down();
}

/* Nor of the handshake of its filters: the next program is in the clear. */
TEST(chain_filters, lets_one_go_that_knows_nothing_of_its_peer_any_more)
{
    struct vr_chain chain;
    struct vr_socket socket;
    int ends[2];

    set_up();
    vr_chain_init(&chain, reactor, NULL);
    check_int(vr_socket_init(&socket, reactor, NULL), 0);
    check_int(vr_chain(&chain, &socket.element), 0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    check_int(vr_socket_adopt(&socket, ends[0], NULL), 0);
    turn_some(reactor, 2);
    check_int(vr_chain(&chain, &first.filter.element, &session.agent.element),
              -EBUSY);
    check_apart(&first);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_str(session.story, "");
    vr_chain_close(&chain, NULL);
    turn_some(reactor, 2);
    check_int(close(ends[1]), 0);
    tear_down();
}
