/* SPDX-License-Identifier: MIT */
/**
 * @file soak.c
 * Does a reactor lose anything in the long run?
 *
 *     bench/run soak [SECONDS]
 *     soak=600 selector=epoll calls=... posts=... connections=... signals=...
 *         children=... fds=4..4 blocks=0..0 most_fds=45 most_blocks=310
 *
 * is one line.  For that long, 600 s by default, one reactor has calls, posts
 * of other threads, connections, signals and child processes, all at once and
 * each within bounds.  Then each ends what it has begun, and the reactor is
 * freed.
 *
 * How to read: fds are the descriptors of the process, blocks those that the
 * environment has handed out, at the beginning and at the end; the most that
 * there were, looked at each second, should not depend on how long it ran.
 * Exit status: 0; 1 where the end is not as the beginning, where something was
 * not as it should, or where nothing was done of a part.
 */
#include "bench/soak.h"

#include <dirent.h>
#include <stdatomic.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/call.h>

#include "bench/peer.h"
#include "bench/selector.h"

enum { DEFAULT_SECONDS = 600, MOST_SECONDS = 7 * 24 * 3600 };

static const struct soak_part *const parts[] = {
    &soak_calls, &soak_posts, &soak_connections, &soak_signals, &soak_children,
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

struct vr_reactor *soak_reactor;
const struct vr_env *soak_env;
bool soak_is_ending;

static bool is_here[PARTS];
static int parts_left;
static atomic_long blocks;
static long most_blocks, most_fds;
static vr_time until;

/* ---- what is counted ---- */

static void *resize(void *ctx, void *old, size_t size)
{
    (void)ctx;
    if (!size) {
        if (old)
            atomic_fetch_sub(&blocks, 1);
        free(old);
        return NULL;
    }
    void *block = realloc(old, size);
    if (block && !old)
        atomic_fetch_add(&blocks, 1);
    return block;
}

static long open_fds(void)
{
    DIR *folder = opendir("/proc/self/fd");
    long count = -3; /* ".", "..", and the one that looks */

    must(folder != NULL, "opendir");
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void look(struct vr_call *call)
{
    long fds = open_fds(), held = atomic_load(&blocks);

    most_fds = fds > most_fds ? fds : most_fds;
    most_blocks = held > most_blocks ? held : most_blocks;
    if (vr_turn_time(soak_reactor) < until)
        return;

    vr_call_cancel(call);
    soak_is_ending = true;
    for (int i = 0; i < PARTS; i++)
        if (is_here[i])
            parts[i]->end();
}

void soak_part_is_over(void)
{
    if (--parts_left == 0)
        vr_reactor_stop(soak_reactor);
}

uint32_t soak_draw(uint32_t below)
{
    static uint64_t state = 88172645463325252u; /* the same in every run */

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * below >> 32);
}

/* ---- the run ---- */

static void run_parts(long seconds)
{
    struct vr_call each_second;

    for (int i = 0; i < PARTS; i++) {
        is_here[i] = parts[i]->begin();
        parts_left += is_here[i];
        if (!is_here[i])
            fprintf(stderr, "bench: no %s on this system\n", parts[i]->name);
    }
    until = vr_turn_time(soak_reactor) + seconds * VR_SEC;
    vr_call_init(&each_second, soak_reactor, look);
    vr_call_repeat(&each_second, VR_SEC);
    must(!vr_reactor_run(soak_reactor), "vr_reactor_run");
}

static bool all_did_something(void)
{
    for (int i = 0; i < PARTS; i++)
        if (is_here[i] && !*parts[i]->done)
            return false;
    return true;
}

static bool soak(long seconds)
{
    struct vr_env env = VR_ENV_INIT;
    struct vr_reactor_options options = bench_options();
    long fds = open_fds(), held = atomic_load(&blocks);

    env.resize = resize;
    soak_env = options.env = &env;
    must(!vr_reactor_new(&options, &soak_reactor), "vr_reactor_new");
    printf("soak=%ld selector=%s", seconds, vr_reactor_selector(soak_reactor));
    run_parts(seconds);
    must(!vr_reactor_free(soak_reactor), "vr_reactor_free");

    long fds_now = open_fds(), held_now = atomic_load(&blocks);
    for (int i = 0; i < PARTS; i++)
        printf(" %s=%ld", parts[i]->name, *parts[i]->done);
    printf(" fds=%ld..%ld blocks=%ld..%ld most_fds=%ld most_blocks=%ld\n", fds,
           fds_now, held, held_now, most_fds, most_blocks);
    return fds == fds_now && held == held_now && all_did_something();
}

int main(int argc, char **argv)
{
    long seconds = argc > 1 ? strtol(argv[1], NULL, 10) : DEFAULT_SECONDS;

    if (seconds < 1 || seconds > MOST_SECONDS) {
        fprintf(stderr, "usage: %s [SECONDS], 1 to %d\n", argv[0],
                MOST_SECONDS);
        return 2;
    }
    return soak(seconds) ? 0 : 1;
}
