/* SPDX-License-Identifier: MIT */
/**
 * @file recorder.h
 * A watcher that remembers, and an environment that counts, for tests of log/.
 */
#ifndef VR_TESTS_LOG_RECORDER_H
#define VR_TESTS_LOG_RECORDER_H

#include <stdio.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/log/watcher.h>

/** Writes each entry as "level prefix text;" behind the one before. */
struct recorder {
    struct vr_log_watcher base;
    vr_time when; /* of the last entry */
    int count;
    size_t longest;              /* text */
    size_t missed;               /* by all gaps */
    struct vr_log_attr attrs[4]; /* of the last entry that had any */
    int attr_count;
    char kept[4][2][16]; /* their texts */
    char text[1024];
};

static inline void record_attrs(struct recorder *self,
                                const struct vr_log_attr *attrs)
{
    int i = 0;

    for (; i < 4 && attrs[i].key; i++) {
        struct vr_log_attr *mine = &self->attrs[i];
        *mine = attrs[i];
        (void)snprintf(self->kept[i][0], 16, "%s", attrs[i].key);
        mine->key = self->kept[i][0];
        if (!mine->text)
            continue;
        (void)snprintf(self->kept[i][1], 16, "%s", attrs[i].text);
        mine->text = self->kept[i][1];
    }
    self->attr_count = i;
}

static inline void record(struct vr_log_watcher *watcher,
                          const struct vr_log_entry *entry)
{
    struct recorder *self = vr_container_of(watcher, struct recorder, base);
    size_t len = strlen(self->text);

    self->count++;
    self->when = entry->when;
    self->missed += entry->missed;
    if (strlen(entry->text) > self->longest)
        self->longest = strlen(entry->text);
    if (entry->attrs)
        record_attrs(self, entry->attrs);
    (void)snprintf(self->text + len, sizeof(self->text) - len, "%d %s %s;",
                   entry->level, entry->prefix ? entry->prefix : "-",
                   entry->text);
}

static inline void recorder_init(struct recorder *recorder)
{
    *recorder = (struct recorder){.count = 0};
    vr_log_watcher_init(&recorder->base, record);
}

/** Counts what is allocated and formatted under it; a clock set by hand. */
struct counting_env {
    struct vr_env env;
    int calls; /* for memory */
    int live;  /* allocations not given back */
    int clock_reads;
    bool empty;   /* no memory left */
    bool counted; /* only so many allocations are left: */
    int left;
    vr_time wall;
};

static inline void *counting_resize(void *ctx, void *old, size_t size)
{
    struct counting_env *self = ctx;

    if (size && (self->empty || (self->counted && self->left-- <= 0)))
        return NULL;
    self->calls += size > 0;
    self->live += (size && !old) - (!size && old);
    return vr_env_default()->resize(NULL, old, size);
}

static inline vr_time counting_wall(void *ctx)
{
    struct counting_env *self = ctx;

    self->clock_reads++;
    return self->wall;
}

static inline void counting_env_init(struct counting_env *self)
{
    *self = (struct counting_env){.env = (struct vr_env)VR_ENV_INIT};
    self->env.ctx = self;
    self->env.resize = counting_resize;
    self->env.wall = counting_wall;
}

#endif
