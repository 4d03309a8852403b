/* SPDX-License-Identifier: MIT */
/* A program of before the move, which does nothing but use names that moved. */
#include <stdio.h>

#include <vreactor/base/list.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/control.h>
#include <vreactor/io/listener.h>
#include <vreactor/io/peer.h>
#include <vreactor/io/socket.h>
#include <vreactor/io/stream.h>
#include <vreactor/log/log.h>
#include <vreactor/log/queue.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/failure.h>
#include <vreactor/reactor/ask.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/condition.h>
#include <vreactor/reactor/failure_log.h>
#include <vreactor/reactor/pool.h>
#include <vreactor/reactor/promise.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/selector.h>
#include <vreactor/reactor/sleep.h>
#include <vreactor/reactor/timed_pending.h>
#include <vreactor/reactor/wait.h>

struct session {
    struct vr_stream stream;
    struct vr_agent agent;
    struct vr_writer writer;
    struct vr_stage stage;
    struct vr_reactor *reactor;
};

static bool here(void *arg)
{
    return arg;
}

static const struct vr_log_queue_ops queue_ops = {.here = here};

static const struct vr_consumer_ops passing = {
    .attached = vr_pass_attached,
    .consume = vr_pass_consume,
    .control = vr_pass_control,
};

static const struct vr_producer_ops passing_back = {
    .ready = vr_pass_ready,
    .control = vr_pass_control_up,
};

static int addresses(const struct vr_env *env, int fd)
{
    char text[VR_PEER_TEXT_SIZE];
    struct sockaddr_storage raw = {0};
    struct vr_env own = vr_env_default;
    struct vr_sys sys = vr_sys_default;
    struct vr_peer peer, other;
    own.sys = &sys;
    own.now = env ? env->now : vr_env_default.now;
    own.sys = env && vr_sys_default.close ? own.sys : &vr_sys_default;
    int err = vr_peer_ip(env, "127.0.0.1", 80, &peer);

    if (!err)
        err = vr_peer_parse(&own, "[::1]:80", &other);
    if (!err)
        err = vr_peer_unix("/run/socket", &other);
    if (!err)
        err = vr_peer_abstract("name", 4, &other);
    if (!err)
        err = vr_peer_from_sockaddr((struct sockaddr *)&raw, 0, &other);
    if (!err)
        err = vr_peer_local(env, fd, &other);
    if (!err)
        err = vr_peer_remote(env, fd, &other);
    if (!err)
        err = vr_peer_lookup(env, "localhost", 80, &other, 1);
    printf("%s\n", vr_peer_format(&peer, text, sizeof(text)));
    printf("%s\n", vr_peer_format_named(env, &peer, text, sizeof(text)));
    printf("%d %d\n", vr_peer_family(&peer), vr_peer_port(&peer));
    return vr_peer_is_local(&peer) && vr_peer_equal(&peer, &other) ? 0 : err;
}

static int links(struct session *session, const struct vr_control *msg,
                 const struct vr_end *why)
{
    struct vr_consumer *in = &session->agent.in;
    struct vr_producer *out = &session->writer.out;
    struct vr_offer offer = {.len = 0};

    vr_producer_init(out, &passing_back, session->reactor);
    vr_stage_init(&session->stage, &vr_pass_in, &vr_pass_out, session->reactor);
    vr_stage_init(&session->stage, &passing, &passing_back, session->reactor);
    int err = vr_attach(out, in);
    if (!err)
        err = vr_insert(out, &session->stage);
    if (!err)
        err = vr_remove(&session->stage);
    vr_grant(in, vr_window(out));
    vr_need(in, 2);
    vr_need_all(in, 3);
    vr_pause(in);
    vr_resume(in);
    vr_pause_briefly(in);
    (void)vr_offer(out, &offer);
    (void)vr_control_down(out, msg);
    (void)vr_control_up(in, msg);
    vr_abort(out, why);
    vr_stop(in, why);
    vr_detach(out);
    return session->stream.element.chain ? err : 0;
}

static int times(struct vr_reactor *reactor, struct vr_pending *pending)
{
    struct vr_result result;
    int err = vr_pending_timeout(reactor, pending, 5 * VR_SEC);

    if (!err)
        err = vr_pending_wait(
            reactor, vr_within(NULL, VR_SEC, vr_pending_sleep(reactor, VR_SEC)),
            -1, &result);
    return err;
}

static bool questions(struct vr_call *call, struct vr_list *list,
                      struct vr_logger *logger)
{
    vr_failure_log(logger, VR_LOG_WARN, NULL);
    return vr_call_ran(call) || vr_call_scheduled(call) ||
           vr_list_empty(list) || vr_logger_wants(logger, VR_LOG_INFO) ||
           vr_coroutine_inside();
}

/* Never called with more than a name. */
int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return addresses(NULL, 0) + links(NULL, NULL, NULL) +
               times(NULL, NULL) + questions(NULL, NULL, NULL) +
               !queue_ops.here(NULL);
    return puts("moved") < 0;
}
