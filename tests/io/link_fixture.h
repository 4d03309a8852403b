/* SPDX-License-Identifier: MIT */
/**
 * @file link_fixture.h
 * A sender and a receiver that do as told and write down what they hear.
 */
#ifndef VR_TESTS_IO_LINK_FIXTURE_H
#define VR_TESTS_IO_LINK_FIXTURE_H

#include "tests/support/test.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/io/control.h>
#include <vreactor/io/link.h>
#include <vreactor/reactor/reactor.h>

static const struct vr_end eof = {.kind = VR_END_EOF};
static const struct vr_end reset = {.kind = VR_END_RESET};
static const struct vr_end local = {.kind = VR_END_LOCAL};

/* What was heard, in order: "a" attached, "r" ready, "[text]" consumed,
 * "end:", "abort:" and "stop:" with their kind. */
static char heard[512];

__attribute__((format(printf, 1, 2))) static inline void
hear(const char *format, ...)
{
    size_t used = strlen(heard);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(heard + used, sizeof(heard) - used, format, args);
    va_end(args);
}

/* check_str(), and forget it. */
#define check_heard(want)                                                      \
    do {                                                                       \
        check_str(heard, want);                                                \
        heard[0] = '\0';                                                       \
    } while (0)

/* ---- a receiver ---- */

enum { ALL = 1000 };

struct receiver {
    struct vr_consumer in;
    uint64_t window;                           /* granted when attached */
    size_t need;                               /* declared then */
    size_t take;                               /* of each offer, at most */
    int answer;                                /* to control messages */
    void (*inside)(struct receiver *receiver); /* in consume; once */
};

static inline void receiver_attached(struct vr_consumer *in)
{
    struct receiver *r = vr_container_of(in, struct receiver, in);

    hear("a ");
    vr_link_need(in, r->need);
    vr_link_grant(in, r->window);
}

static inline size_t receiver_consume(struct vr_consumer *in,
                                      const struct vr_offer *offer)
{
    struct receiver *r = vr_container_of(in, struct receiver, in);
    void (*inside)(struct receiver *) = r->inside;
    size_t all = offer->flags & VR_WHOLE ? 1 : offer->len;
    size_t took = r->take < all ? r->take : all;

    hear(offer->flags & VR_WHOLE ? "<%.*s> " : "[%.*s] ", (int)offer->len,
         offer->len ? (const char *)offer->data : "");
    r->inside = NULL;
    if (inside)
        inside(r);
    return took;
}

static inline void receiver_ended(struct vr_consumer *in,
                                  const struct vr_end *why)
{
    (void)in;
    hear("end:%s ", vr_end_kind_name(why->kind));
}

static inline void receiver_aborted(struct vr_consumer *in,
                                    const struct vr_end *why)
{
    (void)in;
    hear("abort:%s ", vr_end_kind_name(why->kind));
}

static inline int receiver_control(struct vr_consumer *in,
                                   const struct vr_control *msg)
{
    hear("downstream:%s ", (const char *)msg->data);
    return vr_container_of(in, struct receiver, in)->answer;
}

static const struct vr_consumer_ops receiver_ops = {
    .knows = VR_WHOLE,
    .attached = receiver_attached,
    .consume = receiver_consume,
    .ended = receiver_ended,
    .aborted = receiver_aborted,
    .control = receiver_control,
};

static inline struct receiver receiver_of(uint64_t window)
{
    struct receiver r = {.window = window, .take = ALL};

    vr_consumer_init(&r.in, &receiver_ops);
    return r;
}

/* ---- a sender ---- */

static inline void sender_ready(struct vr_producer *out)
{
    (void)out;
    hear("r ");
}

static inline void sender_stopped(struct vr_producer *out,
                                  const struct vr_end *why)
{
    (void)out;
    hear("stop:%s ", vr_end_kind_name(why->kind));
}

static inline int sender_control(struct vr_producer *out,
                                 const struct vr_control *msg)
{
    (void)out;
    hear("upstream:%s ", (const char *)msg->data);
    return 7;
}

static const struct vr_producer_ops sender_ops = {
    .uses = VR_WHOLE,
    .ready = sender_ready,
    .stopped = sender_stopped,
    .control = sender_control,
};

static inline void sender_init(struct vr_producer *out)
{
    vr_producer_init(out, NULL, &sender_ops);
}

static inline size_t put_end(struct vr_producer *out, const char *text,
                             const struct vr_end *end)
{
    struct vr_offer offer = {
        .data = (const unsigned char *)text, .len = strlen(text), .end = end};

    return vr_link_offer(out, &offer);
}

static inline size_t put(struct vr_producer *out, const char *text)
{
    return put_end(out, text, NULL);
}

static inline size_t put_record(struct vr_producer *out, const char *text)
{
    struct vr_offer offer = {.data = (const unsigned char *)text,
                             .len = strlen(text),
                             .flags = VR_WHOLE};

    return vr_link_offer(out, &offer);
}

/* Join and forget what was heard of it. */
static inline void join(struct vr_producer *out, struct vr_consumer *in)
{
    check_int(vr_link_attach(out, in), 0);
    heard[0] = '\0';
}

#endif
