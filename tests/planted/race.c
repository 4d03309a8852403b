/* SPDX-License-Identifier: MIT */
/**
 * @file race.c
 * Two threads count without asking each other: a thread checker must say so.
 */
#include <pthread.h>

#include "tests/support/test.h"

static int count;

static void *add(void *arg)
{
    for (int i = 0; i < 1000; i++)
        count++;

    return arg;
}

TEST(planted, race)
{
    pthread_t other;

    check_int(pthread_create(&other, NULL, add, NULL), 0);
    add(NULL);
    check_int(pthread_join(other, NULL), 0);
}
