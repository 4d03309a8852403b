/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_enter_inside.c
 * Tests of vr_filter_enter() inside a `consume` that also changes the chain, or
 * pauses: what stands behind the line goes through the filter.
 */
#include "tests/io/enter_fixture.h"

/* From the socket to the program, once it asked: flip, near, far. */
static struct vr_filter near, far, other;
static struct vr_agent successor;
static bool is_changed;

/* ---- what the program does behind vr_filter_enter() ---- */

static void give_way(void)
{
    check_int(vr_chain_swap(&server.agent.element, &successor.element), 0);
}

static void insert_below(void)
{
    check_int(vr_chain_insert(&near.element, &other.element), 0);
}

static void insert_above(void)
{
    check_int(vr_chain_insert(&far.element, &other.element), 0);
}

static void remove_near(void)
{
    check_int(vr_chain_remove(&near.element), 0);
}

static void remove_far(void)
{
    check_int(vr_chain_remove(&far.element), 0);
}

static void swap_near(void)
{
    check_int(vr_chain_swap(&near.element, &other.element), 0);
}

static void swap_far(void)
{
    check_int(vr_chain_swap(&far.element, &other.element), 0);
}

static void change_twice(void)
{
    remove_far();
    check_int(vr_chain_insert(&near.element, &other.element), 0);
    give_way();
}

static void (*const changes[])(void) = {
    give_way,   insert_below, insert_above, remove_near,
    remove_far, swap_near,    swap_far,     change_twice,
};

static void (*change)(void);

static size_t change_consume(struct vr_consumer *in,
                             const struct vr_offer *offer)
{
    size_t took = server_consume(in, offer);

    if (!is_changed) {
        is_changed = true;
        change();
    }
    return took;
}

/* ---- a run ---- */

static void init_pass(struct vr_filter *filter, struct vr_reactor *in)
{
    static const struct vr_filter_ops ops = {.element.name = "pass"};

    check_int(vr_filter_init(filter, in, &ops), 0);
}

typedef void init_fn(struct vr_filter *filter, struct vr_reactor *in);

static void set_up_between(init_fn *init_near, init_fn *init_far)
{
    set_up();
    is_changed = false;
    init_near(&near, reactor);
    init_far(&far, reactor);
    init_split(&other, reactor);
    vr_agent_init(&successor, reactor, &server_ops);
    check_int(vr_chain_insert(&server.socket.element, &far.element), 0);
    check_int(vr_chain_insert(&server.socket.element, &near.element), 0);
}

static void check_changes(init_fn *init_near, init_fn *init_far)
{
    static const struct vr_consumer_ops changing = {.consume = change_consume};

    for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
        change = changes[i];
        set_up_between(init_near, init_far);
        server.agent.inbound.ops = &changing;
        session_say(&client, "starttls\nabc\ndef\n");
        server_hears("starttls ABC\nDEF\n");
        check_int(flip.entered, 1);
        vr_writer_fini(&server.agent.writer);
        tear_down();
    }
}

/* promise links-37 */
TEST(filter_enter_inside, changes_behind_it_let_no_plaintext_pass)
{
    check_changes(init_pass, init_pass);
}

/* promise links-37 */
TEST(filter_enter_inside, changes_let_none_pass_that_is_offered_in_pieces)
{
    check_changes(init_split, init_pass);
    check_changes(init_pass, init_split);
    check_changes(init_split, init_split);
}

/* ---- what is queued above other filters ---- */

static int greet_back(struct vr_consumer *in, const struct vr_control *msg)
{
    (void)in;
    (void)msg;
    return vr_writer_text(&successor.writer, "two");
}

/* promise links-36 */
TEST(filter_enter_inside, what_the_next_program_writes_goes_through_it)
{
    static const struct vr_consumer_ops greeting = {.consume = server_consume,
                                                    .control = greet_back};

    set_up_between(init_pass, init_pass);
    vr_agent_init(&successor, reactor, &greeting);
    check_int(vr_writer_text(&server.agent.writer, "hello"), 0);
    check_int(enter(&flip), 0);
    give_way();
    client_hears("TWO");
    check_int(flip.entered, 1);
    vr_writer_fini(&server.agent.writer);
    tear_down();
}

static size_t remove_and_pass(struct vr_consumer *in,
                              const struct vr_offer *offer)
{
    if (near.element.chain)
        remove_near();
    return vr_pass_consume(in, offer);
}

static void init_removing(struct vr_filter *filter, struct vr_reactor *in)
{
    static const struct vr_filter_ops ops = {
        .outbound = {.in = {.consume = remove_and_pass}, .need = VR_NEED_NONE}};

    check_int(vr_filter_init(filter, in, &ops), 0);
}

/* promise links-36 */
TEST(filter_enter_inside, what_is_on_offer_counts_when_filters_go)
{
    set_up_between(init_pass, init_removing);
    check_int(vr_writer_text(&server.agent.writer, "one"), 0);
    check_int(enter(&flip), 0);
    check_int(vr_writer_text(&server.agent.writer, "two"), 0);
    client_hears("oneTWO");
    tear_down();
}

/* ---- a program that pauses ---- */

static size_t pause_consume(struct vr_consumer *in,
                            const struct vr_offer *offer)
{
    size_t took = server_consume(in, offer);

    vr_link_pause(in);
    return took;
}

static void check_silence(const char *story)
{
    turn_some(reactor, 10);
    check_str(server.story, story);
}

/* promise links-3 */
TEST(filter_enter_inside, a_program_that_has_paused_hears_nothing)
{
    static const struct vr_consumer_ops pausing = {.consume = pause_consume};

    set_up();
    server.agent.inbound.ops = &pausing;
    init_split(&other, reactor);
    session_say(&client, "starttls\nabc");
    turn_until(reactor, flip.entered);
    check_silence("starttls ");
    check_int(vr_chain_insert(&server.socket.element, &other.element), 0);
    check_silence("starttls ");
    init_split(&near, reactor);
    check_int(vr_chain_swap(&other.element, &near.element), 0);
    check_silence("starttls ");
    vr_filter_leave(&near);
    check_silence("starttls ");
    check(!near.element.chain);
    vr_link_resume(&server.agent.inbound);
    server_hears("starttls ABC");
    tear_down();
}

/* promise links-3 */
TEST(filter_enter_inside, the_pause_of_a_filter_that_goes_ends_with_it)
{
    set_up();
    init_pass(&near, reactor);
    check_int(vr_chain_insert(&server.socket.element, &near.element), 0);
    vr_link_pause(&near.inbound.in);
    vr_link_pause(&near.outbound.in);
    session_say(&client, "abc");
    check_int(vr_writer_text(&server.agent.writer, "def"), 0);
    check_silence("");
    check_int(vr_chain_remove(&near.element), 0);
    server_hears("abc");
    client_hears("def");
    tear_down();
}

/* ---- what is queued is not whole ---- */

enum { LONGEST = 80 };

/* Outbound it lets whole lines pass. */
static size_t line_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_offer lines = *offer;

    while (lines.len && lines.data[lines.len - 1] != '\n')
        lines.len--;
    return lines.len ? vr_pass_consume(in, &lines) : 0;
}

static void need_all(struct vr_producer *out)
{
    vr_pass_ready(out);
    vr_link_need_all(&near.outbound.in, LONGEST);
}

static void need_all_at_once(struct vr_consumer *in)
{
    (void)in;
    need_all(&near.outbound.out);
}

static const struct vr_filter_ops leaving = {
    .outbound = {.in = {.consume = line_consume}, .need = LONGEST}};
static const struct vr_filter_ops not_shown = {
    .outbound = {.in = {.attached = need_all_at_once, .consume = line_consume},
                 .out = {.ready = need_all},
                 .need = LONGEST}};

static void enter_behind(const char *text, const struct vr_filter_ops *ops)
{
    set_up();
    check_int(vr_filter_init(&near, reactor, ops), 0);
    check_int(vr_chain_insert(&server.socket.element, &near.element), 0);
    check_int(vr_writer_text(&server.agent.writer, text), 0);
    check_int(vr_filter_enter(&flip.filter, &near.element), 0);
}

static void check_too_few(void)
{
    turn_until(reactor, flip.entered);
    check_int(flip.err, -VR_ETRUNCATED);
    check(!flip.filter.element.chain);
}

static void check_half_line(const struct vr_filter_ops *ops)
{
    enter_behind("abc", ops);
    write_much(&server.agent.writer, 100);
    check_int(vr_writer_text(&server.agent.writer, "\n"), 0);
    check_too_few();
    turn_until(reactor, client.received == 104);
    session_say(&client, "def");
    server_hears("def");
    tear_down();
    check_int(flip.entered, 1);
}

/* promise links-38 */
TEST(filter_enter_inside, half_a_line_that_is_queued_keeps_it_out)
{
    check_half_line(&leaving);
    check_half_line(&not_shown);
}

/* promise links-38 */
TEST(filter_enter_inside, half_a_line_keeps_it_out_where_nothing_follows)
{
    enter_behind("abc", &not_shown);
    check_too_few();
    tear_down();
    enter_behind("one\nabc", &leaving);
    check_too_few();
    check_int(vr_writer_text(&server.agent.writer, "def\n"), 0);
    client_hears("one\nabcdef\n");
    tear_down();
}

/* ---- a filter that is busy ---- */

static bool always(struct vr_element *element)
{
    (void)element;
    return true;
}

static bool never(struct vr_element *element)
{
    (void)element;
    return false;
}

/* promise links-38 */
TEST(filter_enter_inside, one_that_is_busy_is_taken_out_and_told)
{
    struct vr_filter_ops busy = {.entered = flip_entered};

    set_up();
    busy.element.is_busy = always;
    check_int(vr_filter_init(&flip.filter, reactor, &busy), 0);
    check_int(vr_writer_text(&server.agent.writer, "."), 0);
    check_int(enter(&flip), 0);
    check_int(vr_chain_remove(&flip.filter.element), -EBUSY);
    vr_writer_end(&server.agent.writer);
    turn_until(reactor, flip.entered);
    check_int(flip.err, -VR_ECLOSED);
    session_say(&client, "abc");
    server_hears("abc");
    busy.element.is_busy = never;
    tear_down();
}
