/* SPDX-License-Identifier: MIT */
/**
 * @file turn.c
 * What does a loop add to the wait for an event?
 *
 *     bench/run turn [ROUNDS]
 *     workload=turn-run peer=vreactor ns=540.0 ratio=1.60 spread=1.55..1.68
 *
 * How to read: a descriptor is ready all the time, and its callback counts.
 * `turn-run` are turns of a loop that runs until it is stopped, `turn-single`
 * turns that the program asks for one by one; the peer raw is the wait of epoll
 * alone; ns are processor time.  For the rest see rounds.h.
 */
#include "bench/turn.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "bench/peer.h"
#include "bench/rounds.h"

enum { TURNS = 300000 };

static const struct looping *const loopings[] = {
    &turn_raw, &turn_libevent, &turn_libev, &turn_libuv, &turn_vreactor,
};

enum { PEERS = sizeof(loopings) / sizeof(loopings[0]) };

static int ready;

static double measure_run(const void *workload, size_t peer)
{
    (void)workload;
    loopings[peer]->open(ready);
    double ns = timed_cpu(loopings[peer]->run, TURNS);
    loopings[peer]->close();
    return ns;
}

static double measure_turn(const void *workload, size_t peer)
{
    (void)workload;
    loopings[peer]->open(ready);
    double ns = timed_cpu(loopings[peer]->turn, TURNS);
    loopings[peer]->close();
    return ns;
}

int main(int argc, char **argv)
{
    const char *names[PEERS + 1] = {NULL};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    for (size_t i = 0; i < PEERS; i++)
        names[i] = loopings[i]->name;
    ready = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    must(ready >= 0, "eventfd");
    compare_peers(&(struct comparison){.name = "turn-run",
                                       .peers = names,
                                       .measure = measure_run},
                  rounds);
    compare_peers(&(struct comparison){.name = "turn-single",
                                       .peers = names,
                                       .measure = measure_turn},
                  rounds);
    close(ready);
    return 0;
}
