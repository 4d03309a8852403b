/* SPDX-License-Identifier: MIT */
/**
 * @file writers.h
 * A byte writer and a consumer that notes what arrives, for tests of
 * io/writer.h.
 */
#ifndef VR_TESTS_IO_WRITERS_H
#define VR_TESTS_IO_WRITERS_H

#include <stdio.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/writer.h>
#include <vreactor/testing/env.h>

#include "tests/support/session.h"

enum { TEXT = 4096 };

static struct vr_test_env memory;
static struct vr_reactor *reactor;
static struct vr_writer writer;
static struct vr_consumer in;
static uint64_t window;
static int drained, emptied, stopped;
static struct vr_end stopped_why;
static char text[TEXT]; /* what arrived, and how it ended */
static size_t text_len;
static int offers;
static int ends;

static inline void on_attached(struct vr_consumer *self)
{
    vr_link_grant(self, window);
}

static inline size_t on_consume(struct vr_consumer *self,
                                const struct vr_offer *offer)
{
    (void)self;
    offers++;
    for (size_t i = 0; i < offer->len; i++)
        if (text_len < sizeof(text) - 1)
            text[text_len++] = (char)offer->data[i];
    return offer->len;
}

static inline void note_end(const char *how, const struct vr_end *why)
{
    ends++;
    text_len += (size_t)snprintf(text + text_len, sizeof(text) - text_len,
                                 "|%s %s", how, vr_end_kind_name(why->kind));
}

static inline void on_ended(struct vr_consumer *self, const struct vr_end *why)
{
    (void)self;
    note_end("ended", why);
}

static inline void on_aborted(struct vr_consumer *self,
                              const struct vr_end *why)
{
    (void)self;
    note_end("aborted", why);
}

static const struct vr_consumer_ops reading = {.attached = on_attached,
                                               .consume = on_consume,
                                               .ended = on_ended,
                                               .aborted = on_aborted};

static inline void on_drained(struct vr_writer *self)
{
    (void)self;
    drained++;
}

static inline void on_emptied(struct vr_writer *self)
{
    (void)self;
    emptied++;
}

static inline void on_stopped(struct vr_writer *self, const struct vr_end *why)
{
    (void)self;
    stopped++;
    vr_end_keep(&stopped_why, why);
}

static const struct vr_writer_ops hearing = {
    .drained = on_drained, .emptied = on_emptied, .stopped = on_stopped};

static inline void attach(uint64_t to_grant)
{
    window = to_grant;
    check_int(vr_link_attach(&writer.out, &in), 0);
}

static inline void set_up_detached(void)
{
    vr_test_env_init(&memory, VR_SEC);
    reactor = session_reactor(&memory.env);
    vr_writer_init(&writer, reactor, &hearing);
    vr_consumer_init(&in, &reading);
}

static inline void set_up(uint64_t to_grant)
{
    set_up_detached();
    attach(to_grant);
}

static inline void tear_down(void)
{
    vr_writer_fini(&writer);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&memory), 0);
}

static inline void write_text(const char *bytes)
{
    check_int(vr_writer_text(&writer, bytes), 0);
}

#endif
