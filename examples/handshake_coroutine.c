/* SPDX-License-Identifier: MIT */
#include "handshake.h"

static int say(struct handshake_talk *guest, const char *text)
{
    return vr_await(vr_stream_text(&guest->stream, text), NULL, NULL);
}

static int hear(struct handshake_talk *guest, struct vr_value *ret_line)
{
    struct vr_pending *line =
        vr_stream_read_line(&guest->stream, HANDSHAKE_LINE);

    return vr_await(vr_within(line, NULL, HANDSHAKE_PATIENCE), ret_line, NULL);
}

static int ask(struct handshake_talk *guest, const char *question,
               handshake_rule *rule)
{
    struct vr_value answer;

    int err = say(guest, question);
    if (!err)
        err = hear(guest, &answer);
    if (err)
        return err;

    const struct vr_bytes *line = answer.ptr;
    err = rule(&guest->base, line->data, line->len);
    vr_value_free(answer);
    return err;
}

static int part(struct handshake_talk *guest)
{
    struct vr_pending *closed = vr_stream_close(&guest->stream);

    return vr_await(vr_within(closed, NULL, HANDSHAKE_PARTING), NULL, NULL);
}

static struct vr_result talk(void *arg)
{
    struct handshake_talk *guest = arg;

    int err = ask(guest, HANDSHAKE_GREETING, handshake_take_name);
    if (!err)
        err = ask(guest, handshake_question(&guest->base), handshake_check);
    (void)say(guest, handshake_verdict(&guest->base, err));
    (void)part(guest);
    return vr_ok(vr_value_none());
}

/* talk() does not fail: it had no stack. */
static struct vr_result note_failure(void *arg, struct vr_failure *why)
{
    struct handshake_talk *guest = arg;

    guest->failed = why->code;
    vr_failure_unref(why);
    return vr_ok(vr_value_none());
}

static int begin(struct handshake *base)
{
    struct vr_coroutine_options options = VR_COROUTINE_OPTIONS_INIT;
    struct handshake_talk *guest = handshake_talk_of(base);
    int err = handshake_talk_join(guest);

    if (err)
        return err;
    options.reactor = base->reactor;
    guest->pending =
        vr_spawn(vr_reactor_env(base->reactor), &options, talk, guest);
    err = vr_pending_then(guest->pending, NULL, note_failure, guest);
    return err ? err : guest->failed;
}

const struct handshake_way handshake_coroutine = {
    "coroutine", sizeof(struct handshake_talk), begin, handshake_talk_end};
