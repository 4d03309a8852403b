/* SPDX-License-Identifier: MIT */
/**
 * @file subscribe.c
 * Relays with a pattern.
 */
#include <vreactor/log/subscribe.h>

#include <stddef.h>

#include <vreactor/base/container_of.h>
#include <vreactor/log/log.h>

/* Not fnmatch(3), whose time may grow beyond all bounds with the number of
 * stars.  Here only the last star takes more. */
static bool matches(const char *pattern, const char *text)
{
    const char *star = NULL, *taken = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            taken = text;
        } else if (*pattern == '?' || *pattern == *text) {
            pattern++;
            text++;
        } else if (star) {
            pattern = star + 1;
            text = ++taken;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static bool keep(struct vr_log_filter *filter, const struct vr_log_entry *entry)
{
    const struct vr_log_subscription *self =
        vr_container_of(filter, const struct vr_log_subscription, filter);

    /* What is missing in a gap may be anybody's. */
    return entry->level >= self->least &&
           (entry->missed ||
            matches(self->pattern, entry->prefix ? entry->prefix : ""));
}

int vr_log_subscribe(struct vr_log_subscription *subscription,
                     struct vr_logger *logger, const char *pattern, int least,
                     struct vr_log_watcher *watcher)
{
    struct vr_log_relay *relay = &subscription->relay;

    subscription->pattern = pattern;
    subscription->least = least;
    vr_log_relay_init(relay, watcher);
    relay->base.anywhere = false; /* it may come and go while others log */
    vr_log_filter_init(&subscription->filter, keep);
    vr_log_watcher_add_filter(&relay->base, &subscription->filter);
    return vr_logger_attach(logger, &relay->base);
}

void vr_log_unsubscribe(struct vr_log_subscription *subscription)
{
    vr_logger_detach(&subscription->relay.base);
}
