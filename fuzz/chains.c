/* SPDX-License-Identifier: MIT */
/**
 * @file chains.c
 * A chain of two agents and up to four filters, and inside every hook any
 * operation: filters come and go, also behind what is queued, windows open,
 * either side greets, pauses, stops, aborts, ends, and the chain is closed
 * under way.  No hook runs after the close or of an element that is out; bytes
 * come once, in order and within the window; each direction comes to its end,
 * and `closed` comes once.
 *
 *   reaches io/link.c: if (!out->offering)
 *   reaches io/link.c: end_link(out, &cut_off);
 *   reaches io/link.c: vr_link_tell_stopped(out, &limit_passed);
 *   reaches io/link_window.c: out->yielding = true;
 *   reaches io/chain_change.c: vr_link_stop(&stage->in, &over);
 *   reaches io/chain.c: vr_soon_hold(closing, chain->reactor);
 *   reaches io/chain_change.c: vr_link_detach(&stage->out);
 *   reaches io/pass.c: vr_link_stop(in, &over_downstream);
 *   reaches io/pass.c: vr_link_need_all(&stage->in, out->need);
 *   reaches io/filter.c: leave(filter);
 */
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

#include "fuzz/chains_changes.h"

const char fuzz_target[] = "chains";

enum { MOST_OPS = 250, MOST_TURNS = 60, MOST_DEPTH = 8, STUCK = 3000 };

/* ---- what an agent hears ---- */

/* How the link is, as far as the consumer has a say. */
static void change_window(struct agent *agent, unsigned kind)
{
    uint64_t window = kind == 3 ? VR_UNLIMITED : 1u + fuzz_byte(&it.in);
    bool joined = agent->in.from;

    if (kind == 0) {
        vr_link_pause(&agent->in);
        agent->paused = joined;
    } else if (kind == 1) {
        agent->paused = false;
        vr_link_resume(&agent->in);
    } else if (kind < 4) {
        agent->unlimited |= joined && kind == 3;
        if (joined && kind == 2 && agent->count + window > agent->limit)
            agent->limit = agent->count + window;
        vr_link_grant(&agent->in, window);
    } else if (kind == 4) {
        agent->paused = false;
        vr_link_pause_briefly(&agent->in);
    } else if (kind == 5) {
        vr_link_need(&agent->in, window);
    } else {
        vr_link_need_all(&agent->in, window);
    }
}

static void on_attached(struct vr_consumer *in)
{
    struct agent *agent = agent_of_in(in);

    enter(&agent->element);
    agent->links++;
    agent->count = 0;
    agent->limit = in->from->limit; /* 0, but for what hooks did meanwhile */
    agent->unlimited = agent->limit == VR_UNLIMITED;
    agent->paused = in->from->paused && !in->from->yielding;
    act_some(true);
    if (!is_gone() && (it.settling || fuzz_below(&it.in, 4))) {
        change_window(agent, agent->greedy ? 3 : 2);
    }
    leave();
}

static size_t how_much(const struct agent *agent, size_t len)
{
    unsigned mood = agent->greedy ? 0 : fuzz_below(&it.in, 8);

    return mood < 5 ? len : mood == 5 ? 0 : len ? fuzz_byte(&it.in) % len : 0;
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct agent *agent = agent_of_in(in);
    bool whole = offer->flags & VR_WHOLE;

    enter(&agent->element);
    fuzz_check(!agent->over && !agent->paused);
    fuzz_check(agent->unlimited || agent->count < agent->limit);
    fuzz_check(whole || agent->unlimited ||
               offer->len <= agent->limit - agent->count);
    for (size_t i = 0; i < offer->len; i++)
        fuzz_check(offer->data[i] == (agent->taken + i) % 256);
    agent->count += offer->len; /* what is granted inside is for more */
    int links = agent->links;
    act_some(false);
    size_t took = how_much(agent, whole ? 1 : offer->len);
    leave();
    if (is_gone())
        return took;
    size_t bytes = whole ? took * offer->len : took;
    agent->taken += bytes;
    if (whole && !took && fuzz_below(&it.in, 4) && !agent->over)
        change_window(agent, 0);
    if (agent->links == links)
        agent->count -= offer->len - bytes;
    return took;
}

static bool is_fault(const struct vr_end *why)
{
    return why->kind != VR_END_LOCAL && !vr_end_is_clean(why);
}

static void end_agent(struct agent *agent, bool ended, const struct vr_end *why)
{
    enter(&agent->element);
    fuzz_check(!agent->over);
    agent->over = true;
    it.owner->has_fault |= is_fault(why);
    agent->ended = ended;
    if (ended && why->kind == VR_END_EOF)
        fuzz_check(agent->taken == agent->peer->ready);
    if (ended)
        fuzz_check(agent->peer->ending);
    act_some(false);
    leave();
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    end_agent(agent_of_in(in), true, why);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    end_agent(agent_of_in(in), false, why);
}

/* Once of the peer; and behind that of each handshake, at most. */
static int on_message(struct vr_consumer *in, const struct vr_control *msg)
{
    struct agent *agent = agent_of_in(in);

    enter(&agent->element);
    agent->greeted += vr_control_is(msg, vr_control_connected());
    agent->secured += vr_control_is(msg, vr_control_secured());
    fuzz_check(!agent->over && agent->greeted == 1);
    fuzz_check(agent->secured <= agent->peer->shakes);
    act_some(false);
    leave();
    return 0;
}

static int on_question(struct vr_producer *out, const struct vr_control *msg)
{
    const struct agent *agent = agent_of_out(out);

    if (!vr_control_is(msg, vr_control_queued()))
        return -VR_ENOCONTROL;
    *(uint64_t *)msg->data += agent->ready - agent->passed;
    return agent->offering ? -EBUSY : 0;
}

static void on_ready(struct vr_producer *out)
{
    struct agent *agent = agent_of_out(out);

    enter(&agent->element);
    fuzz_check(!agent->stopped);
    vr_pump_later(out);
    act_some(true);
    leave();
}

static void on_produce(struct vr_producer *out)
{
    struct agent *agent = agent_of_out(out);

    enter(&agent->element);
    fuzz_check(it.in_turn && it.depth == 1);
    act_some(false);
    if (!is_gone())
        agent_offer(agent);
    leave();
}

static void on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    struct agent *agent = agent_of_out(out);

    enter(&agent->element);
    it.owner->has_fault |= is_fault(why);
    fuzz_check(!agent->stopped && out->state == VR_LINK_OVER);
    agent->stopped = true;
    act_some(true);
    leave();
}

static const struct vr_consumer_ops agent_in = {.knows = VR_WHOLE,
                                                .attached = on_attached,
                                                .consume = on_consume,
                                                .ended = on_ended,
                                                .aborted = on_aborted,
                                                .control = on_message};
static const struct vr_producer_ops agent_out = {.uses = VR_WHOLE,
                                                 .ready = on_ready,
                                                 .produce = on_produce,
                                                 .stopped = on_stopped,
                                                 .control = on_question};

/* ---- what is done to the chain ---- */

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct owner *owner = vr_container_of(chain, struct owner, chain);

    fuzz_check(owner == it.owner && owner->closed && !it.depth);
    fuzz_check(it.in_turn && why->kind != VR_END_NONE);
    fuzz_check(!it.owner->has_fault || is_fault(why));
    fuzz_check(why->kind == VR_END_LOCAL || is_fault(why) ||
               (why->kind == VR_END_EOF && owner->by_itself));
    fuzz_check(owner->wire.finis == 1 && owner->program.finis == 1);
    free(owner);
    it.owner = NULL;
    for (int i = 0; i < FILTERS; i++)
        if (it.filters[i]->removed)
            new_filter(i);
}

static void close_chain(void)
{
    it.owner->closed = true;
    vr_chain_close(&it.owner->chain, NULL);
    fuzz_check(it.owner); /* closed comes from the loop */
}

static void act(bool upstream)
{
    static const struct vr_end local = {.kind = VR_END_LOCAL};
    unsigned kind = fuzz_below(&it.in, 24);
    struct agent *agent =
        fuzz_below(&it.in, 2) ? &it.owner->wire : &it.owner->program;

    if (kind < 7) {
        change_window(agent, kind);
    } else if (kind < 10) {
        agent->ready += agent->ending ? 0 : 1 + fuzz_byte(&it.in);
        agent->record = fuzz_byte(&it.in) + 1u;
        vr_pump_later(&agent->out);
    } else if (kind == 10) {
        agent->ending = true;
        vr_pump_later(&agent->out);
    } else if (kind < 14) {
        insert();
    } else if (kind < 17) {
        remove_one();
    } else if (kind == 17) {
        const struct vr_producer *from = agent->in.from;
        agent->over |= from && from->state == VR_LINK_OPEN;
        vr_link_stop(&agent->in, &local);
    } else if (kind == 18 && upstream) {
        swap();
    } else if (kind == 18) {
        agent->ending = true;
        vr_link_abort(&agent->out, &local);
    } else if (kind == 19) {
        it.stopping = true;
        vr_reactor_stop(it.reactor);
    } else if (kind == 20) {
        close_chain();
    } else if (kind == 22 || (kind > 20 && upstream)) {
        change(agent, upstream);
    } else if (kind > 20) {
        agent_offer(agent);
    }
}

static void act_some(bool upstream)
{
    if (it.settling)
        return;
    for (unsigned n = fuzz_below(&it.in, 8); n > 5; n--)
        if (!fuzz_done(&it.in) && !is_gone() && it.depth <= MOST_DEPTH &&
            it.ops++ < MOST_OPS)
            act(upstream);
}

/* ---- chains come and go ---- */

static void make_turn(void)
{
    it.in_turn = true;
    fuzz_check(vr_reactor_turn(it.reactor, 0) >= 0);
    it.in_turn = false;
    fuzz_check(!it.depth);
    fuzz_check(is_gone() || !are_all_over() || it.owner->is_left ||
               it.stopping); /* then the next turn closes it */
    it.stopping = false;
    for (int i = 0; i < FILTERS; i++)
        if (it.filters[i]->removed && (!it.owner || !it.owner->closed))
            new_filter(i);
}

static void begin_chain(void)
{
    struct owner *owner = calloc(1, sizeof(*owner));

    fuzz_check(owner);
    it.owner = owner;
    agent_init(&owner->wire, &owner->program, true);
    agent_init(&owner->program, &owner->wire, false);
    vr_chain_init(&owner->chain, it.reactor, on_closed);
    it.joining = true;
    int err =
        vr_chain(&owner->chain, &owner->wire.element, &owner->program.element);
    it.joining = false;
    fuzz_check(
        err == 0 || (err == -VR_ECLOSED && owner->closed) ||
        (err == -VR_ECLOSED && owner->wire.out.state == VR_LINK_OVER) ||
        (err == -VR_ECLOSED && owner->program.out.state == VR_LINK_OVER));
    if (!owner->closed && !owner->wire.element.chain) { /* none is in */
        vr_producer_fini(&owner->wire.out);
        vr_producer_fini(&owner->program.out);
        it.owner = NULL;
        free(owner);
    }
}

/* Then the chain may have closed by itself, and be gone. */
static bool have_heard_all(struct agent *const *agents)
{
    return is_gone() || (is_over(agents[0]) && is_over(agents[1]));
}

/* From here on everybody takes what comes: nobody is stuck. */
static void settle(void)
{
    struct agent *agents[] = {&it.owner->wire, &it.owner->program};

    it.settling = true;
    for (int i = 0; i < 2; i++) {
        agents[i]->greedy = agents[i]->ending = true;
        agents[i]->record = 256; /* soon */
        change_window(agents[i], 1);
        change_window(agents[i], 3);
        vr_link_need(&agents[i]->in, 0);
        vr_pump_later(&agents[i]->out);
    }
    for (int i = 0; i < STUCK && !have_heard_all(agents); i++)
        make_turn();
    fuzz_check(have_heard_all(agents));
    it.settling = false;
}

static void play(void)
{
    begin_chain();
    for (int i = 0; i < MOST_TURNS && !is_gone(); i++) {
        act_some(false);
        make_turn();
        if (fuzz_done(&it.in))
            break;
    }
    if (!is_gone())
        settle();
    if (!is_gone())
        close_chain();
    for (int i = 0; i < 3; i++)
        make_turn();
    fuzz_check(!it.owner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&it, 0, sizeof(it));
    it.in = fuzz_input(data, size);
    for (int i = 0; i < PATTERN; i++)
        it.pattern[i] = (unsigned char)i;
    vr_test_env_init(&it.test, 0);
    vr_test_script_init(&it.script, &it.test);
    fuzz_check(!vr_test_script_reactor(&it.script, NULL, &it.reactor));
    for (int i = 0; i < FILTERS; i++)
        new_filter(i);
    for (int i = 0; i < 4 && !fuzz_done(&it.in); i++)
        play();
    for (int i = 0; i < FILTERS; i++) {
        fuzz_check(!it.filters[i]->base.element.chain);
        free(it.filters[i]);
    }
    fuzz_check(!vr_reactor_free(it.reactor));
    fuzz_check(!vr_test_blocks(&it.test));
    return 0;
}
