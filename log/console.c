/* SPDX-License-Identifier: MIT */
/**
 * @file console.c
 * Lines to a descriptor.
 */
#include <vreactor/log/console.h>

#include <errno.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>

enum { SHORT = 1024 }; /* lines below that need no memory */

static void count_dropped(struct vr_log_console *self)
{
    (void)__atomic_add_fetch(&self->dropped, 1, __ATOMIC_RELAXED);
}

static void put(struct vr_log_console *self, const char *line, size_t len)
{
    while (len) {
        ssize_t count = self->env->sys->write(self->fd, line, len);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            count_dropped(self);
            return;
        }
        line += count;
        len -= (size_t)count;
    }
}

static void put_long(struct vr_log_console *self,
                     const struct vr_log_entry *entry, size_t len)
{
    char *line = vr_resize(self->env, NULL, len + 1);
    if (!line) {
        count_dropped(self);
        return;
    }
    (void)vr_log_format_entry(&self->format, entry, line, len + 1);
    put(self, line, len);
    vr_dealloc(self->env, line);
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_console *self =
        vr_container_of(watcher, struct vr_log_console, base);
    char line[SHORT];

    size_t len = vr_log_format_entry(&self->format, entry, line, sizeof(line));
    if (len < sizeof(line))
        put(self, line, len);
    else
        put_long(self, entry, len);
}

void vr_log_console_init(struct vr_log_console *console,
                         const struct vr_env *env, int fd)
{
    *console = (struct vr_log_console){
        .format.eol = "\n", .env = vr_env_or_default(env), .fd = fd};
    vr_log_watcher_init(&console->base, watch);
}

size_t vr_log_console_dropped(const struct vr_log_console *console)
{
    return __atomic_load_n(&console->dropped, __ATOMIC_RELAXED);
}
