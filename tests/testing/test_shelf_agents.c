/* SPDX-License-Identifier: MIT */
/**
 * @file test_shelf_agents.c
 * The agents of the library pass: one that has no `ended`, and a stream that a
 * coroutine serves.
 */
#include "tests/testing/found.h"

#include <errno.h>

#include <vreactor/io/agent.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/stream.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/testing/agent_check.h>

static void check_passes(const struct vr_agent_case *of)
{
    struct found found;
    struct vr_check_options options = noting(&found);

    int faults = vr_agent_check(of, &options);
    check_none(&found, faults);
}

/* ---- an agent that leaves all to the library ---- */

static struct vr_agent counting;

static size_t count(struct vr_consumer *in, const struct vr_offer *offer)
{
    (void)in;
    return offer->len;
}

static int make_counting(void *arg, struct vr_reactor *reactor,
                         struct vr_element **ret_element)
{
    static const struct vr_consumer_ops ops = {.consume = count};

    (void)arg;
    vr_agent_init(&counting, reactor, &ops);
    *ret_element = &counting.element;
    return 0;
}

TEST(shelf_agents, one_without_ended_passes)
{
    struct vr_agent_case of = VR_AGENT_CASE_INIT;

    of.name = "counting";
    of.make = make_counting;
    check_passes(&of);
}

/* ---- a stream ---- */

static struct {
    struct vr_stream stream;
    struct vr_pending *served;
} session;

/* @return < 0 when there is no more to be answered */
static int answer(struct vr_stream *stream)
{
    struct vr_value bytes;

    int err = vr_await(vr_stream_read_some(stream, 0), &bytes, NULL);
    if (err < 0)
        return err;
    const struct vr_bytes *some = bytes.ptr;
    struct vr_pending *written = vr_stream_write(stream, some->data, some->len);
    vr_value_free(bytes);
    return vr_await(written, NULL, NULL);
}

/* An end in order would say that all was answered. */
static struct vr_result serve(void *arg)
{
    struct vr_stream *stream = arg;
    int err;

    do
        err = answer(stream);
    while (err >= 0);
    if (err == -ENOMEM)
        vr_stream_abort(stream, NULL);
    return vr_wait_for(vr_stream_close(stream));
}

static int make_stream(void *arg, struct vr_reactor *reactor,
                       struct vr_element **ret_element)
{
    (void)arg;
    session.served = NULL;
    vr_stream_init(&session.stream, reactor);
    *ret_element = &session.stream.agent.element;
    return 0;
}

static void begin(void *arg, struct vr_element *element)
{
    (void)arg;
    session.served = vr_spawn(NULL, NULL, serve, &session.stream);
    if (!session.served)
        vr_chain_close(element->chain, NULL);
}

static void fini(void *arg, struct vr_element *element)
{
    (void)arg;
    (void)element;
    vr_pending_free(session.served);
}

static int expect(void *arg, const void *data, size_t len,
                  struct vr_buffer *out)
{
    (void)arg;
    return vr_buffer_append(out, data, len);
}

TEST(shelf_agents, a_stream_that_a_coroutine_serves_passes)
{
    struct vr_agent_case of = VR_AGENT_CASE_INIT;

    of.name = "stream";
    of.make = make_stream;
    of.begin = begin;
    of.fini = fini;
    of.expect = expect;
    check_passes(&of);
}
