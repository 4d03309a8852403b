/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_chain.c
 * Tests of io/chain.h, io/agent.h and io/writer.h when memory or the system
 * fails: joining needs neither.
 */
#include <vreactor/io/chain.h>

#include <errno.h>
#include <sys/uio.h>

#include <vreactor/base/err.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/writer.h>

#include "counting_filter.h"
#include "tests/support/session.h"
#include "tests/support/survive.h"

static struct session session, other;
static struct filter filter;
static int drained, stopped;

/* ---- chains ---- */

static int join(void)
{
    session_init(&session, survive_reactor, NULL);
    init_filter(&filter, survive_reactor);
    check_int(vr_chain_insert(&session.socket.element, &filter.filter.element),
              0);
    check_int(vr_chain_remove(&filter.filter.element), 0);
    check_int(vr_filter_enter(&filter.filter, &session.socket.element), 0);
    check_int(vr_chain_remove(&filter.filter.element), 0);
    check_int(vr_chain_insert(&session.socket.element, &filter.filter.element),
              0);
    check_int(
        vr_chain_add(&session.chain,
                     (struct vr_element *[]){&filter.filter.element, NULL}),
        -EBUSY);
    check(vr_element_is_open(&filter.filter.element));
    return 0;
}

static void close_joined(int err)
{
    (void)err;
    vr_chain_close(&session.chain, NULL);
    survive_turns(1);
    check(session.is_closed);
    check_int(filter.closes, 1);
    check_int(filter.finis, 1);
}

TEST(survives_chain, joining_needs_nothing)
{
    check_int(survive(NULL, join, close_joined), 0);
}

/* A wire's end, a filter and a program's end, made by hand. */
static struct vr_element wire, program;
static const struct vr_filter_ops passing;
static struct vr_filter between, later;
static struct vr_consumer wire_in;
static struct vr_producer wire_out;
static struct vr_agent agent;
static struct vr_chain chain;

static size_t take_all(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static int asked;

static bool is_busy(struct vr_element *element)
{
    (void)element;
    return !asked++;
}

static int init_all(void)
{
    static const struct vr_consumer_ops taking = {.consume = take_all};
    static const struct vr_producer_ops giving;
    static const struct vr_element_ops no_ops, busy = {.is_busy = is_busy};
    static const struct vr_writer_ops no_writer_ops;

    vr_consumer_init(&wire_in, &taking);
    vr_producer_init(&wire_out, survive_reactor, &giving);
    vr_agent_init(&agent, survive_reactor, &taking);
    vr_agent_hear_writer(&agent, &no_writer_ops);
    asked = 0;
    vr_element_init_wire(&wire, &busy, &wire_in, &wire_out);
    vr_element_init_program(&program, &no_ops, &agent.inbound,
                            &agent.writer.out);
    vr_chain_init(&chain, survive_reactor, NULL);
    int err = vr_filter_init(&between, survive_reactor, &passing);
    return err ? err : vr_chain(&chain, &wire, &between.element, &program);
}

static void close_chain(int err)
{
    char text[VR_CHAIN_TEXT_SIZE];

    check_int(err, 0);
    vr_chain_blame(&chain, &(struct vr_end){.kind = VR_END_LIMIT});
    check_int(vr_filter_init(&later, survive_reactor, &passing), 0);
    check_int(vr_chain_swap(&between.element, &later.element), 0);
    check(vr_chain_next(survive_reactor, NULL) == &chain);
    check(vr_chain_describe(&chain, text, sizeof(text)) == text);
    vr_filter_leave(&later);
    survive_turns(1);
    check(!later.element.chain && !vr_chain_is_over(&chain));
    check(!vr_chain_inbound_is_over(&chain));
    check_int(vr_filter_enter(&later, &wire), 0);
    survive_turns(1);
    check_int(later.state, VR_FILTER_STAYS);
    vr_chain_close(&chain, NULL);
    survive_turns(1);
    vr_element_idle(&wire);
    survive_turns(1);
    check_int(asked, 2);
    vr_writer_fini(&agent.writer);
}

TEST(survives_chain, making_elements_needs_nothing)
{
    check_int(survive(NULL, init_all, close_chain), 0);
}

static struct vr_address someone;

static void init_chain(void)
{
    vr_chain_init(&chain, survive_reactor, NULL);
    check_int(vr_address_unix("/run/a-path-that-has-no-room-there", &someone),
              0);
}

static int set_peer(void)
{
    return vr_chain_set_peer(&chain, &someone);
}

static void check_peer(int err)
{
    struct vr_address peer = vr_chain_peer(&chain);

    check_int(peer.len, err ? 0 : someone.len);
    check(err || vr_address_is_equal(&peer, &someone));
    vr_chain_close(&chain, NULL);
    survive_turns(1);
}

TEST(survives_chain, setting_a_peer_with_a_long_path)
{
    check(survive(init_chain, set_peer, check_peer) > 0);
}

/* ---- writers ---- */

static int make_writer(void)
{
    struct vr_writer writer;

    vr_writer_init(&writer, survive_reactor, NULL);
    check_int(vr_writer_write(&writer, "x", 1), -ENOTCONN);
    vr_writer_fini(&writer);
    return 0;
}

TEST(survives_writer, making_it_needs_nothing)
{
    check_int(survive(NULL, make_writer, NULL), 0);
}

static void note_drained(struct vr_writer *writer)
{
    (void)writer;
    drained++;
}

static void note_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    (void)writer;
    (void)why;
    stopped++;
}

static void set_up(void)
{
    static const struct vr_writer_ops writing = {.drained = note_drained,
                                                 .stopped = note_stopped};

    drained = stopped = 0;
    session_init(&session, survive_reactor, NULL);
    session_init(&other, survive_reactor, NULL);
    vr_agent_hear_writer(&session.agent, &writing);
    vr_writer_set_limit(&session.agent.writer, 10);
    check_int(vr_socket_pair(&session.socket, &other.socket), 0);
    survive_turns(1);
}

static void tear_down(void)
{
    vr_chain_close(&session.chain, NULL);
    vr_chain_close(&other.chain, NULL);
    survive_turns(2);
    check(session.is_closed && other.is_closed);
}

static int write_text(void)
{
    return vr_writer_text(&session.agent.writer, "hello");
}

static int write_bytes(void)
{
    return vr_writer_write(&session.agent.writer, "hello", 5);
}

/* All of it, or nothing: then it can be written again. */
static void all_goes_or_nothing(int err)
{
    survive_turns(3);
    check_int(other.received, err ? 0 : 5);
    check_int(write_text(), 0);
    survive_turns(3);
    check_int(other.received, err ? 5 : 10);
    check_int(drained + stopped, 0);
    tear_down();
}

static int append_bytes(void)
{
    return vr_writer_append(&session.agent.writer, "hello", 5);
}

static int write_pieces(void)
{
    const struct iovec iov[] = {{.iov_base = "hel", .iov_len = 3},
                                {.iov_base = "lo", .iov_len = 2}};

    return vr_writer_writev(&session.agent.writer, iov, 2);
}

static int give_bytes(void)
{
    return vr_writer_give(&session.agent.writer, "hello", 5, NULL, NULL);
}

TEST(survives_writer, writing)
{
    check_int(survive(set_up, write_text, all_goes_or_nothing), 1);
    check_int(survive(set_up, write_bytes, all_goes_or_nothing), 1);
    check_int(survive(set_up, append_bytes, all_goes_or_nothing), 1);
    check_int(survive(set_up, write_pieces, all_goes_or_nothing), 1);
    check_int(survive(set_up, give_bytes, all_goes_or_nothing), 1);
}

static int ask_writer(void)
{
    check(!vr_writer_is_queued(&session.agent.writer));
    check(!vr_writer_has_dropped(&session.agent.writer));
    return 0;
}

static void no_answer_costs(int err)
{
    check_int(err, 0);
    tear_down();
}

TEST(survives_writer, asking_needs_nothing)
{
    check_int(survive(set_up, ask_writer, no_answer_costs), 0);
}

static int post_bytes(void)
{
    return vr_writer_post(&session.agent.writer, "hello", 5);
}

static void all_comes_or_nothing(int err)
{
    check(vr_writer_is_posting(&session.agent.writer) == !err);
    survive_turns(1);
    check(!vr_writer_is_posting(&session.agent.writer));
    all_goes_or_nothing(err);
}

TEST(survives_writer, posting)
{
    check_int(survive(set_up, post_bytes, all_comes_or_nothing), 1);
}

static void set_up_post(void)
{
    set_up();
    check_int(post_bytes(), 0);
}

static int turn_some_more(void)
{
    return survive_act_turns(4);
}

/* Nobody can be told that a post found no memory, but by the end. */
static void it_came_or_was_told(int err)
{
    (void)err;
    survive_turns(4);
    check(other.received == 5 || stopped || other.is_over);
    tear_down();
}

TEST(survives_writer, what_was_posted)
{
    check(survive(set_up_post, turn_some_more, it_came_or_was_told) > 3);
}

static int fill_and_end(void)
{
    struct vr_writer *writer = &session.agent.writer;

    check_int(vr_writer_write(writer, "ten bytes.", 10) == -ENOMEM ||
                  vr_writer_text(writer, "more") == -EAGAIN,
              1);
    vr_writer_end(writer);
    return 0;
}

static void it_ends(int err)
{
    (void)err;
    survive_turns(4);
    check(other.is_over);
    check_int(other.end.kind, VR_END_EOF);
    tear_down();
}

static int end_unclean(void)
{
    vr_writer_end_unclean(&session.agent.writer);
    return 0;
}

TEST(survives_writer, ending)
{
    check_int(survive(set_up, fill_and_end, it_ends), 1);
    check_int(survive(set_up, end_unclean, it_ends), 0);
}

static int abort_it(void)
{
    vr_writer_abort(&session.agent.writer,
                    &(struct vr_end){.kind = VR_END_LOCAL});
    return 0;
}

TEST(survives_writer, aborting)
{
    check_int(survive(set_up, abort_it, it_ends), 0);
}
