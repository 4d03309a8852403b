/* SPDX-License-Identifier: MIT */
/**
 * @file test_watch_many.c
 * More descriptors ready than any selector takes from the kernel at once.
 */
#include "watches.h"

#include <sys/resource.h>

enum { MANY = 900, ROUNDS = 8 }; /* numbers that select(2) can have */

static struct probe probes[MANY];
static int pipe_ends[2];

/* Descriptors there may be, or as many as the system lets. */
static int count_of_many(void)
{
    struct rlimit limit;
    int spare = 64, count = test_light() ? MANY / 2 : MANY;

    check_int(getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur < (rlim_t)(count + spare)
               ? (int)limit.rlim_cur - spare
               : count;
}

/* One file under all of the numbers, and a byte in it. */
static void open_many(int count)
{
    make_pipe(pipe_ends);
    put(pipe_ends[1], "x");
    for (int i = 0; i < count; i++)
        open_reader(&probes[i], dup(pipe_ends[0]));
}

static void close_many(int count)
{
    for (int i = 0; i < count; i++) {
        vr_watch_close(&probes[i].watch);
        check_int(close(probes[i].fd), 0);
    }
    close_both(pipe_ends);
}

/* No one is two calls ahead of another. @return the sum of all calls */
static int check_fair(int count)
{
    int sum = 0, least = probes[0].reads, most = least;

    for (int i = 0; i < count; i++) {
        sum += probes[i].reads;
        least = probes[i].reads < least ? probes[i].reads : least;
        most = probes[i].reads > most ? probes[i].reads : most;
    }
    check(most - least <= 1);
    return sum;
}

/* promise reactor-18 */
TEST(watch_many, serves_none_twice_before_the_last)
{
    int sum = 0, count = count_of_many();

    set_up();
    open_many(count);
    while (sum < ROUNDS * count) {
        turn();
        check(counting_found > 0);
        sum = check_fair(count);
    }
    close_many(count);
    tear_down();
}

static void act_close_file(struct probe *probe, unsigned event)
{
    act_close(probe, event);
    check_int(close(probe->fd), 0);
}

/* Those who were served leave: the rest is not passed over. */
/* promise reactor-18 */
TEST(watch_many, serves_each_once_when_the_served_leave)
{
    int count = count_of_many(), turns = 0;

    set_up();
    open_many(count);
    for (int i = 0; i < count; i++)
        probes[i].act = act_close_file;
    for (counting_found = 1; counting_found > 0; turns++)
        turn();
    for (int i = 0; i < count; i++)
        check_int(probes[i].reads, 1);
    check(turns < count);
    close_both(pipe_ends);
    tear_down();
}
