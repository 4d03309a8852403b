/* SPDX-License-Identifier: MIT */
/**
 * @file connection.c
 * A socket and the program's hooks, joined.
 */
#include <vreactor/io/wire/connection.h>

#include <assert.h>
#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/reserved.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/writer.h>
#include <vreactor/reactor/reactor.h>

static struct vr_connection *of_inbound(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_connection, agent.inbound);
}

static struct vr_connection *of_writer(struct vr_writer *writer)
{
    return vr_container_of(writer, struct vr_connection, agent.writer);
}

/* ---- reading ---- */

static void on_attached(struct vr_consumer *in)
{
    vr_link_need(in, of_inbound(in)->ops->need);
    vr_link_grant(in, VR_UNLIMITED);
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_connection *connection = of_inbound(in);

    return connection->ops->consume(connection, offer);
}

static void end(struct vr_consumer *in, const struct vr_end *why, bool aborted)
{
    struct vr_connection *connection = of_inbound(in);

    if (connection->ops->ended)
        connection->ops->ended(connection, why);
    else
        in->unheard(in, why, aborted);
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    end(in, why, false);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    end(in, why, true);
}

static int on_control(struct vr_consumer *in, const struct vr_control *msg)
{
    struct vr_connection *connection = of_inbound(in);
    const struct vr_connection_ops *ops = connection->ops;

    if (ops->connected && vr_control_is(msg, vr_control_connected())) {
        ops->connected(connection);
        return 0;
    }
    return ops->control ? ops->control(connection, msg) : -VR_ENOCONTROL;
}

static const struct vr_consumer_ops reading = {
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
    .control = on_control,
};

static void let_come(struct vr_connection *connection)
{
    if (connection->paused || connection->full)
        vr_link_pause(&connection->agent.inbound);
    else
        vr_link_resume(&connection->agent.inbound);
}

void vr_connection_pause(struct vr_connection *connection)
{
    connection->paused = true;
    let_come(connection);
}

void vr_connection_resume(struct vr_connection *connection)
{
    connection->paused = false;
    let_come(connection);
}

/* ---- writing ---- */

static void on_drained(struct vr_writer *writer)
{
    struct vr_connection *connection = of_writer(writer);

    connection->full = false;
    let_come(connection);
    if (connection->ops->drained)
        connection->ops->drained(connection);
}

static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    struct vr_connection *connection = of_writer(writer);

    if (connection->ops->stopped)
        connection->ops->stopped(connection, why);
}

static const struct vr_writer_ops writing = {
    .drained = on_drained,
    .stopped = on_stopped,
};

int vr_connection_write(struct vr_connection *connection, const void *data,
                        size_t len)
{
    int full = vr_writer_append(&connection->agent.writer, data, len);
    if (full <= 0)
        return full == -ENOTCONN ? -VR_ECLOSED : full;

    connection->full = true;
    let_come(connection);
    return 0;
}

/* ---- the end ---- */

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct vr_connection *connection =
        vr_container_of(chain, struct vr_connection, chain);

    if (connection->ops->closed)
        connection->ops->closed(connection, why);
}

void vr_connection_finish(struct vr_connection *connection)
{
    vr_writer_end(&connection->agent.writer);
    vr_link_stop(&connection->agent.inbound, NULL);
}

void vr_connection_close(struct vr_connection *connection,
                         const struct vr_end *why)
{
    vr_chain_close(&connection->chain, why);
}

/* ---- the beginning ---- */

static void prepare(struct vr_connection *connection,
                    struct vr_reactor *reactor,
                    const struct vr_connection_ops *ops)
{
    assert(ops->consume && "without consume");
    vr_assert_known(ops);

    *connection = (struct vr_connection){.ops = ops, .socket.wire.fd = -1};
    vr_chain_init(&connection->chain, reactor, on_closed);
    vr_agent_init(&connection->agent, reactor, &reading);
    vr_agent_hear_writer(&connection->agent, &writing);
}

/* Unless there is no wire, because of @err. */
static int join(struct vr_connection *connection, int err,
                struct vr_element *wire)
{
    if (!err)
        err = vr_chain(&connection->chain, wire, &connection->agent.element);
    if (err) /* the chain, which does not have it, will not */
        vr_producer_fini(&connection->agent.writer.out);
    return err;
}

static int join_socket(struct vr_connection *connection,
                       struct vr_reactor *reactor,
                       const struct vr_socket_options *options,
                       const struct vr_connection_ops *ops)
{
    prepare(connection, reactor, ops);
    int err = vr_socket_init(&connection->socket, reactor, options);
    return join(connection, err, &connection->socket.element);
}

/* It could not begin: `closed` tells, from the loop, and of whom. */
static void fail(struct vr_connection *connection, int err,
                 enum vr_end_stage stage, const struct vr_address *peer)
{
    if (peer)
        (void)!vr_chain_set_peer(&connection->chain, peer);
    vr_chain_close(
        &connection->chain,
        &(struct vr_end){.kind = VR_END_ERROR, .stage = stage, .code = err});
}

/* @fd was taken, or not because of @err. */
static void begin(struct vr_connection *connection, int fd, int err,
                  const struct vr_address *peer)
{
    if (!err)
        return;
    vr_fd_close(vr_reactor_env(connection->chain.reactor), fd);
    fail(connection, err, VR_STAGE_NONE, peer);
}

void vr_connection_accept(struct vr_connection *connection,
                          struct vr_listener *listener, int fd,
                          const struct vr_address *peer,
                          const struct vr_socket_options *options,
                          const struct vr_connection_ops *ops)
{
    int err = join_socket(connection, listener->reactor, options, ops);
    if (!err)
        err = vr_socket_accept(&connection->socket, listener, fd, peer);
    begin(connection, fd, err, peer);
}

void vr_connection_adopt(struct vr_connection *connection,
                         struct vr_reactor *reactor, int fd,
                         const struct vr_address *peer,
                         const struct vr_socket_options *options,
                         const struct vr_connection_ops *ops)
{
    int err = join_socket(connection, reactor, options, ops);
    if (!err)
        err = vr_socket_adopt(&connection->socket, fd, peer);
    begin(connection, fd, err, peer);
}

void vr_connection_connect(struct vr_connection *connection,
                           struct vr_reactor *reactor,
                           const struct vr_address *peer,
                           const struct vr_socket_options *options,
                           const struct vr_connection_ops *ops)
{
    int err = join_socket(connection, reactor, options, ops);
    if (!err)
        err = vr_socket_connect(&connection->socket, peer);
    if (err)
        fail(connection, err, VR_STAGE_CONNECT, peer);
}

void vr_connection_join(struct vr_connection *connection,
                        struct vr_reactor *reactor, struct vr_element *wire,
                        const struct vr_connection_ops *ops)
{
    prepare(connection, reactor, ops);
    int err = join(connection, 0, wire);
    if (err)
        fail(connection, err, VR_STAGE_NONE, NULL);
}
