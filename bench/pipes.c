/* SPDX-License-Identifier: MIT */
/**
 * @file pipes.c
 * What does an event cost, and a change of what is awaited?
 *
 *     bench/run pipes [ROUNDS]
 *     workload=pipes-1000-100 peer=vreactor ns=900.0 ratio=0.96
 *         spread=0.95..0.98 limit=1.02
 *
 * How to read: in `pipes-N-M` a loop watches N pipes, M of which have a byte;
 * who is told that one can be read reads that byte, and writes one to the next
 * pipe.  So an event is a read, a write and its share of a wait.  `toggle` is
 * to want to write, and to want that no more, inside a callback of a loop that
 * reads the same descriptor.  ns are processor time; for the rest see rounds.h.
 */
#include "bench/pipes.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/peer.h"
#include "bench/rounds.h"

enum { EVENTS = 300000, TOGGLES = 200000, MOST_PAIRS = 8000, FDS_BESIDE = 64 };

static const struct piping *const pipings[] = {
    &pipes_libevent, &pipes_raw, &pipes_libev, &pipes_libuv, &pipes_vreactor,
};

enum { PEERS = sizeof(pipings) / sizeof(pipings[0]) };

struct workload {
    size_t pairs, active;
};

static int readable[MOST_PAIRS], writable[MOST_PAIRS];
static size_t pair_count;
static const struct piping *piping;
static long left;  /* events to come */
static bool turns; /* toggle, in place of passing a byte on */

/* ---- what is done in a callback ---- */

static bool toggle(void)
{
    if (left > 0)
        piping->toggle(left);
    left = 0;
    return true;
}

static void give(size_t which)
{
    must(write(writable[which], "x", 1) == 1, "write");
}

bool pipes_act(size_t which)
{
    char byte;

    if (turns)
        return toggle();
    if (left <= 0) /* another event of the last batch */
        return true;
    must(read(readable[which], &byte, 1) == 1, "read");
    give(which + 1 < pair_count ? which + 1 : 0);
    return --left == 0;
}

static void run(long count)
{
    left = count;
    piping->run();
}

/* ---- pairs ---- */

static bool may_open(size_t pairs)
{
    struct rlimit limit;
    rlim_t need = 2 * pairs + FDS_BESIDE;

    must(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    if (limit.rlim_cur >= need)
        return true;
    limit.rlim_cur = need;
    if (limit.rlim_max < need)
        limit.rlim_max = need;
    return !setrlimit(RLIMIT_NOFILE, &limit);
}

static void open_pipes(const struct workload *workload)
{
    pair_count = workload->pairs;
    for (size_t i = 0; i < pair_count; i++) {
        int ends[2];
        must(!pipe2(ends, O_CLOEXEC | O_NONBLOCK), "pipe2");
        readable[i] = ends[0];
        writable[i] = ends[1];
    }
    for (size_t i = 0; i < workload->active; i++)
        give(i * pair_count / workload->active);
}

static void open_socket(void)
{
    int ends[2];

    must(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                     ends),
         "socketpair");
    pair_count = 1;
    readable[0] = ends[0];
    writable[0] = ends[1];
    give(0);
}

static void close_pairs(void)
{
    for (size_t i = 0; i < pair_count; i++) {
        close(readable[i]);
        close(writable[i]);
    }
}

/* ---- the comparison ---- */

static double measure(size_t peer, long count)
{
    piping = pipings[peer];
    piping->open(readable, pair_count);
    double ns = timed_cpu(run, count);
    piping->close();
    close_pairs();
    return ns;
}

static double measure_events(const void *workload, size_t peer)
{
    open_pipes(workload);
    turns = false;
    return measure(peer, EVENTS);
}

static double measure_toggle(const void *workload, size_t peer)
{
    (void)workload;
    open_socket();
    turns = true;
    return measure(peer, TOGGLES);
}

static void compare_events(const char *const *names, struct workload workload,
                           size_t rounds)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "pipes-%zu-%zu", workload.pairs,
                   workload.active);
    if (!may_open(workload.pairs)) {
        fprintf(stderr, "bench: %s left out, for want of descriptors\n", name);
        return;
    }
    compare_peers(&(struct comparison){.name = name,
                                       .peers = names,
                                       .measure = measure_events,
                                       .workload = &workload,
                                       .limit = pipes_raw.name},
                  rounds);
}

int main(int argc, char **argv)
{
    static const size_t pairs[] = {100, 1000, MOST_PAIRS}, active[] = {1, 100};
    const char *names[PEERS + 1] = {NULL};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    for (size_t i = 0; i < PEERS; i++)
        names[i] = pipings[i]->name;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        for (size_t j = 0; j < sizeof(active) / sizeof(active[0]); j++)
            compare_events(names, (struct workload){pairs[i], active[j]},
                           rounds);
    compare_peers(&(struct comparison){.name = "toggle",
                                       .peers = names,
                                       .measure = measure_toggle,
                                       .limit = pipes_raw.name},
                  rounds);
    return 0;
}
