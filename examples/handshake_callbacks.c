/* SPDX-License-Identifier: MIT */
#include "handshake.h"

struct guest {
    struct handshake base;
    struct vr_agent agent;
    struct vr_call deadline;
    handshake_rule *rule; /* for the next line; NULL: all is said */
};

static void part(struct guest *guest, int err)
{
    struct vr_writer *writer = &guest->agent.writer;

    guest->rule = NULL;
    (void)!vr_writer_text(writer, handshake_verdict(&guest->base, err));
    vr_writer_end(writer);
    vr_call_after(&guest->deadline, HANDSHAKE_PARTING);
}

static void ask(struct guest *guest, const char *question, handshake_rule *rule)
{
    guest->rule = rule;
    vr_call_after(&guest->deadline, HANDSHAKE_PATIENCE);
    int err = vr_writer_text(&guest->agent.writer, question);
    if (err)
        part(guest, err);
}

static void on_line(struct guest *guest, const char *line, size_t len)
{
    int err = guest->rule(&guest->base, line, len);

    if (!err && guest->rule == handshake_take_name)
        ask(guest, handshake_question(&guest->base), handshake_check);
    else
        part(guest, err);
}

/* Half a line is left to the link, which offers it again with more. */
static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct guest *guest = vr_container_of(in, struct guest, agent.inbound);
    const char *data = (const char *)offer->data;
    size_t left = offer->len, whole = 1, line;

    for (; guest->rule && whole; data += whole, left -= whole) {
        whole = handshake_cut_line(data, left, &line);
        if (whole)
            on_line(guest, data, line);
        else if (left >= HANDSHAKE_LINE)
            part(guest, -VR_ELIMIT);
    }
    return guest->rule ? offer->len - left : offer->len;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(in, struct guest, agent.inbound);

    if (guest->rule)
        part(guest, vr_end_code(why));
}

static void on_deadline(struct vr_call *call)
{
    struct guest *guest = vr_container_of(call, struct guest, deadline);

    if (guest->rule)
        part(guest, -ETIMEDOUT);
    else
        vr_chain_close(&guest->base.chain, NULL);
}

static int begin(struct handshake *base)
{
    static const struct vr_consumer_ops ops = {
        .consume = on_consume, .ended = on_ended, .aborted = on_ended};
    struct guest *guest = vr_container_of(base, struct guest, base);

    vr_call_init(&guest->deadline, base->reactor, on_deadline);
    vr_agent_init(&guest->agent, base->reactor, &ops);
    int err = handshake_join(base, &guest->agent.element);
    if (err)
        return err;
    vr_link_need(&guest->agent.inbound, HANDSHAKE_LINE);
    ask(guest, HANDSHAKE_GREETING, handshake_take_name);
    return 0;
}

static void end(struct handshake *base)
{
    vr_call_cancel(&vr_container_of(base, struct guest, base)->deadline);
}

const struct handshake_way handshake_callbacks = {
    "callbacks", sizeof(struct guest), begin, end};
