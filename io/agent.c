/* SPDX-License-Identifier: MIT */
/**
 * @file agent.c
 * The program's end of a chain.
 */
#include <vreactor/io/agent.h>

#include <vreactor/base/container_of.h>

static struct vr_agent *agent_of(struct vr_element *element)
{
    return vr_container_of(element, struct vr_agent, element);
}

static void close_agent(struct vr_element *element)
{
    vr_producer_fini(&agent_of(element)->writer.out);
}

static void on_arrived(struct vr_writer *writer)
{
    writer->arrived = NULL;
    vr_element_idle(&vr_container_of(writer, struct vr_agent, writer)->element);
}

static bool is_agent_busy(struct vr_element *element)
{
    struct vr_writer *writer = &agent_of(element)->writer;

    if (!vr_writer_is_posting(writer))
        return false;
    writer->arrived = on_arrived;
    return true;
}

static void fini_agent(struct vr_element *element)
{
    vr_writer_fini(&agent_of(element)->writer);
}

static const struct vr_element_ops agent_ops = {
    .name = "agent",
    .close = close_agent,
    .is_busy = is_agent_busy,
    .fini = fini_agent,
};

void vr_agent_init(struct vr_agent *agent, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *ops)
{
    vr_consumer_init(&agent->in, ops);
    vr_writer_init(&agent->writer, reactor, NULL);
    vr_element_init_program(&agent->element, &agent_ops, &agent->in,
                            &agent->writer.out);
}

void vr_agent_hear_writer(struct vr_agent *agent,
                          const struct vr_writer_ops *ops)
{
    agent->writer.ops = ops;
}
