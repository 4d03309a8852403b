/* SPDX-License-Identifier: MIT */
/**
 * @file chain_check.c
 * One run after the other, and the report.
 */
#include <vreactor/testing/chain_check.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vreactor/base/env.h>
#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>

enum {
    MOST_RUNS = 4000,
    MOST_FAULTS = 10,
    STALLED = 1 << 20, /* bytes for a consumer that takes none */
    CRUMBS = 4096,
    AGENT_HOLDS = 2 << 20,
};

/* ---- a series of runs: what goes in ---- */

static const unsigned char usual[] = "GET / HTTP/1.1\nHost: a\n\n1\n22\n"
                                     "\r\n[{(<\"0123456789\">)}]\n\n\xff\x01"
                                     "last\n";

struct series {
    const unsigned char *data[2];
    size_t len[2];
    unsigned char *many; /* of one direction, again and again */
    int due, moved;      /* removals and swaps */
};

static void set_input(struct series *series, int dir,
                      const struct vr_check_bytes *bytes)
{
    series->data[dir] = bytes->data ? bytes->data : usual;
    series->len[dir] = bytes->data ? bytes->len : sizeof(usual) - 1;
}

/* Repeat what goes in at @dir up to about @size bytes. */
static int repeat(struct series *series, struct vr_check_plan *plan, int dir,
                  size_t size)
{
    size_t len = plan->len[dir];
    size_t many = len && size > len ? size - size % len : len;

    vr_dealloc(NULL, series->many);
    series->many = vr_alloc(NULL, many + 1);
    if (!series->many)
        return -ENOMEM;

    for (size_t at = 0; at < many; at += len)
        memcpy(series->many + at, plan->data[dir], len);
    plan->data[dir] = series->many;
    plan->len[dir] = many;
    return 0;
}

/* ---- one run ---- */

static bool is_told_with_links(enum vr_check_kind kind)
{
    return kind == VR_CHECK_STUCK || kind == VR_CHECK_NO_END ||
           kind == VR_CHECK_NO_STOP || kind == VR_CHECK_SPINS;
}

static void report(const struct vr_check_options *options,
                   const struct vr_check_run *run)
{
    static const char *const tried[VR_TRY_COUNT] = {
        "pieces",    "an end",    "a reset", "an abort",  "a stop",
        "a close",   "insertion", "entry",   "removal",   "a swap",
        "no memory", "no call",   "a cut",   "no window", "single bytes",
    };
    const struct vr_check_plan *plan = run->plan;
    bool links = is_told_with_links(run->fault) && run->rest[0];
    char text[800];

    (void)snprintf(text, sizeof(text),
                   "%s: %s: %s%s%s; tried: %s, %s byte %zu, seed=%llu",
                   run->of->of.name, vr_check_kind_name(run->fault), run->why,
                   links ? "; " : "", links ? run->rest : "", tried[plan->what],
                   vr_check_direction(plan->dir), plan->at,
                   (unsigned long long)plan->seed);
    const struct vr_check_fault fault = {
        .kind = run->fault, .seed = plan->seed, .text = text};
    if (options->report)
        options->report(options->ctx, &fault);
}

static void count_moves(struct series *series, const struct vr_check_run *run)
{
    enum vr_check_what what = run->plan->what;

    if ((what != VR_TRY_REMOVE && what != VR_TRY_SWAP) || !run->was_made)
        return;
    series->due++;
    series->moved += run->changed;
}

/* @return how many faults that is: 0 or 1 */
static int judge_moves(const struct vr_check_case *of,
                       const struct series *series,
                       const struct vr_check_options *options)
{
    char text[200];
    const struct vr_check_fault fault = {.kind = VR_CHECK_MAKE, .text = text};

    if (!series->due || series->moved)
        return 0;
    (void)snprintf(text, sizeof(text),
                   "%s: %s: never empty and not in use, so not moved in any of "
                   "%d runs; tried: removal and swap",
                   of->of.name, vr_check_kind_name(fault.kind), series->due);
    if (options->report)
        options->report(options->ctx, &fault);
    return 1;
}

/* Any of those that are made where none fails.  @return 0 or -ENOMEM */
static int choose_allocation(const struct vr_check_case *of,
                             struct vr_check_plan *plan)
{
    struct vr_check_run run;

    int err = vr_check_run(&run, of, plan);
    if (err)
        return err;
    plan->failing = (int)(1 + plan->chance % (size_t)(run.allocations + 1));
    vr_check_run_fini(&run);
    return 0;
}

/* @return the fault that it has, or -ENOMEM */
static int run_seed(const struct vr_check_case *of, struct series *series,
                    const struct vr_check_options *options, uint64_t seed)
{
    struct vr_check_plan plan = {.len = {series->len[0], series->len[1]},
                                 .data = {series->data[0], series->data[1]}};
    struct vr_check_run run;
    int err = 0;

    vr_check_plan(of, &plan, seed);
    if (plan.what == VR_TRY_STALL || plan.what == VR_TRY_CRUMBS) {
        size_t size = plan.what == VR_TRY_CRUMBS ? CRUMBS : STALLED;
        err = repeat(series, &plan, of->agent ? VR_INBOUND : plan.dir,
                     of->agent ? 4 * size : size);
    }
    if (plan.what == VR_TRY_MEMORY && !plan.failing)
        err = choose_allocation(of, &plan);
    if (!err)
        err = vr_check_run(&run, of, &plan);
    if (err)
        return err;
    count_moves(series, &run);
    err = vr_check_judge(&run);
    if (!err && run.fault)
        report(options, &run);
    vr_check_run_fini(&run);
    return err ? err : (int)run.fault;
}

/* ---- all ---- */

static uint64_t number_of(const char *name)
{
    const char *text = vr_secure_getenv(name);

    return text ? strtoull(text, NULL, 10) : 0;
}

static uint64_t count_runs(const struct vr_check_case *of,
                           const struct vr_check_options *options,
                           const struct series *series)
{
    const struct vr_check_plan plan = {.len = {series->len[0], series->len[1]}};
    uint64_t asked = number_of("VR_CHECK_RUNS");
    uint64_t all = vr_check_places(&plan) * VR_TRY_COUNT * (of->agent ? 1 : 2);

    if (asked || options->runs > 0)
        return asked ? asked : (uint64_t)options->runs;
    return all < MOST_RUNS ? all : MOST_RUNS;
}

static int run_all(const struct vr_check_case *of, struct series *series,
                   const struct vr_check_options *options)
{
    uint64_t only = number_of("VR_CHECK_SEED");
    int most = options->most_faults > 0 ? options->most_faults : MOST_FAULTS;
    int faults = 0;

    if (!only)
        only = options->seed;
    uint64_t count = only ? 1 : count_runs(of, options, series);
    for (uint64_t i = 0; i < count && faults < most; i++) {
        int found = run_seed(of, series, options, only ? only : 1 + i);
        if (found < 0)
            return found;
        faults += found > 0;
        if (found == VR_CHECK_UPSTREAM)
            break; /* a debug build would abort in what comes next */
    }
    return faults || only ? faults : judge_moves(of, series, options);
}

int vr_check_all(struct vr_check_case *of,
                 const struct vr_check_options *options)
{
    struct vr_check_options mine = {.size = 0};
    struct series series = {.many = NULL};

    int err = vr_options_read(&mine, vr_check_options, options);
    if (err)
        return err;
    if (!of->of.name || !of->of.make || !vr_is_known(&of->of) ||
        (of->of.under && !of->of.under->make))
        return -EINVAL;

    set_input(&series, VR_INBOUND, &of->of.inbound);
    set_input(&series, VR_OUTBOUND, &of->of.outbound);
    if (of->agent)
        series.len[VR_OUTBOUND] = 0;
    int faults = run_all(of, &series, &mine);
    vr_dealloc(NULL, series.many);
    return faults;
}

int vr_filter_check(const struct vr_filter_case *filter,
                    const struct vr_check_options *options)
{
    struct vr_check_case of = {.agent = NULL};
    struct vr_filter_case under = {.size = 0};

    int err = vr_options_read(&of.of, vr_filter_case, filter);
    if (!err && of.of.under) {
        err = vr_options_read(&under, vr_filter_case, of.of.under);
        of.of.under = &under;
    }
    return err ? err : vr_check_all(&of, options);
}

int vr_agent_check(const struct vr_agent_case *agent,
                   const struct vr_check_options *options)
{
    struct vr_agent_case mine = {.size = 0};

    int err = vr_options_read(&mine, vr_agent_case, agent);
    if (err)
        return err;
    if (!vr_is_known(&mine))
        return -EINVAL;
    struct vr_check_case of = {
        .of = {.name = mine.name,
               .arg = mine.arg,
               .make = mine.make,
               .fini = mine.fini,
               .is_empty = mine.is_empty,
               .inbound = mine.inbound,
               .most_held = mine.most_held ? mine.most_held : AGENT_HOLDS},
        .agent = &mine};
    return vr_check_all(&of, options);
}
