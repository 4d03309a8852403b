/* SPDX-License-Identifier: MIT */
/**
 * @file agent.c
 * The program's end of a chain.
 */
#include <vreactor/io/agent_impl.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/reserved.h>

static struct vr_agent *agent_of(struct vr_element *element)
{
    return vr_container_of(element, struct vr_agent, element);
}

void vr_agent_close(struct vr_element *element)
{
    vr_producer_fini(&agent_of(element)->writer.out);
}

static void on_arrived(struct vr_writer *writer)
{
    writer->arrived = NULL;
    vr_element_idle(&vr_container_of(writer, struct vr_agent, writer)->element);
}

bool vr_agent_is_busy(struct vr_element *element)
{
    struct vr_writer *writer = &agent_of(element)->writer;

    if (!vr_writer_is_posting(writer))
        return false;
    writer->arrived = on_arrived;
    return true;
}

void vr_agent_fini(struct vr_element *element)
{
    vr_writer_fini(&agent_of(element)->writer);
}

static const struct vr_element_ops agent_ops = {
    .name = "agent",
    .close = vr_agent_close,
    .is_busy = vr_agent_is_busy,
    .fini = vr_agent_fini,
};

void vr_agent_init(struct vr_agent *agent, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *ops)
{
    vr_consumer_init(&agent->inbound, ops);
    vr_writer_init(&agent->writer, reactor, NULL);
    vr_element_init_program(&agent->element, &agent_ops, &agent->inbound,
                            &agent->writer.out);
}

void vr_agent_hear_writer(struct vr_agent *agent,
                          const struct vr_writer_ops *ops)
{
    vr_assert_known(ops);
    agent->writer.ops = ops;
}
