/* SPDX-License-Identifier: MIT */
#include "handshake.h"

static struct vr_result say(struct handshake_talk *guest, const char *text)
{
    return vr_wait_for(vr_stream_text(&guest->stream, text));
}

static struct vr_result judge(struct handshake_talk *guest,
                              struct vr_value value, handshake_rule *rule)
{
    const struct vr_bytes *line = value.ptr;
    int err = rule(&guest->base, line->data, line->len);

    vr_value_free(value);
    return err ? vr_fail(vr_failure_new(vr_reactor_env(guest->base.reactor),
                                        err, "handshake", NULL, NULL))
               : vr_ok(vr_value_none());
}

static struct vr_result hear(void *arg, struct vr_value nothing)
{
    struct handshake_talk *guest = arg;

    (void)nothing;
    return vr_wait_for(
        vr_within(vr_stream_read_line(&guest->stream, HANDSHAKE_LINE),
                  guest->base.reactor, HANDSHAKE_PATIENCE));
}

static struct vr_result take_name(void *arg, struct vr_value line)
{
    return judge(arg, line, handshake_take_name);
}

static struct vr_result ask(void *arg, struct vr_value nothing)
{
    struct handshake_talk *guest = arg;

    (void)nothing;
    return say(guest, handshake_question(&guest->base));
}

static struct vr_result check(void *arg, struct vr_value line)
{
    return judge(arg, line, handshake_check);
}

/* Runs next after any step that failed. */
static struct vr_result tell(void *arg, struct vr_result result)
{
    struct handshake_talk *guest = arg;
    int err = result.failure ? result.failure->code : 0;

    vr_result_free(result);
    return say(guest, handshake_verdict(&guest->base, err));
}

static struct vr_result part(void *arg, struct vr_result told)
{
    struct handshake_talk *guest = arg;

    vr_result_free(told);
    return vr_wait_for(vr_within(vr_stream_close(&guest->stream),
                                 guest->base.reactor, HANDSHAKE_PARTING));
}

/* Each step runs when the one before it has a result, the first at once. */
static int begin(struct handshake *base)
{
    static vr_callback_fn *const steps[] = {hear, take_name, ask, hear, check};
    struct handshake_talk *guest = handshake_talk_of(base);

    int err = handshake_talk_join(guest);
    guest->pending = vr_stream_text(&guest->stream, HANDSHAKE_GREETING);
    for (int i = 0; i < 5 && !err; i++)
        err = vr_pending_then(guest->pending, steps[i], NULL, guest);
    if (!err)
        err = vr_pending_both(guest->pending, tell, guest);
    if (!err)
        err = vr_pending_both(guest->pending, part, guest);
    if (!err)
        err = vr_pending_recover(guest->pending, vr_value_none());
    return err;
}

const struct handshake_way handshake_deferreds = {
    "deferreds", sizeof(struct handshake_talk), begin, handshake_talk_end};
