/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_swap.c
 * Tests of io/chain.h: elements that take the place of others, filters that
 * leave by themselves, and how a chain is described.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

#include "tests/io/counting_filter.h"
#include "tests/io/session_pair.h"

static struct filter first, second;

static void set_up(void)
{
    set_up_pair();
    init_filter(&first, reactor);
    init_filter(&second, reactor);
}

static void insert_first(void)
{
    check_int(vr_chain_insert(&session.socket.element, &first.filter.element),
              0);
}

static int swap_filters(void)
{
    return vr_chain_swap(&first.filter.element, &second.filter.element);
}

static void say_and_wait(const char *text, size_t received)
{
    session_say(&other, text);
    turn_until(reactor, session.received == received);
}

/* ---- filters ---- */

/* promise links-30 */
TEST(chain_swap, a_filter_takes_the_place_of_another)
{
    set_up();
    insert_first();
    say_and_wait("one ", 4);
    check_int(swap_filters(), 0);
    check_apart(&first);
    say_and_wait("two", 7);
    check_int(first.seen, 4);
    check_int(second.seen, 3);
    session_say(&session, "back");
    turn_until(reactor, other.received == 4);
    check_str(session.story, "connected data "); /* greeted once */
    tear_down();
    check_int(first.finis, 0);
    check_int(second.finis, 1);
}

/* promise links-30 */
TEST(chain_swap, bytes_that_wait_go_through_the_one_that_comes)
{
    set_up();
    insert_first();
    vr_link_pause(&session.agent.inbound);
    session_say(&other, "abc");
    turn_some(reactor, 3);
    check_int(swap_filters(), 0);
    turn_some(reactor, 3);
    check_int(session.received, 0); /* it is paused still */
    vr_link_resume(&session.agent.inbound);
    turn_until(reactor, session.received == 3);
    check_int(second.seen, 6); /* "abc" was offered to it twice */
    check_str(session.text, "abc");
    tear_down();
}

TEST(chain_swap, filters_change_where_one_direction_is_over)
{
    set_up();
    insert_first();
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
    check_int(swap_filters(), 0);
    check_apart(&first);
    session_say(&session, "x");
    turn_until(reactor, other.received == 1);
    tear_down();
}

TEST(chain_swap, what_does_not_fit_changes_nothing)
{
    struct vr_agent agent;
    static const struct vr_consumer_ops ops = {.consume = vr_pass_consume};

    set_up();
    vr_agent_init(&agent, reactor, &ops);
    check_int(swap_filters(), -VR_ECLOSED); /* it is in no chain */
    insert_first();
    check_int(vr_chain_swap(&first.filter.element, &agent.element), -EINVAL);
    check_int(vr_chain_swap(&session.agent.element, &second.filter.element),
              -EINVAL);
    check_int(vr_chain_swap(&session.socket.element, &other.socket.element),
              -EBUSY);
    check_int(vr_chain_swap(&session.socket.element, &agent.element), -EINVAL);
    vr_link_abort(&second.filter.inbound.out, NULL);
    check_int(swap_filters(), -VR_ECLOSED);
    say_and_wait("through the first", 17);
    check_int(first.seen, 17);
    vr_chain_close(&session.chain, NULL);
    init_filter(&second, reactor);
    check_int(swap_filters(), -VR_ECLOSED);
    tear_down();
}

/* ---- programs ---- */

static struct vr_agent upgraded;
static char story[64];

static size_t upgraded_consume(struct vr_consumer *in,
                               const struct vr_offer *offer)
{
    (void)in;
    strncat(story, (const char *)offer->data, offer->len);
    return offer->len;
}

static int upgraded_control(struct vr_consumer *in,
                            const struct vr_control *msg)
{
    (void)in;
    if (vr_control_is(msg, vr_control_connected()))
        strcat(story, "connected ");
    return vr_writer_text(&upgraded.writer, "hello");
}

static void init_upgraded(void)
{
    static const struct vr_consumer_ops ops = {.consume = upgraded_consume,
                                               .control = upgraded_control};

    story[0] = '\0';
    vr_agent_init(&upgraded, reactor, &ops);
}

/* promise links-30 */
TEST(chain_swap, a_program_takes_the_place_of_another)
{
    set_up();
    insert_first();
    init_upgraded();
    say_and_wait("one", 3);
    check_int(vr_chain_swap(&session.agent.element, &upgraded.element), 0);
    session_say(&other, "two");
    turn_until(reactor, other.received == 5 && strlen(story) == 13);
    check_str(story, "connected two");
    check_str(other.text, "hello");
    check_int(session.received, 3);
    check(!session.agent.element.chain && upgraded.element.chain);
    vr_writer_fini(&session.agent.writer);
    tear_down();
}

static void upgrade(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA && one->agent.element.chain)
        check_int(vr_chain_swap(&one->agent.element, &upgraded.element), 0);
}

/* promise links-30 */
TEST(chain_swap, a_program_gives_way_inside_its_consume)
{
    set_up();
    init_upgraded();
    session.hear = upgrade;
    session_say(&other, "one");
    turn_until(reactor, session.received == 3);
    session_say(&other, "two");
    turn_until(reactor, strlen(story) == 13);
    check_str(story, "connected two");
    tear_down();
}

TEST(chain_swap, a_program_that_comes_when_reading_is_over_can_write)
{
    set_up();
    init_upgraded();
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
    check_int(vr_chain_swap(&session.agent.element, &upgraded.element), 0);
    check_int(vr_writer_text(&upgraded.writer, "hello"), 0);
    turn_until(reactor, other.received == 5);
    tear_down();
}

/* ---- leaving ---- */

struct sniffer {
    struct vr_filter filter;
    size_t seen;
};

static struct sniffer *sniffer;
static int left;

static size_t sniff(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct sniffer *self =
        vr_container_of(in, struct sniffer, filter.inbound.in);

    self->seen += offer->len;
    vr_filter_leave(&self->filter);
    return vr_pass_consume(in, offer);
}

static void free_sniffer(struct vr_filter *filter, int err)
{
    check_int(err, 0);
    check(!filter->element.chain);
    left++;
    free(vr_container_of(filter, struct sniffer, filter));
    sniffer = NULL;
}

static void insert_sniffer(void)
{
    static const struct vr_filter_ops ops = {
        .element = {.name = "sniffer"},
        .inbound = {.in = {.consume = sniff}, .need = VR_NEED_NONE},
        .left = free_sniffer,
    };

    left = 0;
    sniffer = calloc(1, sizeof(*sniffer));
    check(sniffer);
    check_int(vr_filter_init(&sniffer->filter, reactor, &ops), 0);
    check_int(
        vr_chain_insert(&session.socket.element, &sniffer->filter.element), 0);
}

/* promise links-31 */
TEST(chain_swap, a_filter_leaves_by_itself)
{
    set_up();
    insert_sniffer();
    say_and_wait("one", 3);
    turn_until(reactor, left == 1);
    say_and_wait("two", 6);
    check_str(session.text, "onetwo");
    tear_down();
}

/* promise links-31 */
TEST(chain_swap, a_filter_that_leaves_a_chain_that_closes_ends_with_it)
{
    set_up();
    insert_sniffer();
    vr_filter_leave(&sniffer->filter);
    vr_chain_close(&session.chain, NULL);
    turn_until(reactor, session.is_closed);
    check_int(left, 0);
    check(!sniffer->filter.element.chain);
    free(sniffer);
    tear_down();
}

/* ---- in words ---- */

TEST(chain_swap, a_chain_is_described_from_the_wire_to_the_program)
{
    char text[VR_CHAIN_TEXT_SIZE], few[9];

    set_up();
    insert_first();
    check_int(vr_chain_set_peer(&session.chain, NULL), 0);
    check_str(vr_chain_describe(&session.chain, text, sizeof(text)),
              "socket <> filter <> agent");
    vr_writer_end(&other.agent.writer);
    turn_until(reactor, session.is_over);
    check_str(vr_chain_describe(&session.chain, text, sizeof(text)),
              "socket < filter < agent");
    check_str(vr_chain_describe(&session.chain, few, sizeof(few)), "socket <");
    vr_chain_close(&session.chain, NULL);
    check_str(vr_chain_describe(&session.chain, text, sizeof(text)),
              "socket | filter | agent");
    tear_down();
}

static int count_chains(void)
{
    struct vr_chain *chain = NULL;
    int count = 0;

    while ((chain = vr_chain_next(reactor, chain)))
        count++;
    return count;
}

/* promise links-32 */
TEST(chain_swap, a_reactor_knows_its_chains)
{
    struct vr_chain chain;

    set_up();
    check_int(count_chains(), 2);
    check(vr_chain_next(reactor, NULL) == &session.chain);
    vr_chain_init(&chain, reactor, NULL);
    check_int(count_chains(), 2);
    check_int(vr_chain(&chain, &first.filter.element, &session.socket.element),
              -EBUSY);
    check_int(count_chains(), 2); /* none is in */
    vr_chain_close(&session.chain, NULL);
    check_int(count_chains(), 2);
    turn_until(reactor, session.is_closed);
    check_int(count_chains(), 1);
    tear_down();
}
