/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_random.c
 * Can a chain get stuck?  Random runs say no: a socket that reads in random
 * pieces, stages in any order, a program of random moods that echoes through
 * such a line down to another, all at once.
 *
 * VR_SEED=n runs one seed only.
 */
#include "tests/io/line.h"

#include <stdio.h>
#include <stdlib.h>

#include <vreactor/base/env.h>

enum { SEEDS = 4000, LIGHT_SEEDS = 100, STUCK = 20000 };

/* ---- a run: source, inbound line, program, outbound line, sink ---- */

enum fate {
    ABORT_UP,
    ABORT_DOWN,
    STOP_UP,
    STOP_DOWN,
    CLOSE,
    CLOSE_IN_PROGRAM,
    CLOSE_IN_SINK,
    FATES = 14, /* the others: it goes on to its end */
};

static struct {
    struct source source;
    struct line inbound, outbound;
    struct taker program, sink;
    struct vr_producer echo; /* the program's other half */
    int echo_stopped;
    size_t fate, when;
} run;

static const struct vr_end local_end = {.kind = VR_END_LOCAL};
static const struct vr_end eof = {.kind = VR_END_EOF};

static void close_all(struct taker *taker)
{
    (void)taker;
    line_close(&run.inbound);
    line_close(&run.outbound);
    closed = true;
}

/* The program ends its answer as it was ended, unless it had enough. */
static void echo_produce(struct vr_producer *out)
{
    struct taker *p = &run.program;
    struct vr_offer offer = {.data = p->got + p->passed,
                             .len = p->len - p->passed};

    sure(!closed);
    if (taker_done(p))
        offer.end = p->stopped ? &eof : &p->why;
    p->passed += vr_link_offer(out, &offer);
    if (out->state == VR_LINK_OVER)
        p->passed = p->len;
}

static void program_took(struct taker *taker)
{
    (void)taker;
    if (one_in(2))
        echo_produce(&run.echo);
    else
        vr_pump_later(&run.echo);
}

static void echo_ready(struct vr_producer *out)
{
    sure(!closed && !run.echo_stopped);
    vr_pump_later(out);
}

static void echo_on_stopped(struct vr_producer *out, const struct vr_end *why)
{
    (void)out;
    (void)why;
    sure(!closed && !run.echo_stopped);
    run.echo_stopped++;
    run.program.passed = run.program.len;
}

static const struct vr_producer_ops echo_out = {
    .ready = echo_ready,
    .produce = echo_produce,
    .stopped = echo_on_stopped,
};

static void source_fill(struct source *s)
{
    static const enum vr_end_kind kinds[] = {VR_END_EOF, VR_END_TLS_EOF,
                                             VR_END_RESET};
    size_t lines = 2 + below(12);

    vr_producer_init(&s->out, reactor, &source_out);
    s->len = below(SENT_MAX);
    for (size_t i = 0; i < s->len; i++)
        s->wire[i] = one_in(lines) ? '\n' : (unsigned char)('a' + below(26));
    s->end.kind = kinds[below(3)];
}

static void taker_choose_mood(struct taker *taker, const struct line *line)
{
    vr_consumer_init(&taker->in[0], &taker_first);
    vr_consumer_init(&taker->in[1], &taker_second);
    taker->records = line->framed;
    taker->group = line->framed || one_in(2) ? 1 : 2 + below(8);
    taker->close = close_all;
    taker->hold = taker->close_at = SIZE_MAX;
}

static void run_begin(uint64_t number)
{
    memset(&run, 0, sizeof(run));
    closed = false;
    throw_from(number);
    run.fate = below(FATES);
    run.when = below(150);
    source_fill(&run.source);
    vr_producer_init(&run.echo, reactor, &echo_out);
    run.inbound.from = &run.source.out;
    run.inbound.to = &run.program;
    run.outbound.from = &run.echo;
    run.outbound.to = &run.sink;
    line_choose(&run.inbound);
    line_choose(&run.outbound);
    taker_choose_mood(&run.program, &run.inbound);
    taker_choose_mood(&run.sink, &run.outbound);
    run.program.took = program_took;
    run.program.hold = LINE_MAX_LEN + 1 + below(60); /* what is needed below */
    if (run.fate == CLOSE_IN_PROGRAM)
        run.program.close_at = below(400);
    if (run.fate == CLOSE_IN_SINK)
        run.sink.close_at = below(400);
    line_attach(&run.inbound);
    line_attach(&run.outbound);
}

static void stop(struct taker *taker)
{
    if (taker_done(taker))
        return;
    taker->stopped = true;
    vr_link_stop(taker_in(taker), &local_end);
    if (taker->took)
        taker->took(taker);
}

static void abort_echo(void)
{
    vr_link_abort(&run.echo, &local_end);
    run.program.passed = run.program.len;
}

static void meet_fate(void)
{
    if (run.fate == ABORT_UP)
        vr_link_abort(&run.source.out, &local_end);
    else if (run.fate == ABORT_DOWN)
        abort_echo();
    else if (run.fate == STOP_UP)
        stop(&run.program);
    else if (run.fate == STOP_DOWN)
        stop(&run.sink);
    else if (run.fate == CLOSE)
        close_all(NULL);
}

static void run_turn(size_t turn)
{
    sure(vr_reactor_turn(reactor, 0) == 0);
    if (!closed && turn == run.when)
        meet_fate();
    if (!closed && one_in(2))
        source_readable(&run.source);
    if (!closed)
        line_tick(&run.inbound);
    if (!closed)
        line_tick(&run.outbound);
}

/* ---- what must have come of it ---- */

/* Where the first line that is too long goes beyond the limit, or @len. */
static size_t first_long(const unsigned char *text, size_t len)
{
    size_t line = 0;

    for (size_t i = 0; i < len; i++) {
        line = text[i] == '\n' ? 0 : line + 1;
        if (line > LINE_MAX_LEN)
            return i;
    }
    return len;
}

/* How many bytes of @text a taker takes before the end.  A line that is too
 * long and comes with the end is cut off by it, and what is behind it too. */
static size_t all_taken(const struct taker *taker, const unsigned char *text,
                        size_t len)
{
    if (!taker->records)
        return len - len % taker->group;
    len = first_long(text, len);
    while (len && text[len - 1] != '\n')
        len--;
    return len;
}

/* What @line made of @sent, which ended with @end. */
static void check_line(const struct line *line, const unsigned char *sent,
                       size_t sent_len, const struct vr_end *end)
{
    static unsigned char plain[GOT_MAX];
    const struct taker *to = line->to;
    size_t len = line->converts ? convert_all(sent, sent_len, plain) : sent_len;

    if (!line->converts)
        memcpy(plain, sent, len);
    sure(to->len <= len && !memcmp(to->got, plain, to->len));
    if (to->aborted && to->why.kind == VR_END_LIMIT)
        sure(line->framed && first_long(plain, len) < len &&
             to->len <= first_long(plain, len));
    else if (to->aborted)
        sure(to->why.kind == VR_END_LOCAL);
    if (!to->ended)
        return;
    size_t good = all_taken(to, plain, len);
    bool cut_off = good < len && vr_end_is_clean(end);
    sure(to->len == good);
    sure(to->why.kind == (cut_off ? VR_END_TRUNCATED : end->kind));
}

/* That @taker stopped or broke it reached @out, unless it had ended before;
 * nothing else did. */
static void check_stopped(const struct taker *taker,
                          const struct vr_producer *out, int stopped)
{
    bool broken = taker->aborted && taker->why.kind == VR_END_LIMIT;

    sure(stopped <= (taker->stopped || broken));
    sure(out->state == VR_LINK_OVER);
}

static void check_run(void)
{
    const struct source *s = &run.source;
    const struct taker *p = &run.program;

    sure(s->most_kept <= s->most_need + PIECE);
    check_line(&run.inbound, s->wire, s->len, &s->end);
    check_line(&run.outbound, p->got, p->len, p->stopped ? &eof : &p->why);
    if (closed)
        return;
    check_stopped(p, &s->out, s->stopped);
    check_stopped(&run.sink, &run.echo, run.echo_stopped);
    sure(run.fate == ABORT_UP || run.fate == ABORT_DOWN ||
         ((!p->aborted || p->why.kind == VR_END_LIMIT) &&
          (!run.sink.aborted || run.sink.why.kind == VR_END_LIMIT)));
}

static void try_seed(uint64_t number)
{
    size_t turn = 0;

    run_begin(number);
    while (!closed && !(taker_done(&run.program) && taker_done(&run.sink))) {
        sure(turn < STUCK);
        run_turn(turn++);
    }
    check_run();
    close_all(NULL);
    sure(vr_reactor_turn(reactor, 0) == 0); /* no hook runs any more */
}

static vr_time count_up(void *ctx)
{
    static vr_time now;

    (void)ctx;
    return ++now;
}

TEST(link_random, every_run_comes_to_its_end)
{
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor_options options = {.size = sizeof(options), .env = &env};
    const char *only = getenv("VR_SEED");
    uint64_t from = only ? strtoull(only, NULL, 10) : 1;
    uint64_t count = only ? 1 : test_light() ? LIGHT_SEEDS : SEEDS;

    env.now = count_up;
    check_int(vr_reactor_new(&options, &reactor), 0);
    for (uint64_t i = 0; i < count; i++)
        try_seed(from + i);
    check_int(vr_reactor_free(reactor), 0);
}
