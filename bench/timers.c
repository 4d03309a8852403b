/* SPDX-License-Identifier: MIT */
/**
 * @file timers.c
 * What does it cost to move one of many timers?
 *
 *     bench/run timers [ROUNDS]
 *     workload=timers-100000 peer=vreactor ns=21.0 ratio=0.12 spread=0.11..0.13
 *         limit=1.30
 *
 * How to read: `timers-N` cancels one of N armed timers and arms it anew, both
 * at random, up to a minute ahead; `rearm-N` only puts one off, as an idle
 * timeout does at every message; `fire-N` runs N that have become due, at
 * random within a second; ns are processor time.  The peer raw is a wheel of
 * lists, without a loop.  For the rest see rounds.h.
 *
 * Like for like: all run inside a turn of their loop and count from its cached
 * time, but for vreactor-after, which reads the clock at every step.
 */
#include <unistd.h>

#include "bench/peer.h"
#include "bench/rounds.h"

enum {
    STEPS = 1000000,
    SHORTEST_MS = 1000,
    LONGEST_MS = 60000,
    STEPS_A_MS = 20, /* in rearm: how fast time seems to pass */
    FIRE_MS = 1000,  /* in which they become due */
};

static const struct peer *const peers[] = {
    &peer_libevent, &peer_raw,      &peer_libev,
    &peer_libuv,    &peer_vreactor, &peer_vreactor_after,
};

enum { PEERS = sizeof(peers) / sizeof(peers[0]) };

struct workload {
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

static void plan_fire(struct workload *workload)
{
    uint32_t count = (uint32_t)workload->timers;

    workload->first = must_alloc(count, sizeof(struct step));
    for (uint32_t i = 0; i < count; i++)
        workload->first[i] = (struct step){i, 1 + draw(FIRE_MS)};
}

static void arm_all(void *arg)
{
    struct run *run = arg;

    run->peer->replace(run->workload->first, run->workload->timers);
}

static double measure_fire(const void *workload, size_t peer)
{
    struct run run = {.workload = workload, .peer = peers[peer]};
    size_t count = run.workload->timers;

    run.peer->open(count);
    run.peer->turn(arm_all, &run);
    usleep((FIRE_MS + 10) * 1000);
    double start = cpu_ns();
    size_t fired = run.peer->fire(count);
    must(fired > 0, "arming took so long that all had fired");
    double ns = (cpu_ns() - start) / (double)fired;
    run.peer->close();
    return ns;
}

static void run_steps(void *arg)
{
    struct run *run = arg;
    const struct workload *workload = run->workload;
    const struct peer *peer = run->peer;

    peer->arm(workload->first, workload->timers);
    double start = cpu_ns();
    (workload->cancels ? peer->replace : peer->arm)(workload->steps, STEPS);
    run->ns = (cpu_ns() - start) / STEPS;
}

static double measure(const void *workload, size_t peer)
{
    struct run run = {.workload = workload, .peer = peers[peer]};

    run.peer->open(run.workload->timers);
    run.peer->turn(run_steps, &run);
    run.peer->close();
    return run.ns;
}

static void compare_with(bool cancels, size_t timers, size_t rounds)
{
    struct workload workload = {.cancels = cancels, .timers = timers};
    const char *names[PEERS + 1] = {NULL};
    char name[32];

    for (size_t i = 0; i < PEERS; i++)
        names[i] = peers[i]->name;
    (void)snprintf(name, sizeof(name), "%s-%zu", cancels ? "timers" : "rearm",
                   timers);
    plan(&workload);
    compare_peers(&(struct comparison){.name = name,
                                       .peers = names,
                                       .measure = measure,
                                       .workload = &workload,
                                       .limit = peer_raw.name},
                  rounds);
    free(workload.first);
    free(workload.steps);
}

static void compare_fire(size_t timers, size_t rounds)
{
    struct workload workload = {.timers = timers};
    const char *names[PEERS] = {NULL}; /* but for vreactor-after */
    char name[32];

    for (size_t i = 0; i < PEERS - 1; i++)
        names[i] = peers[i]->name;
    (void)snprintf(name, sizeof(name), "fire-%zu", timers);
    plan_fire(&workload);
    compare_peers(&(struct comparison){.name = name,
                                       .peers = names,
                                       .measure = measure_fire,
                                       .workload = &workload,
                                       .limit = peer_raw.name},
                  rounds);
    free(workload.first);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {1000, 100000, 1000000};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    for (size_t cancels = 2; cancels-- > 0;)
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            compare_with(cancels, sizes[i], rounds);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        compare_fire(sizes[i], rounds);
    return 0;
}
