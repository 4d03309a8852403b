/* SPDX-License-Identifier: MIT */
#include "bench/server.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/cores.h"
#include "bench/counted.h"
#include "bench/network.h"
#include "bench/peer.h"

/* ---- cores ---- */

static int cores[2]; /* of servers, of the load */

void server_prepare(void)
{
    if (!cores_find(cores))
        fprintf(stderr, "bench: one core for servers and load\n");
    core_stay_on(cores[1]);
}

/* ---- its process ---- */

static struct counts *share_counts(void)
{
    void *page = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    must(page != MAP_FAILED, "mmap");
    return page;
}

static void serve(const struct server_run *run, const struct server *server,
                  int backend, int core)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    core_stay_on(core);
    counts = run->counts;
    server->serve(run->port, backend);
    must(false, server->name);
}

static void start(struct server_run *run, const struct server *server,
                  int backend, int core)
{
    run->port = network_free_port();
    run->counts = share_counts();
    fflush(NULL);
    run->pid = fork();
    must(run->pid >= 0, "fork");
    if (!run->pid)
        serve(run, server, backend, core);
    setpgid(run->pid, run->pid);
}

void server_start(struct server_run *run, const struct server *server,
                  int backend)
{
    start(run, server, backend, cores[0]);
}

void server_start_beside(struct server_run *run, const struct server *server)
{
    start(run, server, 0, cores[1]);
}

/* With the children that some servers make, one a connection. */
void server_stop(const struct server_run *run)
{
    must(!kill(-run->pid, SIGKILL), "kill");
    must(waitpid(run->pid, NULL, 0) == run->pid, "waitpid");
    munmap(run->counts, sizeof(*run->counts));
}

/* ---- what it costs ---- */

static double cpu_of(pid_t pid)
{
    struct timespec time;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &time))
        return 0; /* it has just ended */
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double cpu_of_children(pid_t pid)
{
    char path[64];
    double ns = 0;
    int child;

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
    FILE *file = fopen(path, "re");
    while (file && fscanf(file, "%d", &child) == 1)
        ns += cpu_of(child);
    if (file)
        fclose(file);
    return ns;
}

static double resident_of(pid_t pid)
{
    char path[64], line[128];
    double kib = 0;

    (void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        if (!strncmp(line, "RssAnon:", 8))
            kib = strtod(line + 8, NULL);
    if (file)
        fclose(file);
    return kib * 1024;
}

struct cost server_cost(const struct server_run *run)
{
    return (struct cost){
        .cpu_ns = cpu_of(run->pid) + cpu_of_children(run->pid),
        .calls = (double)run->counts->calls,
        .allocations = (double)run->counts->allocations,
        .heap_bytes = (double)run->counts->bytes,
        .resident_bytes = resident_of(run->pid),
    };
}

struct cost cost_between(struct cost before, struct cost after, double count)
{
    return (struct cost){
        .cpu_ns = (after.cpu_ns - before.cpu_ns) / count,
        .calls = (after.calls - before.calls) / count,
        .allocations = (after.allocations - before.allocations) / count,
        .heap_bytes = (after.heap_bytes - before.heap_bytes) / count,
        .resident_bytes =
            (after.resident_bytes - before.resident_bytes) / count,
    };
}
