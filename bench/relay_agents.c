/* SPDX-License-Identifier: MIT */
#include "bench/relay_servers.h"

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/agent.h>

#include "bench/peer.h"
#include "bench/relay_session.h"

struct side {
    struct relay_side base;
    struct vr_agent agent;
};

struct session {
    struct side sides[2];
};

static struct side *other_than(struct side *side)
{
    return vr_container_of(side->base.other, struct side, base);
}

static struct side *side_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct side, agent.inbound);
}

static struct vr_consumer *source_of(struct vr_writer *writer)
{
    return &other_than(vr_container_of(writer, struct side, agent.writer))
                ->agent.inbound;
}

static size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct side *other = other_than(side_of(in));
    int err = vr_writer_write(&other->agent.writer, offer->data, offer->len);

    if (err == -EAGAIN)
        vr_link_pause(in);
    else if (err)
        vr_chain_close(&other->base.chain, NULL);
    return err ? 0 : offer->len;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_writer_end(&other_than(side_of(in))->agent.writer);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    vr_writer_abort(&other_than(side_of(in))->agent.writer, why);
}

static void on_drained(struct vr_writer *writer)
{
    vr_link_resume(source_of(writer));
}

static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    vr_link_stop(source_of(writer), why);
}

static void open_side(struct side *side, struct vr_reactor *reactor)
{
    static const struct vr_consumer_ops reading = {
        .consume = on_bytes, .ended = on_ended, .aborted = on_aborted};
    static const struct vr_writer_ops writing = {.drained = on_drained,
                                                 .stopped = on_stopped};

    vr_agent_init(&side->agent, reactor, &reading);
    vr_agent_hear_writer(&side->agent, &writing);
    relay_open(&side->base, reactor, &side->agent.element);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct session *session = must_alloc(1, sizeof(*session));
    struct side *sides = session->sides;

    for (int i = 0; i < 2; i++)
        open_side(&sides[i], listener->reactor);
    relay_begin(&sides[0].base, &sides[1].base, listener, fd, peer);
    return 0;
}

static void serve(int port, int backend)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};

    relay_serve(port, backend, &ops);
}

const struct server relay_agents = {.name = "vreactor-agents", .serve = serve};
