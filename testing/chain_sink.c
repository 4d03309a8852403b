/* SPDX-License-Identifier: MIT */
/**
 * @file chain_sink.c
 * What an end of a chain takes: as its mood is, within the contract of
 * io/link.h; and it watches that the producer obeys that, too.
 */
#include <vreactor/testing/chain_end.h>

#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>

static struct vr_check_end *of_in(struct vr_consumer *in)
{
    return vr_container_of(in, struct vr_check_end, in);
}

static bool one_in(struct vr_check_end *end, size_t limit)
{
    return vr_check_one_in(&end->run->dice, limit);
}

static const char *direction(const struct vr_check_end *end)
{
    return vr_check_direction(!end->index);
}

static void grant(struct vr_check_end *end)
{
    size_t window = end->mood.window;

    if (end->stalls)
        return;
    end->run->upstream++;
    if (!window || end->run->calm)
        vr_link_grant(&end->in, VR_UNLIMITED);
    else
        vr_link_grant(&end->in, end->mood.group +
                                    vr_check_below(&end->run->dice, window));
    end->run->upstream--;
}

static void on_attached(struct vr_consumer *in)
{
    struct vr_check_end *end = of_in(in);

    end->left_len = 0;
    end->run->upstream++;
    vr_link_need(in, end->mood.group);
    end->run->upstream--;
    grant(end);
}

static void keep(struct vr_check_end *end, const unsigned char *data,
                 size_t len)
{
    if (!len)
        return;
    unsigned char *got =
        vr_reserve(NULL, end->got, &end->got_size, end->got_len + len, 1);
    if (!got) {
        vr_check_fail(end->run, VR_CHECK_MAKE, "no memory for the suite");
        return;
    }
    end->got = got;
    memcpy(got + end->got_len, data, len);
    end->got_len += len;
}

static void watch(struct vr_check_end *end, const struct vr_offer *offer)
{
    size_t again = end->left_len < offer->len ? end->left_len : offer->len;
    struct vr_check_run *run = end->run;

    if (run->upstream)
        vr_check_fail(run, VR_CHECK_UPSTREAM,
                      "%s, offered inside a hook that goes upstream",
                      direction(end));
    if (vr_check_is_closed(run) || vr_check_is_told(end) || end->has_stopped)
        vr_check_fail(run, VR_CHECK_OTHER_END, "%s, offered after the end",
                      direction(end));
    if (end->index && !end->greeted && offer->len)
        vr_check_fail(run, VR_CHECK_GREETING, "bytes before `connected`");
    if (offer->flags & ~(unsigned)(VR_WHOLE | VR_MORE) || offer->address)
        vr_check_fail(run, VR_CHECK_FLAGS, "%s, flags %#x", direction(end),
                      offer->flags);
    if (again && memcmp(end->left, offer->data, again))
        vr_check_fail(run, VR_CHECK_REOFFER,
                      "%s, %zu bytes left behind byte %zu", direction(end),
                      end->left_len, end->got_len);
}

static void note_left(struct vr_check_end *end, const struct vr_offer *offer,
                      size_t took)
{
    size_t left = offer->len - took;

    end->left_len = left < VR_CHECK_LEFT ? left : VR_CHECK_LEFT;
    if (end->left_len)
        memcpy(end->left, offer->data + took, end->left_len);
}

static bool is_moody(struct vr_check_end *end)
{
    return end->mood.moody && !end->run->calm && one_in(end, end->mood.moody);
}

static size_t take_record(struct vr_check_end *end,
                          const struct vr_offer *offer)
{
    if (is_moody(end)) {
        vr_link_pause(&end->in);
        note_left(end, offer, 0);
        return 0;
    }
    keep(end, offer->data, offer->len);
    end->marks = end->marks * 31 + end->got_len + 1;
    end->left_len = 0;
    return 1;
}

static size_t take_bytes(struct vr_check_end *end, const struct vr_offer *offer)
{
    size_t took = offer->len;

    if (is_moody(end)) {
        vr_link_pause(&end->in);
        took = vr_check_below(&end->run->dice, took + 1);
    } else if (!offer->end && !end->run->calm) {
        took -= took % end->mood.group;
    }
    keep(end, offer->data, took);
    note_left(end, offer, took);
    return took;
}

/* What was planned for this byte happens. */
static void meet_fate(struct vr_check_end *end)
{
    static const struct vr_end enough = {.kind = VR_END_CANCELLED};
    const struct vr_check_plan *plan = end->run->plan;

    if (plan->dir == end->index || end->got_len < plan->at ||
        vr_check_is_told(end) || end->has_stopped)
        return;
    if (plan->what == VR_TRY_STOP && end->in.from) {
        end->has_stopped = true;
        end->run->upstream++;
        vr_link_stop(&end->in, &enough);
        end->run->upstream--;
    } else if (plan->what == VR_TRY_CLOSE) {
        end->run->is_closing = true;
        vr_chain_close(&end->run->chain, &enough);
    }
}

static size_t on_consume(struct vr_consumer *in, const struct vr_offer *offer)
{
    struct vr_check_end *end = of_in(in);
    bool whole = offer->flags & VR_WHOLE;

    end->offers++;
    watch(end, offer);
    size_t took = whole ? take_record(end, offer) : take_bytes(end, offer);
    bool waits = !whole && took < offer->len && !in->from->paused;
    if (waits || (end->mood.answers && one_in(end, 2)))
        grant(end); /* else the window might be full of what is left */
    if (end->mood.answers && one_in(end, 2))
        vr_check_send(end);
    if (end->run->plan->in_hook && !vr_check_is_closed(end->run))
        meet_fate(end);
    return took;
}

static void hear(struct vr_check_end *end, const struct vr_end *why, bool clean)
{
    if (vr_check_is_told(end) || vr_check_is_closed(end->run))
        vr_check_fail(end->run, VR_CHECK_OTHER_END, "%s, ended twice",
                      direction(end));
    *(clean ? &end->ended : &end->aborted) = why->kind;
}

static void on_ended(struct vr_consumer *in, const struct vr_end *why)
{
    hear(of_in(in), why, true);
}

static void on_aborted(struct vr_consumer *in, const struct vr_end *why)
{
    hear(of_in(in), why, false);
}

static int on_control(struct vr_consumer *in, const struct vr_control *msg)
{
    struct vr_check_end *end = of_in(in);

    if (vr_control_is(msg, vr_check_question()))
        return VR_CHECK_ANSWER;
    if (!vr_control_is(msg, vr_control_connected()))
        return -VR_ENOCONTROL;
    if (end->greeted++)
        vr_check_fail(end->run, VR_CHECK_GREETING, "`connected` twice");
    return 0;
}

static const struct vr_consumer_ops taking = {
    .knows = VR_WHOLE | VR_MORE,
    .attached = on_attached,
    .consume = on_consume,
    .ended = on_ended,
    .aborted = on_aborted,
    .control = on_control,
};

void vr_check_tick_sink(struct vr_check_end *end)
{
    const struct vr_check_run *run = end->run;

    if (!end->in.from || end->has_stopped || vr_check_is_told(end))
        return;
    if (!run->calm && one_in(end, 2))
        return;
    end->run->upstream++;
    if (run->calm)
        vr_link_need(&end->in, 1); /* it takes what it left, too */
    vr_link_resume(&end->in);
    end->run->upstream--;
    grant(end);
    if (!vr_check_is_closed(run) && (!run->plan->in_hook || !run->plan->at))
        meet_fate(end);
}

void vr_check_sink_init(struct vr_check_end *end)
{
    vr_consumer_init(&end->in, &taking);
}
