/* SPDX-License-Identifier: MIT */
#include "bench/rounds.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_PEERS = 12, FEWEST_ROUNDS = 5, MOST_ROUNDS = 101 };

typedef double results[MOST_PEERS][MOST_ROUNDS];

static double clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

double timed(void (*body)(long count), long count)
{
    double start = now_ns();

    body(count);
    return (now_ns() - start) / (double)count;
}

double cpu_ns(void)
{
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

double timed_cpu(void (*body)(long count), long count)
{
    double start = cpu_ns();

    body(count);
    return (cpu_ns() - start) / (double)count;
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

static bool is_wanted(const char *name, const char *variable)
{
    const char *begin = getenv(variable);

    return !begin || !strncmp(name, begin, strlen(begin));
}

bool peer_runs(const char *name)
{
    return is_wanted(name, "BENCH_ONLY");
}

static size_t choose_peers(const struct comparison *comparison,
                           size_t chosen[MOST_PEERS])
{
    size_t count = 0;

    if (!is_wanted(comparison->name, "BENCH_ROWS"))
        return 0;
    for (size_t p = 0; comparison->peers[p]; p++)
        if (peer_runs(comparison->peers[p]))
            chosen[count++] = p;
    return count;
}

/* @return the median of the peer that is the limit; 0: none, or left out */
static double find_limit(const struct comparison *comparison,
                         const size_t chosen[MOST_PEERS], size_t peers,
                         results ns, size_t rounds)
{
    for (size_t p = 0; comparison->limit && p < peers; p++)
        if (!strcmp(comparison->peers[chosen[p]], comparison->limit))
            return median(ns[p], rounds);
    return 0;
}

static void print(const struct comparison *comparison,
                  const size_t chosen[MOST_PEERS], size_t peers, results ns,
                  size_t rounds)
{
    double unit = median(ns[0], rounds);
    double limit = find_limit(comparison, chosen, peers, ns, rounds);

    for (size_t p = 0; p < peers; p++) {
        double ratios[MOST_ROUNDS];
        for (size_t i = 0; i < rounds; i++)
            ratios[i] = ns[p][i] / ns[0][i];
        qsort(ratios, rounds, sizeof(*ratios), compare);
        double typical = median(ns[p], rounds);
        printf("workload=%s peer=%s %s=%.1f ratio=%.3f spread=%.3f..%.3f",
               comparison->name, comparison->peers[chosen[p]],
               comparison->unit ? comparison->unit : "ns", typical,
               typical / unit, ratios[0], ratios[rounds - 1]);
        if (limit > 0)
            printf(" limit=%.3f", typical / limit);
        if (comparison->more)
            comparison->more(comparison->workload, chosen[p]);
        printf("\n");
    }
    fflush(stdout);
}

void compare_peers(const struct comparison *comparison, size_t rounds)
{
    size_t chosen[MOST_PEERS];
    size_t peers = choose_peers(comparison, chosen);
    results ns;

    if (!peers)
        return;
    for (size_t i = 0; i < rounds; i++)
        for (size_t p = 0; p < peers; p++) {
            size_t turn = (p + i) % peers;
            ns[turn][i] =
                comparison->measure(comparison->workload, chosen[turn]);
        }
    print(comparison, chosen, peers, ns, rounds);
}

size_t rounds_of(const char *program, const char *argument)
{
    long rounds = argument ? strtol(argument, NULL, 10) : FEWEST_ROUNDS;

    if (rounds < FEWEST_ROUNDS || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: %s [ROUNDS], %d to %d\n", program,
                FEWEST_ROUNDS, MOST_ROUNDS);
        exit(2);
    }
    return (size_t)rounds;
}
