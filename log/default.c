/* SPDX-License-Identifier: MIT */
/**
 * @file default.c
 * The default watcher, and how many loggers share it.
 */
#include <vreactor/log/default.h>

#include <vreactor/base/container_of.h>

static struct vr_log_watcher *default_watcher;

void vr_log_set_default_watcher(struct vr_log_watcher *watcher)
{
    __atomic_store_n(&default_watcher, watcher, __ATOMIC_RELEASE);
}

struct vr_log_watcher *vr_log_default_watcher(void)
{
    return __atomic_load_n(&default_watcher, __ATOMIC_ACQUIRE);
}

static void pass_on(struct vr_log_watcher *watcher,
                    const struct vr_log_entry *entry)
{
    vr_log_watcher_offer(
        vr_container_of(watcher, struct vr_log_relay, base)->to, entry);
}

void vr_log_relay_init(struct vr_log_relay *relay, struct vr_log_watcher *to)
{
    vr_log_watcher_init(&relay->base, pass_on);
    relay->base.anywhere = to->anywhere;
    relay->base.passes_to = to->passes_to;
    relay->to = to;
}
