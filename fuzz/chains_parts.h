/* SPDX-License-Identifier: MIT */
/**
 * @file chains_parts.h
 * The agents of chains.c, and what must be so whenever a hook runs of them, or
 * of the filters between them.
 */
#ifndef VR_FUZZ_CHAINS_PARTS_H
#define VR_FUZZ_CHAINS_PARTS_H

#include <vreactor/base/container_of.h>
#include <vreactor/io/filter.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/script.h>

#include "fuzz/fuzz.h"

enum { FILTERS = 4, PATTERN = 1024, MOST_OFFER = PATTERN - 256 };

/* At either end: takes what the other sends, sends bytes or records of its
 * own.  What is sent is a count, so all know which byte is the next. */
struct agent {
    struct vr_element element;
    struct vr_consumer in;
    struct vr_producer out;
    struct agent *peer;

    /* What it sends: of `ready` bytes that are there, `passed` were taken. */
    uint64_t ready, passed;
    bool records, ending, offering, stopped;
    size_t record; /* the length of the one that is offered */
    struct vr_end end;

    /* What it takes; the window and the pause are those of the link. */
    uint64_t taken, count, limit; /* bytes: in all, and of this link */
    bool unlimited, paused, over, ended, greedy;
    int links, closes, finis;
    int greeted, secured, shakes; /* heard; and told to its peer */
    bool busy;
    struct vr_post idle; /* it is not, from then on */
};

struct filter {
    struct vr_filter base;
    int inside; /* of its hooks run now */
    int closes;
    bool removed;       /* freed once no hook of anybody runs */
    bool comes, leaves; /* until it is told that it did */
};

struct owner {
    struct vr_chain chain;
    struct agent wire, program;
    bool closed, has_fault;  /* somebody heard of one */
    bool by_itself, is_left; /* closed, or not yet, as all links are over */
};

static struct {
    struct fuzz_input in;
    struct vr_test_env test;
    struct vr_test_script script;
    struct vr_reactor *reactor;
    struct owner *owner; /* of the chain; NULL: closed, and gone */
    struct filter *filters[FILTERS];
    int depth, ops; /* hooks that run now */
    bool in_turn, joining, settling, stopping;
    unsigned char pattern[PATTERN];
} it;

/* What an element does to the chain inside a hook; @p upstream: one that must
 * not offer, as what goes upstream must not. */
static void act_some(bool upstream);

static const struct vr_producer_ops agent_out;
static const struct vr_consumer_ops agent_in;

/* A hook of @p element runs: it is in its chain, which is not closed. */
static void enter(const struct vr_element *element)
{
    fuzz_check(it.owner && !it.owner->closed);
    fuzz_check(element->chain == &it.owner->chain);
    it.depth++;
}

static void leave(void)
{
    it.depth--;
}

static bool is_gone(void)
{
    return !it.owner || it.owner->closed;
}

static bool are_all_over(void)
{
    bool over = it.owner->wire.out.state == VR_LINK_OVER &&
                it.owner->program.out.state == VR_LINK_OVER;

    for (int i = 0; i < FILTERS; i++) {
        const struct vr_filter *filter = &it.filters[i]->base;
        if (filter->element.chain)
            over = over && filter->inbound.out.state == VR_LINK_OVER &&
                   filter->outbound.out.state == VR_LINK_OVER;
    }
    return over;
}

/* The program closes the chain, or the chain itself, as all links are over. */
static void note_close(void)
{
    if (it.owner->closed)
        return;

    fuzz_check(it.in_turn && !it.depth && are_all_over());
    fuzz_check(!it.owner->is_left);
    it.owner->closed = it.owner->by_itself = true;
}

/* ---- agents ---- */

static struct agent *agent_of_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct agent, in);
}

static struct agent *agent_of_out(struct vr_producer *out)
{
    return vr_container_of(out, struct agent, out);
}

static void agent_close(struct vr_element *element)
{
    struct agent *agent = vr_container_of(element, struct agent, element);

    note_close();
    fuzz_check(!agent->closes++);
    fuzz_check(agent != &it.owner->wire || it.owner->program.closes);
    vr_producer_fini(&agent->out);
}

/* All links are over: it closes the chain now, or leaves that to others. */
static void agent_over(struct vr_element *element)
{
    const struct agent *agent =
        vr_container_of(element, const struct agent, element);

    fuzz_check(it.in_turn && !it.depth && !it.owner->closed);
    fuzz_check(are_all_over() && vr_chain_is_over(element->chain));
    it.owner->is_left = agent->records;
    if (!agent->records)
        vr_chain_close(element->chain, NULL);
}

static bool agent_is_busy(struct vr_element *element)
{
    struct agent *agent = vr_container_of(element, struct agent, element);

    if (agent->busy)
        vr_reactor_post(it.reactor, &agent->idle);
    return agent->busy;
}

static void agent_becomes_idle(struct vr_post *post)
{
    struct agent *agent = vr_container_of(post, struct agent, idle);

    agent->busy = false;
    vr_element_idle(&agent->element);
}

static void agent_fini(struct vr_element *element)
{
    struct agent *agent = vr_container_of(element, struct agent, element);

    fuzz_check(agent->closes == 1 && !agent->finis++ && !agent->busy);
}

static void agent_init(struct agent *agent, struct agent *peer, bool is_wire)
{
    static const struct vr_element_ops plain = {
        .name = "agent", .close = agent_close, .fini = agent_fini};
    static const struct vr_element_ops holding = {.name = "agent",
                                                  .close = agent_close,
                                                  .is_busy = agent_is_busy,
                                                  .over = agent_over,
                                                  .fini = agent_fini};
    const struct vr_element_ops *ops;

    agent->peer = peer;
    agent->records = fuzz_below(&it.in, 3) == 2;
    agent->busy = fuzz_below(&it.in, 4) == 3;
    agent->idle.run = agent_becomes_idle;
    ops = agent->busy || agent->records ? &holding : &plain;
    agent->end.kind = fuzz_below(&it.in, 2) ? VR_END_EOF : VR_END_RESET;
    vr_consumer_init(&agent->in, &agent_in);
    vr_producer_init(&agent->out, it.reactor, &agent_out);
    if (is_wire)
        vr_element_init_wire(&agent->element, ops, &agent->in, &agent->out);
    else
        vr_element_init_program(&agent->element, ops, &agent->in, &agent->out);
}

/* Does it hear nothing any more? */
static bool is_over(const struct agent *agent)
{
    return agent->over || agent->peer->stopped;
}

/* Offer what there is; not inside itself. */
static void agent_offer(struct agent *agent)
{
    struct vr_offer offer = {.data = it.pattern + agent->passed % 256};
    uint64_t len = agent->ready - agent->passed;

    if (agent->offering || agent->out.state != VR_LINK_OPEN)
        return;
    len = agent->records && agent->record < len ? agent->record : len;
    offer.len = len < MOST_OFFER ? (size_t)len : MOST_OFFER;
    if (agent->records && len)
        offer.flags = VR_WHOLE;
    else if (agent->ending && len == agent->ready - agent->passed &&
             offer.len == len)
        offer.end = &agent->end;
    agent->offering = true;
    size_t took = vr_link_offer(&agent->out, &offer);
    if (is_gone())
        return;
    agent->offering = false;
    fuzz_check(took <= (offer.flags ? 1 : offer.len));
    agent->passed += offer.flags ? took * offer.len : took;
    if (agent->out.state == VR_LINK_OPEN && !agent->peer->over)
        fuzz_check(agent->passed == agent->peer->taken);
    if (took && agent->passed < agent->ready)
        vr_pump_later(&agent->out);
    else if (took && agent->ending && agent->out.state == VR_LINK_OPEN)
        vr_pump_later(&agent->out);
}

#endif
