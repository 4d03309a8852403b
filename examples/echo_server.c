/* SPDX-License-Identifier: MIT */
/* echo_server [ADDRESS]: send back what clients send, until interrupted. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <vreactor/vreactor.h>

/* A connection: a chain of two elements, from the wire to the program. */
struct session {
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;
};

static struct vr_reactor *reactor;

static struct session *session_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct session, agent.inbound);
}

/* Bytes came: take all that can be used.  Bytes left without a pause are too
 * few to go on; how many those may be is for vr_link_need() to say, see
 * io/link.h.
 */
static size_t on_bytes(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct session *session = session_of(in);
    int err = vr_writer_write(&session->agent.writer, offer->data, offer->len);

    if (!err)
        return offer->len;
    if (err == -EAGAIN)
        vr_link_pause(in); /* the client does not read: until on_drained() */
    else
        vr_chain_close(&session->chain, NULL);
    return 0;
}

/* No more bytes will come.  What is queued is still written. */
static void on_end(struct vr_consumer *in, const struct vr_end *why)
{
    (void)why;
    vr_writer_end(&session_of(in)->agent.writer);
}

static void on_drained(struct vr_writer *writer)
{
    vr_link_resume(
        &vr_container_of(writer, struct session, agent.writer)->agent.inbound);
}

/* Nothing can be written any more, also while reading is paused. */
static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    vr_chain_close(
        &vr_container_of(writer, struct session, agent.writer)->chain, why);
}

/* The last callback of a connection: its memory is ours again. */
static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    char peer[VR_ADDRESS_TEXT_SIZE], text[200];

    if (!vr_end_is_clean(why) && why->kind != VR_END_LOCAL) {
        vr_address_format(vr_chain_peer(chain), peer, sizeof(peer));
        vr_end_format(why, text, sizeof(text));
        fprintf(stderr, "%s: %s\n", peer, text);
    }
    free(vr_container_of(chain, struct session, chain));
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    static const struct vr_consumer_ops reading = {
        .consume = on_bytes, .ended = on_end, .aborted = on_end};
    static const struct vr_writer_ops writing = {.drained = on_drained,
                                                 .stopped = on_stopped};
    struct session *session = calloc(1, sizeof(*session));
    if (!session)
        return -ENOMEM;

    vr_chain_init(&session->chain, listener->reactor, on_closed);
    vr_agent_init(&session->agent, listener->reactor, &reading);
    vr_agent_hear_writer(&session->agent, &writing);
    int err = vr_socket_init(&session->socket, listener->reactor, NULL);
    if (!err)
        err = vr_chain(&session->chain, &session->socket.element,
                       &session->agent.element);
    if (!err)
        err = vr_socket_adopt(&session->socket, fd, peer);
    if (err)
        vr_chain_close(&session->chain, NULL); /* and then it is freed */
    return err;
}

/* A signal handler may stop a reactor, and so may any thread. */
static void on_interrupt(int number)
{
    (void)number;
    vr_reactor_stop(reactor);
}

int main(int argc, char **argv)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted};
    static struct vr_listener listener;
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7007";
    char text[VR_ADDRESS_TEXT_SIZE];
    struct vr_address place;

    int err = vr_reactor_new(NULL, &reactor);
    if (!err)
        err = vr_address_parse(NULL, where, &place);
    if (!err)
        err = vr_listener_open(&listener, reactor, &place, NULL, &ops);
    if (!err) {
        signal(SIGINT, on_interrupt);
        printf("serving at %s\n",
               vr_address_format(vr_listener_local(&listener), text,
                                 sizeof(text)));
        fflush(stdout);
        err = vr_reactor_run(reactor);
        signal(SIGINT, SIG_DFL);
    }
    if (err)
        fprintf(stderr, "echo_server: %s: %s\n", where, vr_strerror(err));
    vr_reactor_free(reactor); /* with what is still open */
    return err ? 1 : 0;
}
