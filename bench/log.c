/* SPDX-License-Identifier: MIT */
/**
 * @file log.c
 * How long does a log call keep its caller?
 *
 *     bench/run log [ROUNDS]
 *     workload=file threads=4 peer=glib p50=2310 p99=9020 p99.9=31000
 *         ratio=14.1 spread=9.8..20.3                           (in one line)
 *
 * How to read: nanoseconds by the caller's clock, each call alone, with the
 * reading of the clock, which the peer `clock` is nothing but.  p50 is what
 * half the calls stay below; each is the median over the rounds.  ratio is p99
 * to that of vreactor, whose watchers run on a log/thread.h; spread is the
 * lowest and highest ratio within one round.
 *
 *     dropped  entries below the level
 *     memory   the last thousand entries are kept
 *     file     each entry is a line, written at once; syslog(3) to its socket,
 *              where a thread of this program reads if there is none; left
 *              out if there is one that nobody reads
 *
 * Like for like: threads log bursts of 2 000 entries and rest until these are
 * written, so that nobody saves time by dropping.  vreactor-direct writes in
 * the log call, as glib and syslog do; spdlog has a thread for it.  A round
 * runs every peer once, each time another one first.
 */
#include "bench/log_peer.h"
#include "bench/peer.h"
#include "bench/rounds.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <vreactor/vreactor.h>

enum { BURST = 2000, BURSTS = 20, MOST_THREADS = 4, MOST_ROUNDS = 101 };
enum { CALLS = BURST * BURSTS };

/* ---- vreactor ---- */

static struct vr_log_thread *thread;
static struct vr_logger direct, *logger;
static struct vr_log_file file;
static struct vr_log_memory last;

static void attach(enum log_target target, const char *path)
{
    struct vr_log_watcher *watcher = &last.base;

    if (target == FILE_PATH) {
        must(!vr_log_file_open(&file, NULL, path), "vr_log_file_open");
        watcher = &file.base;
    } else {
        must(!vr_log_memory_init(&last, NULL, 256 * 1024),
             "vr_log_memory_init");
    }
    must(!vr_logger_attach(logger, watcher), "vr_logger_attach");
    vr_logger_set_level(logger, target == NOWHERE ? VR_LOG_WARN : VR_LOG_DEBUG);
}

static void detach(void)
{
    if (last.base.logger)
        vr_log_memory_fini(&last);
    if (file.base.logger)
        vr_log_file_close(&file);
}

static int open_ours(enum log_target target, const char *path)
{
    struct vr_log_thread_options options = {
        .size = sizeof(options), .prefix = "bench", .ring_size = 4 << 20};

    must(!vr_log_thread_new(&options, &thread), "vr_log_thread_new");
    logger = vr_log_thread_logger(thread);
    attach(target, path);
    return 1;
}

static void log_ours(int number, const char *who)
{
    vr_log_info(logger, "request %d of %s took %d ms", number, who,
                number % 100);
}

static void flush_ours(void)
{
    must(!vr_log_flush(logger, -1), "vr_log_flush");
}

static void close_ours(void)
{
    must(vr_logger_dropped(logger) == 0, "to write all");
    detach();
    vr_log_thread_free(thread, -1);
}

static const struct log_peer ours = {.name = "vreactor",
                                     .open = open_ours,
                                     .log = log_ours,
                                     .flush = flush_ours,
                                     .close = close_ours};

static int open_direct(enum log_target target, const char *path)
{
    if (target == NOWHERE)
        return 0; /* the same */
    vr_logger_init(&direct, NULL, "bench");
    logger = &direct;
    attach(target, path);
    return 1;
}

/* A logger without a queue belongs to one thread. */
static pthread_mutex_t direct_lock = PTHREAD_MUTEX_INITIALIZER;

static void log_direct(int number, const char *who)
{
    pthread_mutex_lock(&direct_lock);
    log_ours(number, who);
    pthread_mutex_unlock(&direct_lock);
}

static void close_direct(void)
{
    detach();
    vr_logger_fini(&direct);
}

static const struct log_peer ours_direct = {.name = "vreactor-direct",
                                            .open = open_direct,
                                            .log = log_direct,
                                            .close = close_direct};

/* ---- nothing ---- */

static int open_nothing(enum log_target target, const char *path)
{
    (void)target;
    (void)path;
    return 1;
}

static void log_nothing(int number, const char *who)
{
    (void)number;
    (void)who;
}

static void close_nothing(void)
{
}

static const struct log_peer peer_clock = {.name = "clock",
                                           .open = open_nothing,
                                           .log = log_nothing,
                                           .close = close_nothing};

/* ---- the comparison ---- */

static const struct log_peer *const peers[] = {
    &ours,          &ours_direct,     &log_peer_spdlog,
    &log_peer_glib, &log_peer_syslog, &peer_clock,
};

enum { PEERS = sizeof(peers) / sizeof(peers[0]), QUANTILES = 3 };

static const double parts[QUANTILES] = {0.5, 0.99, 0.999};

struct run {
    const struct log_peer *peer;
    int threads;
    pthread_barrier_t gate;
    double *ns; /* of all calls */
    int number; /* atomic */
};

static void log_burst(struct run *run, double *ns)
{
    double before = now_ns();

    for (int i = 0; i < BURST; i++) {
        run->peer->log(i, "10.0.0.1");
        double after = now_ns();
        ns[i] = after - before;
        before = after;
    }
}

static void *log_bursts(void *arg)
{
    struct run *run = arg;
    int number = __atomic_fetch_add(&run->number, 1, __ATOMIC_RELAXED);

    for (int i = 0; i < BURSTS; i++) {
        pthread_barrier_wait(&run->gate);
        log_burst(run, run->ns + number * CALLS + i * BURST);
        pthread_barrier_wait(&run->gate);
        if (!number && run->peer->flush)
            run->peer->flush();
    }
    return NULL;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static bool run_once(const struct log_peer *peer, enum log_target target,
                     int threads, double quantiles[QUANTILES])
{
    char path[] = "/tmp/bench-log-XXXXXX";
    struct run run = {.peer = peer, .threads = threads};
    pthread_t ids[MOST_THREADS];

    close(mkstemp(path));
    bool opened = peer->open(target, path);
    if (opened) {
        size_t calls = (size_t)threads * CALLS;
        run.ns = must_alloc(calls, sizeof(double));
        pthread_barrier_init(&run.gate, NULL, (unsigned)threads);
        for (int i = 0; i < threads; i++)
            must(!pthread_create(&ids[i], NULL, log_bursts, &run),
                 "pthread_create");
        for (int i = 0; i < threads; i++)
            pthread_join(ids[i], NULL);
        peer->close();
        qsort(run.ns, calls, sizeof(double), compare);
        for (int q = 0; q < QUANTILES; q++)
            quantiles[q] = run.ns[(size_t)((double)(calls - 1) * parts[q])];
        pthread_barrier_destroy(&run.gate);
        free(run.ns);
    }
    unlink(path);
    return opened;
}

static double middle(const double *values, size_t count)
{
    double sorted[MOST_ROUNDS];

    memcpy(sorted, values, count * sizeof(*values));
    qsort(sorted, count, sizeof(*sorted), compare);
    return sorted[count / 2];
}

typedef double results[PEERS][QUANTILES][MOST_ROUNDS];

static void print(const char *name, int threads, results ns, size_t rounds)
{
    for (size_t p = 0; p < PEERS; p++) {
        double ratios[MOST_ROUNDS];
        if (ns[p][0][0] == 0)
            continue;
        for (size_t i = 0; i < rounds; i++)
            ratios[i] = ns[p][1][i] / ns[0][1][i];
        qsort(ratios, rounds, sizeof(*ratios), compare);
        printf("workload=%s threads=%d peer=%s p50=%.0f p99=%.0f p99.9=%.0f "
               "ratio=%.2f spread=%.2f..%.2f\n",
               name, threads, peers[p]->name, middle(ns[p][0], rounds),
               middle(ns[p][1], rounds), middle(ns[p][2], rounds),
               ratios[rounds / 2], ratios[0], ratios[rounds - 1]);
    }
    fflush(stdout);
}

static void compare_logs(const char *name, enum log_target target, int threads,
                         size_t rounds)
{
    static results ns;

    memset(ns, 0, sizeof(ns));
    for (size_t i = 0; i < rounds; i++)
        for (size_t p = 0; p < PEERS; p++) {
            size_t turn = (p + i) % PEERS;
            double quantiles[QUANTILES] = {0};
            if (!peer_runs(peers[turn]->name))
                continue;
            (void)run_once(peers[turn], target, threads, quantiles);
            for (int q = 0; q < QUANTILES; q++)
                ns[turn][q][i] = quantiles[q];
        }
    print(name, threads, ns, rounds);
}

int main(int argc, char **argv)
{
    size_t rounds = rounds_of("log", argc > 1 ? argv[1] : NULL);

    serve_syslog();
    for (int threads = 1; threads <= MOST_THREADS;
         threads += MOST_THREADS - 1) {
        compare_logs("dropped", NOWHERE, threads, rounds);
        compare_logs("memory", MEMORY, threads, rounds);
        compare_logs("file", FILE_PATH, threads, rounds);
    }
    unserve_syslog();
    return 0;
}
