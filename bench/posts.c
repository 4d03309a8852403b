/* SPDX-License-Identifier: MIT */
/**
 * @file posts.c
 * What does a message from another thread cost?
 *
 *     bench/run posts [ROUNDS]
 *     workload=posts-1 peer=vreactor ns=35.0 ratio=0.55 spread=0.50..0.60
 *         limit=1.20
 *
 * How to read: in `posts-N` N threads send as fast as they can, until the loop
 * has run all of it; ns are of the whole, for one message.  In `trips-N` two
 * loops, each on a thread of its own, send one message to and fro, both on one
 * core or each on its own; ns are of there and back.  The peer vreactor-spin
 * looks for work for 50 us before it sleeps.  For the rest see rounds.h.
 *
 * libevent, libev and libuv have no queue of messages: a list under a mutex,
 * and a wake-up where that was empty, is what their users write.
 */
#include "bench/posts.h"

#include <pthread.h>

#include "bench/cores.h"
#include "bench/peer.h"
#include "bench/rounds.h"

enum {
    MESSAGES = 2000000,
    MOST_SENDERS = 4,
    TRIPS_ON_ONE = 50000,
    TRIPS_ON_TWO = 10000,
};

static const struct posting *const postings[] = {
    &posts_libevent, &posts_raw,      &posts_libev,
    &posts_libuv,    &posts_vreactor, &posts_spinning,
};

enum { PEERS = sizeof(postings) / sizeof(postings[0]) };

struct sender {
    pthread_t thread;
    struct message *messages;
    size_t count;
};

static const struct posting *posting;
static struct message *messages;
static bool makes_trips;
static size_t expected[2], received[2]; /* by each loop, on its thread */

bool posts_arrive(int loop, struct message *message)
{
    bool is_last = ++received[loop] == expected[loop];

    if (makes_trips && !(loop == 0 && is_last))
        posting->send(!loop, message);
    return is_last;
}

/* ---- senders, to loop 0 ---- */

static void *run_sender(void *arg)
{
    struct sender *sender = arg;

    for (size_t i = 0; i < sender->count; i++)
        posting->send(0, &sender->messages[i]);
    return NULL;
}

static double measure_posts(const void *workload, size_t peer)
{
    size_t senders = *(const size_t *)workload, share = MESSAGES / senders;
    struct sender all[MOST_SENDERS];

    posting = postings[peer];
    posting->open(0);
    makes_trips = false;
    received[0] = 0;
    expected[0] = share * senders;
    double start = now_ns();
    for (size_t i = 0; i < senders; i++) {
        all[i] =
            (struct sender){.messages = messages + i * share, .count = share};
        must(!pthread_create(&all[i].thread, NULL, run_sender, &all[i]),
             "pthread_create");
    }
    posting->run(0);
    double ns = (now_ns() - start) / MESSAGES;
    for (size_t i = 0; i < senders; i++)
        pthread_join(all[i].thread, NULL);
    posting->close(0);
    return ns;
}

static void compare_posts(const char *const *names, size_t senders,
                          size_t rounds)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "posts-%zu", senders);
    compare_peers(&(struct comparison){.name = name,
                                       .peers = names,
                                       .measure = measure_posts,
                                       .workload = &senders,
                                       .limit = posts_raw.name},
                  rounds);
}

/* ---- there and back ---- */

static void *run_far(void *arg)
{
    const int *cores = arg;

    core_stay_on(cores[1]);
    posting->run(1);
    return NULL;
}

static double measure_trips(const void *workload, size_t peer)
{
    const int *cores = workload;
    size_t trips = cores[0] == cores[1] ? TRIPS_ON_ONE : TRIPS_ON_TWO;
    pthread_t far;

    posting = postings[peer];
    posting->open(0);
    posting->open(1);
    makes_trips = true;
    received[0] = received[1] = 0;
    expected[0] = expected[1] = trips;
    core_stay_on(cores[0]);
    must(!pthread_create(&far, NULL, run_far, (void *)(uintptr_t)cores),
         "pthread_create");
    double start = now_ns();
    posting->send(1, messages);
    posting->run(0);
    double ns = (now_ns() - start) / (double)trips;
    pthread_join(far, NULL);
    posting->close(0);
    posting->close(1);
    return ns;
}

static void compare_trips(const char *const *names, size_t rounds)
{
    int cores[2];
    bool are_two = cores_find(cores);
    const int same[2] = {cores[0], cores[0]};

    compare_peers(&(struct comparison){.name = "trips-1",
                                       .peers = names,
                                       .measure = measure_trips,
                                       .workload = same,
                                       .limit = posts_raw.name},
                  rounds);
    if (are_two)
        compare_peers(&(struct comparison){.name = "trips-2",
                                           .peers = names,
                                           .measure = measure_trips,
                                           .workload = cores,
                                           .limit = posts_raw.name},
                      rounds);
    else
        fprintf(stderr, "bench: trips-2 left out, there is one core\n");
}

int main(int argc, char **argv)
{
    static const size_t senders[] = {1, 2, MOST_SENDERS};
    const char *names[PEERS + 1] = {NULL};
    size_t rounds = rounds_of(argv[0], argc > 1 ? argv[1] : NULL);

    for (size_t i = 0; i < PEERS; i++)
        names[i] = postings[i]->name;
    messages = must_alloc(MESSAGES, sizeof(*messages));
    for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
        compare_posts(names, senders[i], rounds);
    compare_trips(names, rounds); /* last: the threads stay on their cores */
    free(messages);
    return 0;
}
