/* SPDX-License-Identifier: MIT */
/**
 * @file syslog.c
 * Entries for the log of the system.
 */
#include <vreactor/log/syslog.h>

#include <string.h>
#include <syslog.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/log/line.h>

enum { MOST = 4096 };

static const char dots[] = "...";

static int priority_of(int level)
{
    return level >= VR_LOG_CRITICAL ? LOG_CRIT
           : level >= VR_LOG_ERROR  ? LOG_ERR
           : level >= VR_LOG_WARN   ? LOG_WARNING
           : level >= VR_LOG_INFO   ? LOG_INFO
                                    : LOG_DEBUG;
}

/* What fits into @size bytes. @return how many it would have */
static size_t put(char *text, size_t size, const struct vr_log_entry *entry)
{
    struct vr_log_line line = {.buf = text, .size = size};

    vr_log_put_message(&line, entry);
    text[line.kept] = '\0';
    return line.len;
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_syslog *self =
        vr_container_of(watcher, struct vr_log_syslog, base);
    char text[MOST + 1];
    size_t len = put(text, MOST, entry);

    if (len > MOST)
        (void)put(text, MOST - strlen(dots), entry);
    if (len > MOST)
        memcpy(text + strlen(text), dots, sizeof(dots));
    /* In parentheses, as <syslog.h> may have a macro of that name. */
    vr_sys(self->env, syslog)(self->facility | priority_of(entry->level), text);
}

void vr_log_syslog_init(struct vr_log_syslog *watcher, const struct vr_env *env,
                        int facility)
{
    watcher->env = vr_env_or_default(env);
    watcher->facility = facility;
    vr_log_watcher_init(&watcher->base, watch);
}
