/* SPDX-License-Identifier: MIT */
/**
 * @file line_ends.h
 * The two ends of a random run: a socket that reads in random pieces, and a
 * taker of random moods.
 */
#ifndef VR_TESTS_IO_LINE_ENDS_H
#define VR_TESTS_IO_LINE_ENDS_H

#include "tests/io/line_stages.h"

#include <vreactor/reactor/reactor.h>

enum { SENT_MAX = 1500, GOT_MAX = SENT_MAX * 8, PIECE = 32 };

/* ---- a socket: keeps only what was left, and reads on only where that was
 * too little ---- */

struct source {
    struct vr_producer out;
    unsigned char wire[SENT_MAX];
    size_t len, read;
    struct vr_end end;
    unsigned char kept[SENT_MAX];
    size_t kept_len, most_kept, most_need;
    bool hungry; /* what is kept was too little, not unwanted */
    int stopped;
};

static inline void source_offer(struct source *s)
{
    bool last = s->read == s->len;
    struct vr_offer offer = {
        .data = s->kept, .len = s->kept_len, .end = last ? &s->end : NULL};
    size_t took = vr_link_offer(&s->out, &offer);

    if (s->out.state == VR_LINK_OVER)
        took = s->kept_len;
    s->kept_len -= took;
    memmove(s->kept, s->kept + took, s->kept_len);
    s->hungry = vr_link_window(&s->out) > 0;
    if (s->kept_len > s->most_kept)
        s->most_kept = s->kept_len;
}

/* The selector says that there is something to read. */
static inline void source_readable(struct source *s)
{
    uint64_t window = vr_link_window(&s->out);

    if (window <= s->kept_len || s->read == s->len ||
        (s->kept_len && !s->hungry))
        return;
    uint64_t room = window - s->kept_len;
    size_t n = 1 + below(room < PIECE ? (size_t)room : PIECE);
    if (n > s->len - s->read)
        n = s->len - s->read;
    memcpy(s->kept + s->kept_len, s->wire + s->read, n);
    s->kept_len += n;
    s->read += n;
    source_offer(s);
}

static inline void source_ready(struct vr_producer *out)
{
    struct source *s = vr_container_of(out, struct source, out);

    sure(!closed && !s->stopped);
    if (out->need > s->most_need)
        s->most_need = out->need;
    vr_pump_later(out);
}

static inline void source_produce(struct vr_producer *out)
{
    struct source *s = vr_container_of(out, struct source, out);

    sure(!closed);
    if (s->kept_len || s->read == s->len)
        source_offer(s);
}

static inline void source_stopped(struct vr_producer *out,
                                  const struct vr_end *why)
{
    struct source *s = vr_container_of(out, struct source, out);

    (void)why;
    sure(!closed && !s->stopped);
    s->stopped++;
    s->kept_len = 0;
}

static const struct vr_producer_ops source_out = {
    .ready = source_ready,
    .produce = source_produce,
    .stopped = source_stopped,
};

/* ---- a taker ---- */

struct taker {
    struct vr_consumer in[2]; /* the one in use, and one to take its place */
    int turn;                 /* which is in use */
    unsigned char got[GOT_MAX];
    size_t len;
    size_t group;    /* takes multiples of it */
    bool records;    /* what comes is records; got ends each with '\n' */
    size_t close_at; /* closes everything in consume when it got so much */
    size_t hold;     /* pauses, not to hold more than that of what it got */
    size_t passed;   /* how many of those are not held any more */
    bool ended, aborted, stopped;
    struct vr_end why;
    void (*took)(struct taker *taker);  /* or came to the end; may be NULL */
    void (*close)(struct taker *taker); /* the whole chain */
};

static inline struct vr_consumer *taker_in(struct taker *taker)
{
    return &taker->in[taker->turn];
}

static inline bool taker_done(const struct taker *taker)
{
    return taker->ended || taker->aborted || taker->stopped;
}

static struct taker *taker_of(struct vr_consumer *in);

/* Let so much come that a group fits in. */
static inline void taker_grant(struct taker *taker, size_t most)
{
    vr_link_grant(taker_in(taker), taker->group + below(most));
}

static inline void taker_attached(struct vr_consumer *in)
{
    struct taker *taker = taker_of(in);

    sure(!closed);
    if (taker->group > 1)
        vr_link_need(in, taker->group);
    if (one_in(4))
        vr_link_grant(in, VR_UNLIMITED);
    else
        taker_grant(taker, 40);
}

/* Another takes its place, in the middle of consume. */
static inline void taker_give_way(struct taker *taker)
{
    struct vr_producer *from = taker_in(taker)->from;

    if (!from || from->state != VR_LINK_OPEN)
        return;
    vr_link_detach(from);
    taker->turn = !taker->turn;
    sure(vr_link_attach(from, taker_in(taker)) == 0);
}

/* How many it cares to take; pauses if that is not all. */
static inline size_t taker_choose(struct taker *taker,
                                  const struct vr_offer *offer)
{
    size_t n = offer->len;

    if (taker->len - taker->passed > taker->hold || one_in(6)) {
        vr_link_pause(taker_in(taker));
        return 0;
    }
    if (taker->records)
        return n;
    if (one_in(3)) {
        n = below(n + 1);
        vr_link_pause(taker_in(taker));
    }
    return n - n % taker->group;
}

static inline void taker_keep(struct taker *taker, const unsigned char *data,
                              size_t len)
{
    sure(taker->len + len + 1 <= GOT_MAX);
    memcpy(taker->got + taker->len, data, len);
    taker->len += len;
    if (taker->records)
        taker->got[taker->len++] = '\n';
}

/* After some was taken: whatever comes to its mind. */
static inline void taker_fidget(struct taker *taker)
{
    if (one_in(6))
        vr_link_pause(taker_in(taker));
    if (one_in(6))
        taker_grant(taker, 60);
    if (one_in(20))
        taker_give_way(taker);
}

static inline size_t taker_consume(struct vr_consumer *in,
                                   const struct vr_offer *offer)
{
    struct taker *taker = taker_of(in);

    sure(!closed && !taker_done(taker) && in == taker_in(taker));
    sure(!!(offer->flags & VR_WHOLE) == taker->records);
    size_t n = taker_choose(taker, offer);
    bool refused = taker->records && in->from->paused;
    if (!refused)
        taker_keep(taker, offer->data, n);
    if (!refused && taker->took)
        taker->took(taker);
    if (taker->len >= taker->close_at) {
        taker->close(taker);
    } else {
        taker_fidget(taker);
        if (n < offer->len)
            taker_grant(taker, 10); /* room for what it waits for */
    }
    return taker->records ? !refused : n;
}

static inline void taker_ended(struct vr_consumer *in, const struct vr_end *why)
{
    struct taker *taker = taker_of(in);

    sure(!closed && !taker_done(taker));
    taker->ended = true;
    vr_end_keep(&taker->why, why);
    if (taker->took)
        taker->took(taker);
}

static inline void taker_aborted(struct vr_consumer *in,
                                 const struct vr_end *why)
{
    struct taker *taker = taker_of(in);

    sure(!closed && !taker_done(taker));
    taker->aborted = true;
    vr_end_keep(&taker->why, why);
    if (taker->took)
        taker->took(taker);
}

static const struct vr_consumer_ops taker_first = {
    .knows = VR_WHOLE,
    .attached = taker_attached,
    .consume = taker_consume,
    .ended = taker_ended,
    .aborted = taker_aborted,
};
static const struct vr_consumer_ops taker_second = {
    .knows = VR_WHOLE,
    .attached = taker_attached,
    .consume = taker_consume,
    .ended = taker_ended,
    .aborted = taker_aborted,
};

static struct taker *taker_of(struct vr_consumer *in)
{
    int turn = in->ops == &taker_second;

    return vr_container_of(in - turn, struct taker, in[0]);
}

/* From the loop. */
static inline void taker_tick(struct taker *taker)
{
    if (taker->len - taker->passed <= taker->hold && one_in(3))
        vr_link_resume(taker_in(taker));
    if (one_in(3))
        taker_grant(taker, 30);
}

#endif
