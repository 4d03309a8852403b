/* SPDX-License-Identifier: MIT */
/**
 * @file server.c
 * A listener and its connections.
 */
#include <vreactor/io/wire/server.h>

#include <errno.h>
#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/state.h>

enum { CLOSED, OPEN, FINISHING, CLOSING };

/* A connection's place among the others; the connection follows it. */
struct member {
    alignas(max_align_t) struct vr_list link;
};

static struct vr_connection *connection_of(struct vr_list *link)
{
    return (void *)(vr_container_of(link, struct member, link) + 1);
}

static struct member *member_of(const struct vr_connection *connection)
{
    return (struct member *)(void *)connection - 1;
}

static const struct vr_env *env_of(const struct vr_server *server)
{
    return vr_reactor_env(server->reactor);
}

struct vr_server *vr_server_of(const struct vr_connection *connection)
{
    return vr_container_of(connection->ops, struct vr_server, hooks);
}

size_t vr_server_count(const struct vr_server *server)
{
    return server->count;
}

struct vr_connection *vr_server_next(const struct vr_server *server,
                                     const struct vr_connection *after)
{
    struct vr_list *next =
        after ? member_of(after)->link.next : server->members.next;

    return next == &server->members ? NULL : connection_of(next);
}

const struct vr_address *vr_server_local(const struct vr_server *server)
{
    return vr_listener_local(&server->listener);
}

const char *vr_server_text(const struct vr_server *server)
{
    return server->text;
}

/* ---- the end ---- */

static void give_up_timers(struct vr_server *server)
{
    vr_soon_cancel(&server->finishing);
    (void)vr_call_cancel(&server->drained);
    vr_signal_close(&server->interrupted);
    vr_signal_close(&server->terminated);
}

/* The memory may be gone, or a server anew, once `closed` has run. */
static void end(struct vr_server *server)
{
    struct vr_reactor *reactor = server->reactor;
    bool *over = server->over;
    int *status = server->status, err = server->err;

    give_up_timers(server);
    server->state = CLOSED;
    if (server->ops->closed)
        server->ops->closed(server, err);
    if (!over)
        return;
    *over = true;
    *status = err;
    vr_reactor_stop(reactor);
}

static void end_if_all_gone(struct vr_server *server)
{
    if (server->is_listener_closed && server->count == 0)
        end(server);
}

static void close_all(struct vr_server *server, const struct vr_end *why)
{
    struct vr_connection *each = NULL;

    server->state = CLOSING;
    give_up_timers(server);
    vr_listener_close(&server->listener);
    while ((each = vr_server_next(server, each)))
        vr_connection_close(each, why);
}

void vr_server_close(struct vr_server *server)
{
    if (server->state == OPEN || server->state == FINISHING)
        close_all(server, NULL);
}

/* A hook may close the server, but no connection goes before the turn ends. */
static void on_finishing(struct vr_soon *finishing)
{
    struct vr_server *server =
        vr_container_of(finishing, struct vr_server, finishing);
    struct vr_connection *each = NULL;

    while (server->state == FINISHING && (each = vr_server_next(server, each)))
        if (each->chain.is_closed)
            continue;
        else if (server->ops->finish)
            server->ops->finish(each);
        else
            vr_connection_finish(each);
}

static void on_drained(struct vr_call *drained)
{
    static const struct vr_end why = {.kind = VR_END_TIMEOUT,
                                      .stage = VR_STAGE_SHUTDOWN};
    struct vr_server *server =
        vr_container_of(drained, struct vr_server, drained);

    vr_log_warn(vr_reactor_log(server->reactor),
                "%s: %zu connections closed, which had not finished in time",
                server->text, server->count);
    close_all(server, &why);
}

void vr_server_finish(struct vr_server *server)
{
    if (server->state != OPEN)
        return;

    server->state = FINISHING;
    vr_listener_close(&server->listener);
    vr_soon_add_pump(&server->finishing, server->reactor);
    if (server->drain_time > 0)
        vr_call_after(&server->drained, server->drain_time);
}

/* ---- signals ---- */

static void tell_heard(const struct vr_server *server, const char *name)
{
    vr_log_info(vr_reactor_log(server->reactor),
                "%s: %s came, with %zu connections open", server->text, name,
                server->count);
}

static void on_interrupted(struct vr_signal *signal)
{
    struct vr_server *server =
        vr_container_of(signal, struct vr_server, interrupted);

    tell_heard(server, "SIGINT");
    if (server->state == FINISHING)
        vr_server_close(server);
    else
        vr_server_finish(server);
}

static void on_terminated(struct vr_signal *signal)
{
    struct vr_server *server =
        vr_container_of(signal, struct vr_server, terminated);

    tell_heard(server, "SIGTERM");
    vr_server_finish(server);
}

static int hear_signals(struct vr_server *server)
{
    int err = vr_signal_open(&server->interrupted, server->reactor, SIGINT,
                             on_interrupted);
    if (!err)
        err = vr_signal_open(&server->terminated, server->reactor, SIGTERM,
                             on_terminated);
    return err;
}

/* ---- connections ---- */

static void on_connection_closed(struct vr_connection *connection,
                                 const struct vr_end *why)
{
    struct vr_server *server = vr_server_of(connection);

    vr_list_remove(&member_of(connection)->link);
    server->count--;
    if (server->ops->connection.closed)
        server->ops->connection.closed(connection, why);
    vr_dealloc(env_of(server), member_of(connection));

    if (server->state == FINISHING && !server->err &&
        vr_reactor_is_closed(server->reactor))
        server->err = -VR_ECLOSED; /* it was not let finish */
    vr_listener_allow(&server->listener, 1);
    end_if_all_gone(server);
}

static int on_accepted(struct vr_listener *listener, int fd,
                       const struct vr_address *peer)
{
    struct vr_server *server =
        vr_container_of(listener, struct vr_server, listener);
    size_t size = sizeof(struct member) + server->connection_size;

    struct member *member = vr_alloc(env_of(server), size);
    if (!member) {
        vr_listener_allow(listener, 1);
        return -ENOMEM;
    }
    memset(member, 0, size);
    vr_list_append(&server->members, &member->link);
    server->count++;
    struct vr_connection *connection = connection_of(&member->link);
    vr_connection_accept(connection, listener, fd, peer, &server->socket,
                         &server->hooks);
    if (server->ops->accepted)
        server->ops->accepted(server, connection);
    return 0;
}

/* One that the selector gave up ends the server, too, but in order. */
static void on_listener_closed(struct vr_listener *listener)
{
    struct vr_server *server =
        vr_container_of(listener, struct vr_server, listener);
    int err = vr_listener_error(listener);

    server->is_listener_closed = true;
    if (err) {
        server->err = err;
        vr_server_finish(server);
    }
    end_if_all_gone(server);
}

/* ---- the beginning ---- */

static int read_options(struct vr_server *server,
                        struct vr_server_options *given,
                        struct vr_listener_options *listening,
                        const struct vr_server_options *options)
{
    struct vr_socket probe;

    int err = vr_options_read(given, vr_server_options, options);
    if (!err)
        err = vr_options_read(listening, vr_listener_options, given->listener);
    if (!err)
        err =
            vr_options_read(&server->socket, vr_socket_options, given->socket);
    if (err)
        return err;

    listening->size = sizeof(*listening);
    listening->controlled = given->limit > 0;
    server->socket.size = sizeof(server->socket);
    if (!given->connection_size)
        given->connection_size = sizeof(struct vr_connection);
    if (given->connection_size < sizeof(struct vr_connection) ||
        given->connection_size > SIZE_MAX / 2 || given->drain_time < 0)
        return -EINVAL;
    return vr_socket_init(&probe, server->reactor, &server->socket);
}

static bool are_hooks_good(const struct vr_server_ops *ops)
{
    return ops->connection.consume && vr_is_known(ops) &&
           vr_is_known(&ops->connection);
}

/* The listener last, as only what is closed in a call may be undone. */
static int begin(struct vr_server *server, const struct vr_address *place,
                 const struct vr_server_options *given,
                 const struct vr_listener_options *listening)
{
    static const struct vr_listener_ops ops = {.accepted = on_accepted,
                                               .closed = on_listener_closed};

    int err = given->signals ? hear_signals(server) : 0;
    if (!err)
        err = vr_listener_open(&server->listener, server->reactor, place,
                               listening, &ops);
    if (err)
        give_up_timers(server);
    return err;
}

int vr_server_open(struct vr_server *server, struct vr_reactor *reactor,
                   const struct vr_address *place,
                   const struct vr_server_options *options,
                   const struct vr_server_ops *ops)
{
    struct vr_server_options given = {.size = 0};
    struct vr_listener_options listening = {.size = 0};

    *server = (struct vr_server){
        .reactor = reactor, .ops = ops, .hooks = ops->connection};
    server->hooks.closed = on_connection_closed;
    vr_list_init(&server->members);
    vr_call_init(&server->drained, reactor, on_drained);
    vr_soon_init(&server->finishing, on_finishing);

    int err = read_options(server, &given, &listening, options);
    if (!err && !are_hooks_good(ops))
        err = -EINVAL;
    if (!err)
        err = begin(server, place, &given, &listening);
    if (err)
        return err;

    server->connection_size = given.connection_size;
    server->drain_time = given.drain_time;
    server->state = OPEN;
    vr_address_format(vr_server_local(server), server->text,
                      sizeof(server->text));
    vr_listener_allow(&server->listener, given.limit);
    return 0;
}

/* ---- running ---- */

int vr_server_run(struct vr_server *server)
{
    bool over = false, *outer_over = server->over;
    int status = 0, *outer_status = server->status;

    if (server->state == CLOSED)
        return -VR_ECLOSED;
    server->over = &over;
    server->status = &status;
    int err = vr_reactor_run(server->reactor);
    if (!over) { /* the memory may be gone otherwise */
        server->over = outer_over;
        server->status = outer_status;
    }
    return err ? err : status;
}
