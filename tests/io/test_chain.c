/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain.c
 * Tests of io/chain.h.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>

#include "tests/io/counting_filter.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;
static struct session session, other;
static enum session_word close_at;
static struct filter first, second;

static void set_up(void)
{
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session_init(&other, reactor, NULL);
    init_filter(&first, reactor);
    init_filter(&second, reactor);
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

/* ---- closing from inside ---- */

static void close_then(struct session *one, enum session_word word)
{
    if (word != close_at)
        return;
    vr_chain_close(&one->chain, &(struct vr_end){.kind = VR_END_CANCELLED});
    check(!one->is_closed); /* not inside the call */
}

static void set_up_closing_at(enum session_word word)
{
    set_up();
    session.hear = close_then;
    close_at = word;
    join();
}

TEST(chain, may_be_closed_inside_control)
{
    set_up_closing_at(HEARD_CONNECTED);
    session_say(&other, "never read");
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected closed:cancelled ");
    tear_down();
}

/* promises links-11, links-12 */
TEST(chain, may_be_closed_inside_consume)
{
    set_up_closing_at(HEARD_DATA);
    session_say(&other, "last");
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected data closed:cancelled ");
    tear_down();
}

TEST(chain, may_be_closed_inside_ended)
{
    set_up_closing_at(HEARD_ENDED);
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected ended:eof closed:cancelled ");
    tear_down();
}

TEST(chain, may_be_closed_inside_aborted)
{
    struct vr_address place;

    set_up();
    session.hear = close_then;
    close_at = HEARD_ABORTED;
    raw_close_listening(raw_listen(AF_INET, &place));
    check_int(vr_socket_connect(&session.socket, &place), 0);
    turn_until(reactor, session.is_closed);
    check_str(session.story, "can_connect aborted:error closed:error ");
    tear_down();
}

/* promises links-11, links-12 */
TEST(chain, may_be_closed_inside_stopped)
{
    set_up_closing_at(HEARD_STOPPED);
    turn_until(reactor, other.peer[0]);
    session_close(&other);
    while (!session.is_closed) {
        (void)!vr_writer_text(&session.agent.writer, "x");
        check(vr_reactor_turn(reactor, 0) >= 0);
    }
    check_str(strstr(session.story, "closed"), "closed:reset ");
    tear_down();
}

/* promises links-11, links-12 */
TEST(chain, may_be_closed_through_filters_inside_consume)
{
    set_up_closing_at(HEARD_DATA);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
    check_int(vr_chain_insert(&first.filter.element, &second.filter.element),
              0);
    session_say(&other, "last");
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected data closed:cancelled ");
    check_int(first.closes + second.closes, 2);
    check_int(first.finis + second.finis, 2);
    tear_down();
}

static void close_both(struct session *one, enum session_word word)
{
    (void)one;
    if (word != HEARD_DATA)
        return;
    vr_chain_close(&other.chain, NULL);
    vr_chain_close(&session.chain, NULL);
}

TEST(chain, may_close_another_from_inside)
{
    set_up();
    session.hear = close_both;
    join();
    session_say(&other, "x");
    turn_until(reactor, session.is_closed && other.is_closed);
    check_str(other.story, "connected closed:closed here ");
    tear_down();
}

/* promise links-11 */
TEST(chain, runs_no_hook_once_it_is_closed)
{
    set_up();
    join();
    turn_until(reactor, session.peer[0]);
    session_say(&session, "queued");
    session_say(&other, "read by nobody");
    vr_chain_close(&session.chain, NULL);
    check_int(vr_writer_text(&session.agent.writer, "x"), -ENOTCONN);
    vr_link_grant(&session.agent.inbound, 5);
    vr_link_stop(&session.agent.inbound,
                 &(struct vr_end){.kind = VR_END_LOCAL});
    turn_until(reactor, session.is_closed);
    check_str(session.story, "connected closed:closed here ");
    tear_down();
}

static int emptied;

static void count_emptied(struct vr_writer *writer)
{
    (void)writer;
    emptied++;
}

/* An abort has the writer tell from the loop that its queue is empty. */
/* promise links-11 */
TEST(chain, runs_no_pump_of_its_writer_once_it_is_closed)
{
    static const struct vr_writer_ops ops = {.emptied = count_emptied};
    const struct vr_end end = {.kind = VR_END_CANCELLED};

    set_up();
    join();
    turn_until(reactor, session.peer[0]);
    vr_agent_hear_writer(&session.agent, &ops);
    vr_writer_abort(&session.agent.writer, &end);
    vr_chain_close(&session.chain, NULL);
    turn_until(reactor, session.is_closed);
    check_int(emptied, 0);
    tear_down();
}

/* ---- joining ---- */

TEST(chain, takes_in_none_where_one_is_in_a_chain_already)
{
    struct vr_chain chain;

    set_up();
    vr_chain_init(&chain, reactor, NULL);
    check_int(vr_chain(&chain, &first.filter.element, &session.socket.element),
              -EBUSY);
    check_apart(&first);
    check(session.socket.element.chain == &session.chain);
    check_int(vr_chain_insert(&other.socket.element, &session.agent.element),
              -EBUSY);
    tear_down();
}

TEST(chain, takes_in_none_where_one_has_no_side_for_its_neighbour)
{
    struct vr_socket socket;

    set_up();
    struct vr_chain chain;
    vr_chain_init(&chain, reactor, NULL);
    check_int(vr_socket_init(&socket, reactor, NULL), 0);
    check_int(vr_chain(&chain, &first.filter.element, &second.filter.element,
                       &socket.element),
              -EINVAL);
    check_apart(&first);
    check(!second.filter.element.chain && !socket.element.chain);
    check_int(vr_chain(&session.chain, &first.filter.element), -EINVAL);
    check_int(vr_chain_insert(&session.socket.element, &socket.element),
              -EINVAL);
    check_int(vr_chain_insert(&session.agent.element, &first.filter.element),
              -ENOTCONN);
    check_apart(&first);
    tear_down();
}

TEST(chain, takes_in_no_half_of_a_filter)
{
    set_up();
    vr_link_detach(&session.agent.writer.out);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              -ENOTCONN);
    check_apart(&first);
    check(session.socket.wire.inbound.to == &session.agent.inbound);
    tear_down();
}

TEST(chain, takes_in_none_once_it_is_closed)
{
    set_up();
    vr_chain_close(&session.chain, NULL);
    check_int(vr_chain(&session.chain, &first.filter.element), -VR_ECLOSED);
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              -VR_ECLOSED);
    check_apart(&first);
    tear_down();
}

static void close_in_attached(struct vr_consumer *in)
{
    (void)in;
    vr_chain_close(&session.chain, NULL);
}

TEST(chain, closed_while_an_element_is_joined_closes_that_too)
{
    static struct vr_consumer_ops hasty;

    set_up();
    session_close(&session);
    vr_chain_init(&session.chain, reactor, NULL);
    hasty = *first.filter.inbound.in.ops;
    hasty.attached = close_in_attached;
    first.filter.inbound.in.ops = &hasty;
    check_int(vr_socket_init(&session.socket, reactor, NULL), 0);
    check_int(vr_chain(&session.chain, &session.socket.element,
                       &first.filter.element),
              -VR_ECLOSED);
    turn_some(reactor, 2);

    check_int(first.closes, first.finis);
    check_apart(&first);
    tear_down();
}
