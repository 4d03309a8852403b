/* SPDX-License-Identifier: MIT */
#include "echo.h"

/* One connection; frees itself when its chain has closed. */
struct guest {
    struct echo_guest base;
    struct vr_agent agent;
    struct vr_call patience;
};

static struct guest *guest_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct guest, agent.in);
}

static void on_silence(struct vr_call *patience)
{
    struct guest *guest = vr_container_of(patience, struct guest, patience);

    vr_chain_close(&guest->base.chain, NULL);
}

/* While the guest does not read what we write, we do not read either. */
static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct guest *guest = guest_of(in);
    int err = vr_writer_write(&guest->agent.writer, offer->data, offer->len);

    vr_call_after(&guest->patience, ECHO_PATIENCE);
    if (!err)
        return offer->len;
    if (err == -EAGAIN)
        vr_pause(in);
    else
        vr_chain_close(&guest->base.chain, NULL);
    return 0;
}

static void on_drained(struct vr_writer *writer)
{
    vr_resume(&vr_container_of(writer, struct guest, agent.writer)->agent.in);
}

/* Nothing can be written any more.  While we have paused, only this tells that
 * the guest is gone. */
static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    vr_chain_close(
        &vr_container_of(writer, struct guest, agent.writer)->base.chain, why);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_writer_end(&guest_of(in)->agent.writer);
}

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct guest *guest = vr_container_of(chain, struct guest, base.chain);

    (void)why;
    vr_call_cancel(&guest->patience);
    free(guest);
}

static const struct vr_consumer_ops reading = {
    .consume = on_consume, .ended = on_ended, .aborted = on_ended};
static const struct vr_writer_ops writing = {.drained = on_drained,
                                             .stopped = on_stopped};

int echo_server_accept(struct vr_listener *listener, int fd,
                       const struct vr_peer *peer)
{
    struct guest *guest = calloc(1, sizeof(*guest));
    if (!guest)
        return -ENOMEM;

    vr_call_init(&guest->patience, listener->reactor, on_silence);
    vr_call_after(&guest->patience, ECHO_PATIENCE);
    vr_agent_init(&guest->agent, listener->reactor, &reading);
    vr_agent_hear_writer(&guest->agent, &writing);
    int err = echo_guest_join(&guest->base, listener->reactor,
                              &guest->agent.element, on_closed);
    if (!err)
        err = vr_socket_adopt(&guest->base.socket, fd, peer);
    if (err)
        vr_chain_close(&guest->base.chain, NULL); /* and then freed */
    return err;
}
