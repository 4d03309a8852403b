/* SPDX-License-Identifier: MIT */
/**
 * @file log_delivery.h
 * A reactor's logger: entries are posted to it, so watchers run on its thread.
 * Internal.
 */
#ifndef VR_REACTOR_LOG_DELIVERY_H
#define VR_REACTOR_LOG_DELIVERY_H

#include <vreactor/log/default.h>
#include <vreactor/log/delivery.h>
#include <vreactor/log/log.h>

struct vr_reactor;

struct vr_log_to_reactor {
    struct vr_logger logger;
    struct vr_log_delivery delivery;
    struct vr_log_relay relay; /* to the default watcher, if there is one */
};

/** Make the logger of @p reactor, whose environment and name are set. */
void vr_log_to_reactor_init(struct vr_reactor *reactor);

/** All entries have been delivered before. */
void vr_log_to_reactor_fini(struct vr_reactor *reactor);

#endif
