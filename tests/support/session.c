/* SPDX-License-Identifier: MIT */
/**
 * @file session.c
 * A program that remembers.
 */
#include "tests/support/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

#include "tests/support/counting.h"
#include "tests/support/raw.h"

static struct session *session_of(struct vr_consumer *in)
{
    return vr_container_of(in, struct session, agent.inbound);
}

static struct session *writer_session(struct vr_writer *writer)
{
    return vr_container_of(writer, struct session, agent.writer);
}

/* ---- the story ---- */

static bool is_last_word(const char *story, const char *word)
{
    size_t len = strlen(story), word_len = strlen(word);

    return len >= word_len && !strcmp(story + len - word_len, word);
}

static void hear(struct session *session, enum session_word word,
                 const struct vr_end *why)
{
    static const char *const names[] = {
        [HEARD_CAN_CONNECT] = "can_connect",
        [HEARD_CONNECTED] = "connected",
        [HEARD_DATA] = "data",
        [HEARD_ENDED] = "ended",
        [HEARD_ABORTED] = "aborted",
        [HEARD_STOPPED] = "stopped",
        [HEARD_CLOSED] = "closed",
    };
    size_t used = strlen(session->story);
    char text[64];

    (void)snprintf(text, sizeof(text), "%s%s%s ", names[word], why ? ":" : "",
                   why ? vr_end_kind_name(why->kind) : "");
    if (word != HEARD_DATA || !is_last_word(session->story, text)) {
        check(used + strlen(text) < sizeof(session->story));
        strcpy(session->story + used, text);
    }
    if (session->hear)
        session->hear(session, word);
}

/* ---- reading ---- */

static void on_attached(struct vr_consumer *in)
{
    struct session *session = session_of(in);

    if (session->least)
        vr_link_need(in, session->least);
    vr_link_grant(in, session->window);
}

static void keep(struct session *session, const unsigned char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        size_t place = session->received++;
        if (place < sizeof(session->text) - 1)
            session->text[place] = (char)data[i];
        if (session->is_pattern && data[i] != session_pattern(place))
            check_int(place, -1); /* the first byte that is wrong */
    }
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct session *session = session_of(in);

    if (offer->len < session->least && !offer->end)
        return 0;
    if (session->echoes) {
        int err =
            vr_writer_write(&session->agent.writer, offer->data, offer->len);
        if (err == -EAGAIN) {
            vr_link_pause(in);
            return 0;
        }
    }
    keep(session, offer->data, offer->len);
    if (offer->len)
        hear(session, HEARD_DATA, NULL);
    return offer->len;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct session *session = session_of(in);

    session->is_over = true;
    vr_end_keep(&session->end, why);
    if (session->echoes || session->ends_with_it)
        vr_writer_end(&session->agent.writer);
    hear(session, HEARD_ENDED, why);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    struct session *session = session_of(in);

    session->is_over = true;
    vr_end_keep(&session->end, why);
    hear(session, HEARD_ABORTED, why);
}

static int on_control(struct vr_consumer *in, const struct vr_control *msg)
{
    struct session *session = session_of(in);

    if (vr_control_is(msg, vr_control_can_connect())) {
        hear(session, HEARD_CAN_CONNECT, NULL);
        return session->refuses ? -EPERM : 0;
    }
    if (!vr_control_is(msg, vr_control_connected()))
        return -VR_ENOCONTROL;

    (void)vr_address_format(msg->peer, session->peer, sizeof(session->peer));
    hear(session, HEARD_CONNECTED, NULL);
    session_send_on(session);
    return 0;
}

static const struct vr_consumer_ops reading = {
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
    .control = on_control,
};

/* ---- writing ---- */

static void on_drained(struct vr_writer *writer)
{
    struct session *session = writer_session(writer);

    vr_link_resume(&session->agent.inbound);
    session_send_on(session);
}

static void on_stopped(struct vr_writer *writer, const struct vr_end *why)
{
    hear(writer_session(writer), HEARD_STOPPED, why);
}

static const struct vr_writer_ops writing = {
    .drained = on_drained,
    .stopped = on_stopped,
};

void session_send_on(struct session *session)
{
    struct vr_writer *writer = &session->agent.writer;
    unsigned char data[16384];

    while (session->sent < session->to_send && !session->is_closed) {
        size_t len = session->to_send - session->sent;

        if (session->socket.wire.queue.len > session->most_queued)
            session->most_queued = session->socket.wire.queue.len;
        if (len > sizeof(data))
            len = sizeof(data);
        session_fill(data, len, session->sent);
        if (vr_writer_write(writer, data, len))
            return;
        session->sent += len;
    }
    if (session->then_ends)
        vr_writer_end(writer);
}

void session_say(struct session *session, const char *text)
{
    check_int(vr_writer_text(&session->agent.writer, text), 0);
}

/* ---- together ---- */

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct session *session = vr_container_of(chain, struct session, chain);

    const struct vr_address peer = vr_chain_peer(chain);

    vr_end_keep(&session->why, why);
    (void)vr_address_format(&peer, session->closed_peer,
                            sizeof(session->closed_peer));
    session->is_closed = true;
    hear(session, HEARD_CLOSED, why);
}

void session_init(struct session *session, struct vr_reactor *reactor,
                  const struct vr_socket_options *options)
{
    *session = (struct session){.window = VR_UNLIMITED};
    vr_chain_init(&session->chain, reactor, on_closed);
    check_int(vr_socket_init(&session->socket, reactor, options), 0);
    vr_agent_init(&session->agent, reactor, &reading);
    vr_agent_hear_writer(&session->agent, &writing);
    check_int(vr_chain(&session->chain, &session->socket.element,
                       &session->agent.element),
              0);
}

int session_adopt_raw(struct session *session, int family)
{
    struct vr_address place;
    int listening = raw_listen(family, &place);
    int fd = raw_connect(&place), accepted = raw_accept(listening);

    check_int(vr_socket_adopt(&session->socket, accepted, NULL), 0);
    raw_close_listening(listening);
    return fd;
}

void session_close(struct session *session)
{
    vr_chain_close(&session->chain, NULL);
    turn_until(session->chain.reactor, session->is_closed);
}

void session_narrow(struct session *session, uint64_t window)
{
    session->window = window;
    vr_link_detach(&session->socket.wire.inbound);
    check_int(
        vr_link_attach(&session->socket.wire.inbound, &session->agent.inbound),
        0);
}

int session_count(const struct session *session, const char *word)
{
    int count = 0;

    for (const char *at = session->story; (at = strstr(at, word)); at++)
        count++;
    return count;
}

unsigned char session_pattern(size_t place)
{
    return (unsigned char)(place ^ place >> 8 ^ (place >> 16) * 7);
}

void session_fill(unsigned char *data, size_t len, size_t place)
{
    for (size_t i = 0; i < len; i++)
        data[i] = session_pattern(place + i);
}

struct vr_reactor *session_reactor(const struct vr_env *env)
{
    struct vr_reactor *reactor = NULL;

    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options),
                      .selector_ops = counting_selector(),
                      .env = env,
                  },
                  &reactor),
              0);
    return reactor;
}

void turn_some(struct vr_reactor *reactor, int count)
{
    while (count-- > 0)
        check(vr_reactor_turn(reactor, 0) >= 0);
}

size_t session_read_all(struct vr_reactor *reactor, int fd, void *data,
                        size_t size, int *ret_end)
{
    unsigned char *bytes = data;
    size_t got = 0;
    ssize_t len;

    do {
        turn_some(reactor, 1);
        len = recv(fd, bytes + got, size - got, MSG_DONTWAIT);
        got += len > 0 ? (size_t)len : 0;
    } while (len > 0 || (len < 0 && errno == EAGAIN));
    *ret_end = len < 0 ? -errno : 0;
    return got;
}
