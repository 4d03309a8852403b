/* SPDX-License-Identifier: MIT */
/**
 * @file socket.c
 * The socket as a whole: which events it waits for, and when it closes.
 */
#include <vreactor/io/wire/socket_impl.h>

#include <errno.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/fd.h>
#include <vreactor/base/options.h>
#include <vreactor/io/control.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/reactor.h>

enum { WRITE_WINDOW = 64 * 1024 };

static const struct vr_end closed_here = {.kind = VR_END_LOCAL,
                                          .code = -VR_ECLOSED};

static const struct vr_end orderly = {.kind = VR_END_EOF};

static const struct vr_env *env_of(const struct vr_socket *socket)
{
    return vr_reactor_env(socket->reactor);
}

/* ---- ends ---- */

static enum vr_end_kind kind_of(int err)
{
    switch (-err) {
    case 0:
        return VR_END_EOF;
    case ECONNRESET:
    case EPIPE:
        return VR_END_RESET;
    case ETIMEDOUT:
        return VR_END_TIMEOUT;
    case VR_ECLOSED:
        return VR_END_LOCAL;
    default:
        return VR_END_ERROR;
    }
}

struct vr_end vr_socket_end(const struct vr_socket *socket, int err,
                            enum vr_end_stage stage)
{
    struct vr_end end = {.kind = kind_of(err), .stage = stage, .code = err};

    if (stage == VR_STAGE_CONNECT)
        end.after = vr_time_sub(vr_now(env_of(socket)), socket->connect_began);
    return end;
}

void vr_socket_fail(struct vr_socket *socket, int err, enum vr_end_stage stage)
{
    struct vr_chain *chain = socket->element.chain;
    struct vr_end end = vr_socket_end(socket, err, stage);

    vr_link_abort(&socket->inbound, &end);
    if (socket->state != VR_SOCKET_CLOSED)
        vr_link_stop(&socket->outbound, &end);
    vr_chain_close(chain, &end);
}

/* ---- settling ---- */

bool vr_socket_may_end_alone(const struct vr_socket *socket,
                             enum vr_half_close direction)
{
    return socket->options.half_close == VR_HALF_CLOSE_BOTH ||
           socket->options.half_close == direction;
}

/* A connection that was reset, or timed out, is lost both ways. */
static bool is_lost(const struct vr_socket *socket)
{
    return socket->at_end && (socket->end.kind == VR_END_RESET ||
                              socket->end.kind == VR_END_TIMEOUT);
}

/* The program's producer does not know the request, so its queued bytes are
 * lost; without a producer, writing just ends. */
static void cut_writing(struct vr_socket *socket, bool is_loss)
{
    if (is_loss) {
        vr_socket_lose_write(socket, &closed_here);
        return;
    }
    socket->write_ending = true;
    if (socket->state == VR_SOCKET_OPEN)
        vr_socket_flush(socket);
}

/* The program's producer ends after its queued bytes. */
static void ask_to_end(struct vr_socket *socket)
{
    const struct vr_control msg = {.kind = vr_control_end_writing()};

    if (socket->asked_to_end)
        return;

    socket->asked_to_end = true;
    int answer = vr_control_upstream(&socket->outbound, &msg);
    if (answer < 0 && socket->state != VR_SOCKET_CLOSED &&
        !socket->write_over && !socket->write_ending)
        cut_writing(socket, answer != -ENOTCONN);
}

/* Why nothing more is read once writing is over: the first cause, if there is
 * one. */
static const struct vr_end *why_both_end(const struct vr_socket *socket)
{
    const struct vr_end *why = &socket->element.chain->why;

    return socket->broken && why->kind != VR_END_NONE ? why : &closed_here;
}

/* One direction is over: what of the other? */
static void end_other_half(struct vr_socket *socket)
{
    bool read_over = socket->inbound.state == VR_LINK_OVER;

    if (read_over && is_lost(socket))
        vr_socket_lose_write(socket, &socket->end);
    if (read_over && !socket->write_over && !socket->write_ending &&
        !vr_socket_may_end_alone(socket, VR_HALF_CLOSE_INPUT))
        ask_to_end(socket);
    if (socket->write_over && !read_over &&
        (socket->broken ||
         !vr_socket_may_end_alone(socket, VR_HALF_CLOSE_OUTPUT)))
        vr_link_abort(&socket->inbound, why_both_end(socket));
}

/* A write failed after the producer had ended: `stopped` cannot tell the
 * program, and the peer learns of the loss only when the connection closes.  So
 * reading ends now, without waiting for the peer's end. */
static void end_unheard(struct vr_socket *socket)
{
    if (socket->state != VR_SOCKET_OPEN || !vr_socket_is_unheard(socket))
        return;

    vr_socket_read(socket);
    if (vr_socket_wants_read(socket))
        vr_pump_later(&socket->inbound);
}

void vr_socket_settle(struct vr_socket *socket)
{
    if (socket->connect_error) {
        vr_socket_fail(socket, socket->connect_error, VR_STAGE_CONNECT);
        return;
    }
    if (socket->state == VR_SOCKET_OPEN)
        vr_greet(&socket->inbound, &socket->peer);
    if (vr_reactor_is_stopping(socket->reactor)) {
        vr_pump_later(&socket->inbound);
        return;
    }
    if (socket->state == VR_SOCKET_OPEN && vr_socket_has_to_offer(socket))
        vr_socket_offer_left(socket);
    end_unheard(socket);
    vr_socket_find_end(socket);
    if (socket->state == VR_SOCKET_CLOSED)
        return;

    if (socket->inbound.state == VR_LINK_OVER)
        vr_buffer_clear(&socket->left);
    end_other_half(socket);
    if (socket->state == VR_SOCKET_CLOSED)
        return;
    if (socket->inbound.state == VR_LINK_OVER && socket->write_over)
        vr_chain_close(socket->element.chain,
                       socket->cut_off ? &closed_here : &orderly);
    else
        vr_socket_update(socket);
}

void vr_socket_update(struct vr_socket *socket)
{
    unsigned want = 0;

    if (vr_socket_wants_read(socket))
        want |= VR_READ;
    if (socket->state == VR_SOCKET_CONNECTING || socket->queue.len)
        want |= VR_WRITE;
    vr_watch_want(&socket->watch, want);
}

/* ---- events ---- */

static struct vr_socket *socket_of(struct vr_watch *watch)
{
    return vr_container_of(watch, struct vr_socket, watch);
}

static void on_readable(struct vr_watch *watch)
{
    struct vr_socket *socket = socket_of(watch);

    vr_socket_read(socket);
    vr_socket_update(socket);
}

/* If the kernel takes nothing, only its error queue may have been ready. */
static void flush(struct vr_socket *socket)
{
    size_t queued = socket->queue.len;

    vr_socket_flush(socket);
    if (queued && socket->queue.len == queued)
        vr_fd_drop_notices(env_of(socket), socket->fd);
}

static void on_writable(struct vr_watch *watch)
{
    struct vr_socket *socket = socket_of(watch);

    if (socket->state == VR_SOCKET_CONNECTING)
        vr_socket_finish_connect(socket);
    if (socket->state == VR_SOCKET_OPEN &&
        !vr_reactor_is_stopping(socket->reactor)) {
        flush(socket);
        vr_socket_update(socket);
    }
}

static void on_failed(struct vr_watch *watch, int err)
{
    struct vr_socket *socket = socket_of(watch);
    char text[VR_ADDRESS_TEXT_SIZE];

    if (err == -VR_ECLOSED)
        vr_log_info(vr_reactor_log(socket->reactor),
                    "%s: connection closed with its reactor",
                    vr_address_format(&socket->peer, text, sizeof(text)));
    vr_socket_fail(socket, err,
                   socket->state == VR_SOCKET_CONNECTING ? VR_STAGE_CONNECT
                                                         : VR_STAGE_NONE);
}

const struct vr_watch_ops vr_socket_events = {
    .readable = on_readable,
    .writable = on_writable,
    .failed = on_failed,
};

/* ---- as an element ---- */

/* With this, close(2) resets the connection instead of ending it in order. */
static void reset_at_close(const struct vr_socket *socket)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    (void)vr_sys(env_of(socket), setsockopt)(socket->fd, SOL_SOCKET, SO_LINGER,
                                             &at_once, sizeof(at_once));
}

static void close_socket(struct vr_element *element)
{
    struct vr_socket *socket =
        vr_container_of(element, struct vr_socket, element);

    /* In a child it is the parent's connection, which goes on. */
    if (socket->state == VR_SOCKET_OPEN &&
        (socket->queue.len || socket->cut_off) &&
        !vr_reactor_is_inherited(socket->reactor))
        reset_at_close(socket);
    socket->state = VR_SOCKET_CLOSED;
    socket->connect_error = 0;
    vr_producer_fini(&socket->inbound);
    vr_watch_close(&socket->watch);
    vr_fd_close(env_of(socket), socket->fd);
    socket->fd = -1;
}

static void fini_socket(struct vr_element *element)
{
    struct vr_socket *socket =
        vr_container_of(element, struct vr_socket, element);

    vr_buffer_clear(&socket->left);
    vr_buffer_clear(&socket->queue);
}

static const struct vr_element_ops element_ops = {
    .name = "socket",
    .close = close_socket,
    .fini = fini_socket,
};

int vr_socket_init(struct vr_socket *socket, struct vr_reactor *reactor,
                   const struct vr_socket_options *options)
{
    *socket = (struct vr_socket){.reactor = reactor, .fd = -1};
    int err = vr_options_read(&socket->options, vr_socket_options, options);
    if (err)
        return err;
    if ((unsigned)socket->options.half_close > VR_HALF_CLOSE_OUTPUT)
        return -EINVAL;

    if (!socket->options.write_window)
        socket->options.write_window = WRITE_WINDOW;
    socket->watch.fd = -1;
    vr_consumer_init(&socket->outbound, &vr_socket_in);
    vr_producer_init(&socket->inbound, reactor, &vr_socket_out);
    vr_element_init_wire(&socket->element, &element_ops, &socket->outbound,
                         &socket->inbound);
    vr_buffer_init(&socket->left, env_of(socket));
    vr_buffer_init(&socket->queue, env_of(socket));
    return 0;
}

/* ---- questions ---- */

int vr_socket_local(const struct vr_socket *socket,
                    struct vr_address *ret_address)
{
    return socket->fd < 0
               ? -ENOTCONN
               : vr_address_local(env_of(socket), socket->fd, ret_address);
}

int vr_socket_fd(const struct vr_socket *socket)
{
    return socket->fd;
}
