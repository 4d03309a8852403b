/* SPDX-License-Identifier: MIT */
/**
 * @file console.c
 * Lines to a terminal, or what stands for it.
 */
#include <vreactor/log/console.h>

#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/options.h>

static bool has_colours(const struct vr_env *env, int fd)
{
    const char *wish = vr_secure_getenv("NO_COLOR");
    const char *term = vr_secure_getenv("TERM");

    return (!wish || !*wish) && (!term || strcmp(term, "dumb") != 0) &&
           vr_sys(env, check_tty)(fd) == 0;
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_console *self =
        vr_container_of(watcher, struct vr_log_console, base);

    vr_log_output_put(&self->output, &self->format, entry);
}

void vr_log_console_init(struct vr_log_console *console,
                         const struct vr_env *env, int fd)
{
    env = vr_env_or_default(env);
    console->format =
        (struct vr_log_format){.colour = has_colours(env, fd), .eol = "\n"};
    vr_log_output_init(&console->output, env, fd);
    vr_log_watcher_init(&console->base, watch);
}

size_t vr_log_console_dropped(const struct vr_log_console *console)
{
    return vr_log_output_dropped(&console->output);
}
