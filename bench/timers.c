/* SPDX-License-Identifier: MIT */
/**
 * @file timers.c
 * What does it cost to move one of many timers?
 *
 *     bench/run timers [ROUNDS]
 *     workload=timers-100000 peer=vreactor ns=21.0 ratio=0.12 spread=0.11..0.13
 *
 * How to read: `timers-N` cancels one of N armed timers and arms it anew, both
 * at random, up to a minute ahead; `rearm-N` only puts one off, as an idle
 * timeout does at every message.  ns is the median over the rounds for one such
 * step; ratio is to the median of libevent; spread is the lowest and highest
 * ratio within one round.  Ratios travel between machines, ns do not.
 *
 * Like for like: all run inside a turn of their loop and count from its cached
 * time, but for vreactor-after, which reads the clock at every step.  A round
 * runs every peer once, each time another one first.
 */
#include "bench/peer.h"

#include <time.h>

enum {
    STEPS = 1000000,
    MOST_ROUNDS = 101,
    SHORTEST_MS = 1000,
    LONGEST_MS = 60000,
    STEPS_A_MS = 20, /* in rearm: how fast time seems to pass */
};

static const struct peer *const peers[] = {
    &peer_libevent, &peer_libev,          &peer_libuv,
    &peer_vreactor, &peer_vreactor_after,
};

enum { PEERS = sizeof(peers) / sizeof(peers[0]), LIBEVENT = 0 };

struct workload {
    const char *name;
    bool cancels;
    size_t timers;
    struct step *first; /* arms every timer */
    struct step *steps; /* what is measured */
};

struct run {
    const struct workload *workload;
    const struct peer *peer;
    double ns;
};

typedef double results[PEERS][MOST_ROUNDS];

static uint32_t draw(uint32_t below)
{
    static uint64_t state = 88172645463325252u; /* the same in every run */

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * below >> 32);
}

static uint32_t draw_delay(void)
{
    return SHORTEST_MS + draw(LONGEST_MS - SHORTEST_MS);
}

static void plan(struct workload *workload)
{
    uint32_t count = (uint32_t)workload->timers;

    workload->first = must_alloc(count, sizeof(struct step));
    for (uint32_t i = 0; i < count; i++)
        workload->first[i] = (struct step){i, draw_delay()};

    workload->steps = must_alloc(STEPS, sizeof(struct step));
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t later = LONGEST_MS + i / STEPS_A_MS;
        workload->steps[i].timer = draw(count);
        workload->steps[i].delay_ms = workload->cancels ? draw_delay() : later;
    }
}

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void measure(void *arg)
{
    struct run *run = arg;
    const struct workload *workload = run->workload;
    const struct peer *peer = run->peer;

    peer->arm(workload->first, workload->timers);
    double start = now_ns();
    (workload->cancels ? peer->replace : peer->arm)(workload->steps, STEPS);
    run->ns = (now_ns() - start) / STEPS;
}

static double run_once(const struct workload *workload, const struct peer *peer)
{
    struct run run = {.workload = workload, .peer = peer};

    peer->open(workload->timers);
    peer->turn(measure, &run);
    peer->close();
    return run.ns;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, size_t count)
{
    double sorted[MOST_ROUNDS];

    for (size_t i = 0; i < count; i++)
        sorted[i] = values[i];
    qsort(sorted, count, sizeof(*sorted), compare);
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

static void print(const struct workload *workload, results ns, size_t rounds)
{
    double unit = median(ns[LIBEVENT], rounds);

    for (size_t p = 0; p < PEERS; p++) {
        double ratios[MOST_ROUNDS];
        for (size_t i = 0; i < rounds; i++)
            ratios[i] = ns[p][i] / ns[LIBEVENT][i];
        qsort(ratios, rounds, sizeof(*ratios), compare);
        double typical = median(ns[p], rounds);
        printf("workload=%s-%zu peer=%s ns=%.1f ratio=%.3f "
               "spread=%.3f..%.3f\n",
               workload->name, workload->timers, peers[p]->name, typical,
               typical / unit, ratios[0], ratios[rounds - 1]);
    }
    fflush(stdout);
}

static void compare_peers(struct workload *workload, size_t rounds)
{
    results ns;

    plan(workload);
    for (size_t i = 0; i < rounds; i++)
        for (size_t p = 0; p < PEERS; p++) {
            size_t turn = (p + i) % PEERS;
            ns[turn][i] = run_once(workload, peers[turn]);
        }
    print(workload, ns, rounds);
    free(workload->first);
    free(workload->steps);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {1000, 100000, 1000000};
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 5;

    if (argc > 2 || rounds < 5 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: timers [ROUNDS], 5 to %d\n", MOST_ROUNDS);
        return 2;
    }
    for (size_t cancels = 2; cancels-- > 0;)
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            compare_peers(
                &(struct workload){.name = cancels ? "timers" : "rearm",
                                   .cancels = cancels,
                                   .timers = sizes[i]},
                (size_t)rounds);
    return 0;
}
