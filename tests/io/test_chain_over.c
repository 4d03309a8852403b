/* SPDX-License-Identifier: MIT */
/**
 * @file test_chain_over.c
 * Tests of io/chain.h: a chain closes by itself when all of its links are over,
 * and not before.
 */
#include <vreactor/io/chain.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/io/writer.h>
#include <vreactor/reactor/post.h>

#include "tests/io/counting_filter.h"
#include "tests/io/holding_filter.h"
#include "tests/support/session.h"

static struct vr_reactor *reactor;

/* ---- two ends without a socket ---- */

/* A program that tells what it heard. */
struct side {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_writer writer;
    uint64_t window; /* granted when attached */
    char text[64];
    size_t received;
    int ended, aborted;
};

static struct side wire, program;
static struct vr_chain chain;
static struct holder holder;
static struct filter filter;
static int closed;
static enum vr_end_kind why_closed;

static void on_attached(struct vr_consumer *in)
{
    vr_link_grant(in, vr_container_of(in, struct side, in)->window);
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct side *side = vr_container_of(in, struct side, in);

    check(offer->len < sizeof(side->text) - side->received);
    memcpy(side->text + side->received, offer->data, offer->len);
    side->received += offer->len;
    return offer->len;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_container_of(in, struct side, in)->ended++;
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_container_of(in, struct side, in)->aborted++;
}

static const struct vr_consumer_ops reading = {.attached = on_attached,
                                               .consume = on_consume,
                                               .ended = on_ended,
                                               .aborted = on_aborted};

static void close_side(struct vr_element *element)
{
    vr_writer_fini(&vr_container_of(element, struct side, element)->writer);
}

static const struct vr_element_ops side_ops = {.name = "side",
                                               .close = close_side};

static void init_side(struct side *side)
{
    *side = (struct side){.window = VR_UNLIMITED};
    vr_consumer_init(&side->in, &reading);
    vr_writer_init(&side->writer, reactor, NULL);
}

static void on_closed(struct vr_chain *one, const struct vr_end *why)
{
    (void)one;
    why_closed = why->kind;
    closed++;
}

static void set_up(void)
{
    reactor = session_reactor(NULL);
    closed = 0;
    init_side(&wire);
    init_side(&program);
    vr_element_init_wire(&wire.element, &side_ops, &wire.in, &wire.writer.out);
    vr_element_init_program(&program.element, &side_ops, &program.in,
                            &program.writer.out);
    vr_chain_init(&chain, reactor, on_closed);
    holder_init(&holder, reactor);
    init_filter(&filter, reactor);
}

static void join(void)
{
    check_int(vr_chain(&chain, &wire.element, &program.element), 0);
}

static void join_holder(void)
{
    program.window = 0;
    check_int(vr_chain(&chain, &wire.element, &holder.filter.element,
                       &program.element),
              0);
}

static void tear_down(void)
{
    turn_some(reactor, 3);
    check_int(closed, 1);
    check_int(vr_reactor_free(reactor), 0);
}

static void end_both(void)
{
    vr_writer_end(&wire.writer);
    vr_writer_end(&program.writer);
}

/* promise links-33 */
TEST(chain_over, two_ends_without_a_socket_close_when_both_have_ended)
{
    set_up();
    join();
    check_int(vr_writer_text(&wire.writer, "in"), 0);
    check_int(vr_writer_text(&program.writer, "out"), 0);
    vr_writer_end(&wire.writer);
    turn_some(reactor, 2);
    check(!closed && !vr_chain_is_over(&chain));
    vr_writer_end(&program.writer);
    turn_some(reactor, 1);
    check_int(closed, 1);
    check_int(why_closed, VR_END_EOF);
    check_str(program.text, "in");
    check_str(wire.text, "out");
    check(program.ended == 1 && wire.ended == 1);
    tear_down();
}

/* promise ends-5 */
TEST(chain_over, the_first_cause_is_told)
{
    set_up();
    join();
    vr_link_stop(&program.in, &(struct vr_end){.kind = VR_END_LIMIT});
    vr_writer_abort(&program.writer, &(struct vr_end){.kind = VR_END_TIMEOUT});
    turn_some(reactor, 1);
    check_int(why_closed, VR_END_LIMIT);
    tear_down();
}

/* promise links-12 */
TEST(chain_over, nothing_is_told_twice_if_the_program_closes_too)
{
    set_up();
    join();
    vr_link_stop(&program.in, NULL);
    vr_writer_abort(&program.writer, NULL);
    check(vr_chain_is_over(&chain) && !closed);
    vr_chain_close(&chain, &(struct vr_end){.kind = VR_END_CANCELLED});
    turn_some(reactor, 2);
    check_int(why_closed, VR_END_CANCELLED);
    tear_down();
}

static void stop_then_end(struct vr_post *post)
{
    (void)post;
    vr_writer_abort(&wire.writer, NULL);
    vr_reactor_stop(reactor);
    vr_writer_abort(&program.writer, NULL);
}

/* promise reactor-2 */
TEST(chain_over, closes_in_the_run_behind_a_stop)
{
    struct vr_post post = {.run = stop_then_end};

    set_up();
    join();
    vr_reactor_post(reactor, &post);
    turn_some(reactor, 1);
    check_int(closed, 0);
    turn_some(reactor, 1);
    check_int(closed, 1);
    tear_down();
}

TEST(chain_over, closes_with_a_reactor_that_is_closed_before_the_loop_comes_by)
{
    set_up();
    join();
    vr_writer_abort(&wire.writer, NULL);
    vr_writer_abort(&program.writer, NULL);
    check_int(closed, 0);
    check_int(vr_reactor_free(reactor), 0);
    check_int(closed, 1);
}

TEST(chain_over, a_chain_without_a_program_closes)
{
    static struct vr_chain empty;

    set_up();
    check(!vr_chain_is_over(&chain));
    check_int(vr_chain(&chain, &wire.element), 0);
    check(!vr_chain_is_over(&chain));
    vr_writer_abort(&wire.writer, NULL);
    turn_some(reactor, 1);
    check_int(closed, 1);
    vr_chain_init(&empty, reactor, NULL);
    turn_some(reactor, 1);
    check(!vr_chain_is_over(&empty));
    tear_down();
}

/* Its owner may free it then. */
TEST(chain_over, a_chain_that_could_not_be_joined_never_closes)
{
    static const struct vr_end over = {.kind = VR_END_RESET};

    set_up();
    vr_writer_abort(&program.writer, &over);
    vr_writer_abort(&wire.writer, &over);
    check_int(vr_chain(&chain, &wire.element, &program.element), -VR_ECLOSED);
    memset(&chain, 0x5a, sizeof(chain));
    turn_some(reactor, 2);
    check_int(closed, 0);
    close_side(&wire.element);
    close_side(&program.element);
    check_int(vr_reactor_free(reactor), 0);
}

TEST(chain_over, a_producer_that_is_detached_keeps_the_chain_open)
{
    set_up();
    join();
    check_int(vr_writer_text(&wire.writer, "kept"), 0);
    vr_link_detach(&wire.writer.out);
    vr_writer_end(&wire.writer);
    vr_writer_end(&program.writer);
    turn_some(reactor, 3);
    check(!closed);
    check_int(vr_link_attach(&wire.writer.out, &program.in), 0);
    turn_some(reactor, 2);
    check_str(program.text, "kept");
    tear_down();
}

/* ---- what is held for a program that has paused ---- */

/* promise links-33 */
TEST(chain_over, what_a_filter_holds_goes_before_the_chain_closes)
{
    set_up();
    join_holder();
    check_int(vr_writer_text(&wire.writer, "last words"), 0);
    end_both();
    turn_some(reactor, 3);
    check(wire.writer.out.state == VR_LINK_OVER && wire.ended && !closed);
    vr_link_grant(&program.in, 5);
    turn_some(reactor, 3);
    check_str(program.text, "last ");
    check(!closed && !program.ended);
    vr_link_grant(&program.in, 100);
    turn_some(reactor, 2);
    check_str(program.text, "last words");
    check_int(program.ended, 1);
    check_int(why_closed, VR_END_EOF);
    tear_down();
}

/* promise links-33 */
TEST(chain_over, an_end_that_is_delayed_goes_before_the_chain_closes)
{
    set_up();
    join_holder();
    end_both();
    turn_some(reactor, 3);
    check(!closed && !program.ended);
    vr_link_grant(&program.in, 1);
    turn_some(reactor, 2);
    check_int(program.ended, 1);
    tear_down();
}

/* ---- elements that come when a direction is over ---- */

TEST(chain_over, a_filter_put_in_too_late_does_not_keep_the_chain_open)
{
    set_up();
    join();
    vr_writer_end(&wire.writer);
    turn_some(reactor, 2);
    check_int(vr_chain_insert(&wire.element, &filter.filter.element), 0);
    check_int(filter.filter.inbound.out.state, VR_LINK_OVER);
    check_int(filter.filter.outbound.out.state, VR_LINK_OPEN);
    vr_writer_end(&program.writer);
    turn_some(reactor, 2);
    check_int(closed, 1);
    tear_down();
}

static struct side successor;

/* promise links-30 */
TEST(chain_over, a_program_put_in_too_late_cannot_write)
{
    set_up();
    join();
    init_side(&successor);
    vr_element_init_program(&successor.element, &side_ops, &successor.in,
                            &successor.writer.out);
    vr_writer_end(&program.writer);
    turn_some(reactor, 2);
    check_int(vr_chain_swap(&program.element, &successor.element), 0);
    check_int(vr_writer_text(&successor.writer, "late"), -VR_ECLOSED);
    vr_writer_end(&wire.writer);
    turn_some(reactor, 2);
    check_int(successor.ended, 1);
    close_side(&program.element);
    tear_down();
}

TEST(chain_over, a_filter_that_leaves_with_the_last_open_link_closes_the_chain)
{
    set_up();
    join_holder();
    vr_link_detach(&holder.filter.inbound.out);
    end_both();
    turn_some(reactor, 2);
    check(holder.end.kind && !closed);
    check_int(vr_chain_remove(&holder.filter.element), 0);
    turn_some(reactor, 1);
    check_int(closed, 1);
    tear_down();
}

/* ---- an element that holds something of its own ---- */

static int asked;

static void hear_over(struct vr_element *element)
{
    check(vr_chain_is_over(element->chain));
    asked++;
}

static const struct vr_element_ops waiting_ops = {
    .name = "waiting", .close = close_side, .over = hear_over};

/* promise links-34 */
TEST(chain_over, the_element_next_to_the_wire_that_holds_something_closes)
{
    set_up();
    asked = 0;
    wire.element.ops = program.element.ops = &waiting_ops;
    check_int(vr_chain(&chain, &wire.element, &filter.filter.element,
                       &program.element),
              0);
    end_both();
    turn_some(reactor, 3);
    check(asked == 1 && !closed);
    check_int(vr_chain_remove(&filter.filter.element), 0);
    turn_some(reactor, 3);
    check(asked == 2 && !closed);
    vr_chain_close(&chain, NULL);
    tear_down();
}
