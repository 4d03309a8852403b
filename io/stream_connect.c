/* SPDX-License-Identifier: MIT */
/**
 * @file stream_connect.c
 * Waiting until the peer of a stream is connected.
 */
#include <vreactor/io/stream_impl.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

static void stop_waiting(void *arg, struct vr_pending *pending)
{
    struct vr_stream *stream = arg;

    (void)pending;
    stream->connecting = NULL;
}

static void settle(struct vr_stream *stream, struct vr_result result)
{
    struct vr_pending *connecting = stream->connecting;

    stream->connecting = NULL;
    (void)vr_pending_settle(connecting, result);
}

#undef vr_stream_connected /* the macro adds the place */
struct vr_pending *vr_stream_connected(struct vr_stream *stream)
{
    const struct vr_end *why = vr_stream_why(stream);

    if (stream->is_connected)
        return vr_stream_done(stream, vr_ok(vr_value_none()));
    if (why)
        return vr_stream_done(stream, vr_stream_of_end(stream, why));
    if (stream->connecting)
        return vr_stream_done(stream,
                              vr_stream_failed(stream, -EBUSY, "connect"));

    stream->connecting =
        (vr_pending_new)(vr_stream_env(stream), stop_waiting, stream);
    return stream->connecting;
}

int vr_stream_hear_control(struct vr_consumer *in, const struct vr_control *msg)
{
    struct vr_stream *stream =
        vr_container_of(in, struct vr_stream, agent.inbound);

    if (!vr_control_is(msg, vr_control_connected()))
        return -VR_ENOCONTROL;

    stream->is_connected = true;
    if (stream->connecting)
        settle(stream, vr_ok(vr_value_none()));
    return 0;
}

void vr_stream_give_up_connecting(struct vr_stream *stream,
                                  const struct vr_end *why)
{
    if (stream->connecting)
        settle(stream, vr_stream_of_end(stream, why));
}
