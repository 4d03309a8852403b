/* SPDX-License-Identifier: MIT */
/**
 * @file agent.c
 * The program's end of a chain.
 */
#include <vreactor/io/agent_impl.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/buffer_spare.h>
#include <vreactor/io/writer_impl.h>

static struct vr_agent *agent_of(struct vr_element *element)
{
    return vr_container_of(element, struct vr_agent, element);
}

/* What is on its way is lost, as queued bytes are. */
void vr_agent_close(struct vr_element *element)
{
    struct vr_writer *writer = &agent_of(element)->writer;

    if (vr_writer_would_lose(writer) && writer->out.state != VR_LINK_OVER)
        element->chain->has_dropped = true;
    if (!writer->out.offering)
        vr_buffer_leave_spare(&writer->queue); /* others are to have it */
    vr_producer_fini(&writer->out);
}

bool vr_agent_is_busy(struct vr_element *element)
{
    return vr_writer_is_posting(&agent_of(element)->writer);
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

/* An agent that hears no end ends with it, and as it did. */
static void end_too(struct vr_consumer *in, const struct vr_end *why,
                    bool aborted)
{
    struct vr_agent *agent = vr_container_of(in, struct vr_agent, inbound);

    if (aborted)
        vr_writer_abort(&agent->writer, why);
    else if (!vr_end_is_clean(why))
        vr_writer_end_unclean(&agent->writer);
    else
        vr_writer_end(&agent->writer);
}

void vr_agent_init(struct vr_agent *agent, struct vr_reactor *reactor,
                   const struct vr_consumer_ops *ops)
{
    vr_consumer_init(&agent->inbound, ops);
    agent->inbound.unheard = end_too;
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
