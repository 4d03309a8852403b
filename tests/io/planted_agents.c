/* SPDX-License-Identifier: MIT */
/**
 * @file planted_agents.c
 * The faults, each where an author would make it.
 */
#include "tests/io/planted_agents.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/reactor.h>

enum { LOST = 4096, ECHOES = 2 };

struct echo {
    struct vr_agent agent;
    struct vr_reactor *reactor;
    struct vr_call call;
    void *block;
    bool is_late;
};

static enum planted_agent_fault fault;
static struct echo echoes[ECHOES], *last; /* a run that swaps has two */
static int next;
static void *volatile lost[LOST]; /* volatile: so that leak checkers see it */
static int lost_count;

static struct echo *of_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct echo, agent.inbound);
}

static void go_away(struct vr_agent *agent, const struct vr_end *why)
{
    vr_chain_close(agent->element.chain, why);
}

/* @return how many were answered to */
static size_t answer(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct echo *echo = of_in(in);
    struct vr_writer *writer = fault == AGENT_ANSWERS_AS_THE_LAST
                                   ? &last->agent.writer
                                   : &echo->agent.writer;
    int err;

    if (fault == AGENT_QUEUES_ALL)
        err = vr_writer_append(writer, offer->data, offer->len);
    else
        err = vr_writer_write(writer, offer->data, offer->len);
    if (err >= 0 || fault == AGENT_ENDS_TOO_EARLY)
        return offer->len;
    if (err != -EAGAIN) {
        go_away(&echo->agent,
                &(struct vr_end){.kind = VR_END_ERROR, .code = err});
        return 0;
    }
    if (fault == AGENT_DROPS_WHEN_FULL)
        return offer->len;
    vr_link_pause(in);
    echo->is_late = true;
    return 0;
}

static size_t consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_agent *agent = &of_in(in)->agent;

    if (fault == AGENT_LEAVES_TOO_MUCH && offer->len < 4 && !offer->end)
        return 0;
    if (fault == AGENT_ENDS_TOO_EARLY && offer->len == 1)
        vr_writer_end(&agent->writer);
    if (fault == AGENT_COUNTS_OFFERS && vr_writer_text(&agent->writer, "#"))
        go_away(agent, NULL);
    return vr_element_is_open(&agent->element) ? answer(in, offer) : 0;
}

static void end(struct vr_consumer *in, const struct vr_end *why)
{
    struct echo *echo = of_in(in);

    (void)why;
    if (fault == AGENT_KEEPS_OPEN ||
        (fault == AGENT_NEVER_ENDS_IF_LATE && echo->is_late))
        return;
    if (fault == AGENT_CLOSES_BEFORE_ALL)
        go_away(&echo->agent, NULL);
    else
        vr_writer_end(&echo->agent.writer);
}

static void go_on(struct vr_writer *writer)
{
    struct vr_agent *agent = vr_container_of(writer, struct vr_agent, writer);

    if (fault != AGENT_NEVER_GOES_ON)
        vr_link_resume(&agent->inbound);
}

static void give_up(struct vr_writer *writer, const struct vr_end *why)
{
    go_away(vr_container_of(writer, struct vr_agent, writer), why);
}

static const struct vr_consumer_ops reading = {
    .consume = consume, .ended = end, .aborted = end};
static const struct vr_writer_ops writing = {.drained = go_on,
                                             .stopped = give_up};

static void on_call(struct vr_call *call)
{
    (void)call;
}

static int make(void *arg, struct vr_reactor *reactor,
                struct vr_element **ret_element)
{
    struct echo *echo =
        fault == AGENT_IS_MADE_ONCE ? &echoes[0] : &echoes[next++ % ECHOES];

    (void)arg;
    *ret_element = &echo->agent.element;
    if (fault == AGENT_IS_MADE_ONCE && echo->block)
        return 0;
    last = echo;
    *echo = (struct echo){.reactor = reactor};
    echo->block = vr_alloc(vr_reactor_env(reactor), 1);
    if (!echo->block)
        return -ENOMEM;
    vr_call_init(&echo->call, reactor, on_call);
    if (fault == AGENT_KEEPS_A_CALL)
        vr_call_after(&echo->call, 3600 * VR_SEC);
    vr_agent_init(&echo->agent, reactor, &reading);
    vr_agent_hear_writer(&echo->agent, &writing);
    vr_writer_set_limit(&echo->agent.writer, 8);
    return 0;
}

static void fini(void *arg, struct vr_element *element)
{
    struct echo *echo = vr_container_of(element, struct echo, agent.element);

    (void)arg;
    vr_writer_fini(&echo->agent.writer);
    if (fault == AGENT_KEEPS_A_BLOCK && lost_count < LOST)
        lost[lost_count++] = echo->block;
    else
        vr_dealloc(vr_reactor_env(echo->reactor), echo->block);
    echo->block = NULL;
}

static bool is_empty(void *arg, const struct vr_element *element)
{
    (void)arg;
    (void)element;
    return true; /* it answers at once */
}

static int expect(void *arg, const void *data, size_t len,
                  struct vr_buffer *out)
{
    (void)arg;
    return vr_buffer_append(out, data, len);
}

struct vr_agent_case planted_agent(enum planted_agent_fault now)
{
    struct vr_agent_case of = VR_AGENT_CASE_INIT;

    fault = now;
    of.name = "echo";
    of.make = make;
    of.fini = fini;
    of.expect = expect;
    of.is_empty = is_empty;
    of.most_held = 1 << 14;
    return of;
}
