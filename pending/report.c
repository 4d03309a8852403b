/* SPDX-License-Identifier: MIT */
/**
 * @file report.c
 * Failures that nobody handled.
 */
#include <vreactor/pending/pending_impl.h>

#include <vreactor/base/env_table.h>
#include <vreactor/base/text.h>

enum { ERROR_LEVEL = 40 }; /* as in log/log.h, of which we may not know */

void vr_pending_report(const struct vr_pending *pending,
                       const struct vr_failure *failure)
{
    const struct vr_env *env = pending->env;
    char buf[1024];
    struct vr_text text = vr_text_in(buf, sizeof(buf));

    vr_text_add(&text, "deferred of %s:%d: nobody handled: ", pending->file,
                pending->line);
    size_t used = text.len < sizeof(buf) ? text.len : sizeof(buf);
    (void)vr_failure_format(failure, buf + used, sizeof(buf) - used);
    if (env == vr_env_default()) /* made outside of turns, without one */
        env = vr_env_or_current(NULL);
    env = vr_env_with(env, report);
    env->report(env->report_ctx, ERROR_LEVEL, buf);
}
