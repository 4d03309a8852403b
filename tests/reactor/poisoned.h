/* SPDX-License-Identifier: MIT */
/**
 * @file poisoned.h
 * A reactor in memory that is overwritten when it is given back: who uses it
 * after that does not find what was there.
 */
#ifndef VR_TESTS_REACTOR_POISONED_H
#define VR_TESTS_REACTOR_POISONED_H

#include <stdio.h>
#include <stdlib.h>

#include <vreactor/base/env.h>
#include <vreactor/log/log.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/test.h"

enum { HEAD = 64, POISON = 0xdd };

static struct vr_reactor *reactor;
static int blocks; /* atomic: not given back yet */

/* What was told to the environment the reactor was made with. */
static char told[512];

/* What the reactor's log showed. */
static struct vr_log_watcher watcher;
static char logged[1024];

static inline void poison(char *block)
{
    memset(block + HEAD, POISON, *(size_t *)(void *)block);
    free(block);
    (void)__atomic_sub_fetch(&blocks, 1, __ATOMIC_SEQ_CST);
}

static inline void *poisoned_resize(void *ctx, void *old, size_t size)
{
    char *block = old ? (char *)old - HEAD : NULL;
    char *grown = size ? malloc(HEAD + size) : NULL;

    check(ctx == &blocks);
    if (grown) {
        *(size_t *)(void *)grown = size;
        (void)__atomic_add_fetch(&blocks, 1, __ATOMIC_SEQ_CST);
    }
    if (grown && block) {
        size_t had = *(size_t *)(void *)block;
        memcpy(grown + HEAD, block + HEAD, had < size ? had : size);
    }
    if (block)
        poison(block);
    return grown ? grown + HEAD : NULL;
}

static inline void tell(void *ctx, int level, const char *text)
{
    (void)ctx;
    (void)level;
    (void)snprintf(told, sizeof(told), "%s", text);
}

static inline void note_logged(struct vr_log_watcher *self,
                               const struct vr_log_entry *entry)
{
    size_t len = strlen(logged);

    (void)self;
    (void)snprintf(logged + len, sizeof(logged) - len, "%s;", entry->text);
}

/* The table itself is gone, too, once the reactor is there. */
static inline void set_up(void)
{
    struct vr_env env = VR_ENV_INIT;

    env.ctx = &blocks;
    env.resize = poisoned_resize;
    env.report = tell;
    check_int(vr_reactor_new(
                  &(struct vr_reactor_options){
                      .size = sizeof(struct vr_reactor_options), .env = &env},
                  &reactor),
              0);
    vr_log_watcher_init(&watcher, note_logged);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

/* Run @p act in a turn. */
static inline void in_turn(void (*act)(struct vr_post *post))
{
    struct vr_post post = {.run = act, .cancelled = act};

    vr_reactor_post(reactor, &post);
    turn();
}

static inline void free_reactor(void)
{
    check_int(vr_reactor_free(reactor), 0);
    reactor = NULL;
}

#endif
