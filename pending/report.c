/* SPDX-License-Identifier: MIT */
/**
 * @file report.c
 * Failures that nobody handled.
 */
#include <vreactor/pending/pending_impl.h>

#include <vreactor/base/env_table.h>
#include <vreactor/base/text.h>

enum { WARN_LEVEL = 30, ERROR_LEVEL = 40 }; /* as in log/log.h */

/* To those that the environment of @pending tells, which may be NULL. */
static void report(const struct vr_pending *pending, int level,
                   const char *text)
{
    const struct vr_env *env = pending ? pending->env : vr_env_default();

    if (env == vr_env_default()) /* made outside of turns, without one */
        env = vr_env_or_current(NULL);
    env = vr_env_with(env, report);
    env->report(env->report_ctx, level, text);
}

void vr_pending_report(const struct vr_pending *pending,
                       const struct vr_failure *failure)
{
    char buf[1024];
    struct vr_text text = vr_text_in(buf, sizeof(buf));

    vr_text_add(&text, "deferred of %s:%d: nobody handled: ",
                pending ? pending->file : "?", pending ? pending->line : 0);
    size_t used = text.len < sizeof(buf) ? text.len : sizeof(buf);
    (void)vr_failure_format(failure, buf + used, sizeof(buf) - used);
    report(pending, ERROR_LEVEL, buf);
}

void vr_pending_warn(const struct vr_pending *pending, unsigned times)
{
    const char *name = pending->body->name;
    char buf[512];
    struct vr_text text = vr_text_in(buf, sizeof(buf));

    vr_text_add(&text, "coroutine ");
    if (name)
        vr_text_add_words(&text, name);
    vr_text_add(&text,
                "%sof %s:%d: cancelled, and it has awaited %u times since",
                name ? " " : "", pending->file, pending->line, times);
    report(pending, WARN_LEVEL, buf);
}
