/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_busy.c
 * A closed chain waits for what is still in use of its elements, asleep.
 */
#include <vreactor/io/chain.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/post.h>
#include <vreactor/testing/clock.h>

#include "tests/io/session_pair.h"

/* ---- posts on their way ---- */

/* promise links-18 */
TEST(chain, has_its_last_word_behind_posts_to_its_writer)
{
    set_up_pair();
    check_int(vr_writer_post(&session.agent.writer, "late", 4), 0);
    vr_chain_close(&session.chain, NULL);
    check(vr_writer_is_posting(&session.agent.writer));
    turn_until(reactor, session.is_closed);
    check(!vr_writer_is_posting(&session.agent.writer));
    tear_down();
}

static void post_then_close(struct vr_post *post)
{
    (void)post;
    vr_chain_close(&session.chain, NULL);
    check_int(vr_writer_post(&session.agent.writer, "later", 5), 0);
}

/* promise links-18 */
TEST(chain, waits_a_turn_for_a_post_made_after_the_close)
{
    struct vr_post post = {.run = post_then_close};

    set_up_pair();
    vr_reactor_post(reactor, &post);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check(!session.is_closed);
    turn_until(reactor, session.is_closed);
    check(!vr_writer_is_posting(&session.agent.writer));
    tear_down();
}

/* ---- asleep ---- */

static struct vr_test_env test;
static struct vr_element wire;
static struct vr_consumer wire_in;
static struct vr_producer wire_out;
static struct vr_agent agent;
static struct vr_chain chain;
static int busy, asked, closed; /* busy: for so many questions */

static bool is_busy(struct vr_element *element)
{
    (void)element;
    asked++;
    return busy > 0 && busy--;
}

static void note_closed(struct vr_chain *which, const struct vr_end *why)
{
    (void)which, (void)why;
    closed++;
}

/* A chain whose wire's end is as busy as that. */
static void set_up_open(int so_busy)
{
    static const struct vr_element_ops ops = {.name = "busy",
                                              .is_busy = is_busy};
    static const struct vr_consumer_ops no_hooks;
    static const struct vr_producer_ops silent;

    asked = closed = 0;
    busy = so_busy;
    vr_test_env_init(&test, 0);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    vr_consumer_init(&wire_in, &no_hooks);
    vr_producer_init(&wire_out, NULL, &silent);
    vr_element_init_wire(&wire, &ops, &wire_in, &wire_out);
    vr_agent_init(&agent, reactor, &no_hooks);
    vr_chain_init(&chain, reactor, note_closed);
    check_int(vr_chain(&chain, &wire, &agent.element), 0);
}

static void set_up_closed(int so_busy)
{
    set_up_open(so_busy);
    vr_chain_close(&chain, NULL);
}

static void turn(vr_time timeout)
{
    check_int(vr_reactor_turn(reactor, timeout), 0);
}

static void be_idle(struct vr_call *call)
{
    (void)call;
    vr_element_idle(&wire);
}

/* The wait jumps to the call, as nothing is ready, and asks for no turn. */
TEST(chain_busy, makes_no_turn_until_the_element_is_idle)
{
    struct vr_call call;

    set_up_closed(1);
    turn(0);
    vr_call_init(&call, reactor, be_idle);
    vr_call_after(&call, 10 * VR_SEC);
    turn(VR_SEC);
    check_int(vr_test_now(&test), VR_SEC);
    check_int(closed, 0);
    check_int(asked, 1);
    turn(60 * VR_SEC);
    check_int(vr_test_now(&test), 10 * VR_SEC);
    check_int(closed, 1);
    check_int(asked, 2);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(chain_busy, is_asked_again_as_another_element_may_be_busy)
{
    set_up_closed(2);
    for (int i = 1; i <= 2; i++) {
        turn(0);
        check_int(asked, i);
        check_int(closed, 0);
        vr_element_idle(&wire);
        vr_element_idle(&wire); /* as another would */
    }
    turn(0);
    check_int(asked, 3);
    check_int(closed, 1);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(chain_busy, is_not_asked_while_it_is_open_or_when_it_is_gone)
{
    set_up_open(0);
    vr_element_idle(&wire);
    turn(0);
    check_int(asked, 0);
    check_int(closed, 0);
    vr_chain_close(&chain, NULL);
    turn(0);
    check_int(closed, 1);
    vr_element_idle(&wire);
    turn(0);
    check_int(asked, 1);
    check_int(closed, 1);
    check_int(vr_reactor_free(reactor), 0);
}

/* As if another thread had counted its post, and not sent it yet. */
static void begin_to_post(void)
{
    agent.writer.posts++;
}

static void go_on_to_post(void)
{
    check_int(vr_writer_post(&agent.writer, "late", 4), 0);
    agent.writer.posts--;
}

/* promise links-18 */
TEST(chain_busy, makes_no_turn_until_a_post_to_its_writer_is_there)
{
    set_up_closed(0);
    begin_to_post();
    turn(0);
    check_int(closed, 0);
    for (int i = 1; i <= 3; i++) {
        turn(VR_SEC);
        check_int(vr_test_now(&test), i * VR_SEC);
        check_int(closed, 0);
    }
    go_on_to_post();
    turn(VR_SEC);
    check_int(closed, 1);
    check_int(vr_test_now(&test), 3 * VR_SEC);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* Nobody can tell any more: the reactor asks. */
TEST(chain_busy, is_waited_for_by_a_reactor_that_is_closed)
{
    set_up_closed(3);
    turn(0);
    check_int(closed, 0);
    check_int(vr_reactor_close(reactor), 0);
    check_int(closed, 1);
    check_int(asked, 4);
    check_int(vr_reactor_free(reactor), 0);
}
