/* SPDX-License-Identifier: MIT */
/**
 * @file line.h
 * One direction of a random run: stages in any order between two ends.
 */
#ifndef VR_TESTS_IO_LINE_H
#define VR_TESTS_IO_LINE_H

#include "tests/io/line_ends.h"

static struct vr_reactor *reactor;

struct line {
    struct vr_stage *stages[4];
    int count;
    struct vr_stage pass, extra, framer;
    struct rate rate;
    struct converter converter;
    bool framed, converts, extra_is_in;
    struct vr_producer *from;
    struct taker *to;
};

static inline void line_add(struct line *line, struct vr_stage *stage)
{
    int at = (int)below((size_t)line->count + 1);

    for (int i = line->count++; i > at; i--)
        line->stages[i] = line->stages[i - 1];
    line->stages[at] = stage;
}

/* The framer has no place before the converter, who knows no records. */
static inline void line_choose(struct line *line)
{
    vr_stage_init(&line->pass, reactor, NULL, NULL);
    vr_stage_init(&line->extra, reactor, NULL, NULL);
    vr_stage_init(&line->framer, reactor, &framer_in, &framer_out);
    vr_stage_init(&line->rate.stage, reactor, &rate_in, &rate_out);
    vr_stage_init(&line->converter.stage, reactor, &converter_in,
                  &converter_out);
    line->rate.burst = 1 + (long)below(80);
    line->rate.refill = 1 + (long)below(30);
    line->converts = one_in(2);
    line->framed = one_in(2);

    if (line->framed)
        line_add(line, &line->framer);
    if (line->converts)
        line_add(line, &line->converter.stage);
    if (line->count == 2) {
        line->stages[0] = &line->converter.stage;
        line->stages[1] = &line->framer;
    }
    line_add(line, &line->pass);
    line_add(line, &line->rate.stage);
}

static inline struct vr_producer *line_producer(struct line *line, int at)
{
    return at ? &line->stages[at - 1]->out : line->from;
}

static inline struct vr_consumer *line_consumer(struct line *line, int at)
{
    return at < line->count ? &line->stages[at]->in : taker_in(line->to);
}

static inline void line_attach(struct line *line)
{
    bool upwards = one_in(2);

    for (int i = 0; i <= line->count; i++) {
        int at = upwards ? line->count - i : i;
        sure(!vr_link_attach(line_producer(line, at), line_consumer(line, at)));
    }
}

static inline void line_close(struct line *line)
{
    vr_producer_fini(line->from);
    for (int i = 0; i < line->count; i++)
        vr_producer_fini(&line->stages[i]->out);
    vr_producer_fini(&line->extra.out);
}

/* A stage comes or goes, wherever. */
static inline void line_change(struct line *line)
{
    int at = (int)below((size_t)line->count + 1);

    if (!line->extra_is_in)
        line->extra_is_in =
            !vr_link_insert(line_producer(line, at), &line->extra);
    else
        line->extra_is_in = vr_link_remove(&line->extra) != 0;
}

static inline void line_tick(struct line *line)
{
    rate_tick(&line->rate);
    if (!taker_done(line->to))
        taker_tick(line->to);
    if (one_in(15))
        line_change(line);
}

#endif
