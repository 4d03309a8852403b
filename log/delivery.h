/* SPDX-License-Identifier: MIT */
/**
 * @file delivery.h
 * On which thread do watchers run?  A logger with a delivery copies each entry
 * into a record at the log call and hands it over; the delivery brings it to
 * the right thread.
 *
 *     struct inbox { struct vr_log_delivery delivery; ... };
 *
 *     static void take(struct vr_log_delivery *delivery,
 *                      struct vr_log_record *record)
 *     {
 *         struct inbox *inbox =
 *             vr_container_of(delivery, struct inbox, delivery);
 *         inbox_post(inbox, vr_log_record_room(record));
 *     }
 *
 *     static void run(struct post *post)    on the inbox's thread
 *     {
 *         vr_log_record_deliver(vr_log_record_of(post));
 *     }
 *
 *     inbox->delivery.deliver = take;
 *     inbox->delivery.room = sizeof(struct post);
 *     vr_logger_set_delivery(&logger, &inbox->delivery);
 *
 * What a watcher logs to such a logger comes to it later, as one entry more: a
 * watcher that logs for each entry never rests.
 */
#ifndef VR_LOG_DELIVERY_H
#define VR_LOG_DELIVERY_H

#include <stddef.h>

#include <vreactor/base/decls.h>

VR_BEGIN_DECLS

struct vr_log_record;
struct vr_logger;

/** The way from the log call to the watchers. */
struct vr_log_delivery {
    /**
     * Take @p record: it ends, once, in vr_log_record_deliver() or
     * vr_log_record_drop(), here or later, before the logger does.
     * Threads: any that logs, at the same time.
     */
    void (*deliver)(struct vr_log_delivery *delivery,
                    struct vr_log_record *record);

    /** Bytes in each record for the delivery's own use, such as the link of a
     *  queue; 0: none. */
    size_t room;
};

/** Deliver through @p delivery, which is kept; NULL: in the log call, as after
 *  init.  Threads: one, while nobody logs. */
void vr_logger_set_delivery(struct vr_logger *logger,
                            struct vr_log_delivery *delivery);

/** The delivery's own bytes, not set, aligned for pointers and vr_time. */
void *vr_log_record_room(struct vr_log_record *record);

/** The record whose room this is. */
struct vr_log_record *vr_log_record_of(void *room);

/** Show the entry to the logger's watchers and free @p record. */
void vr_log_record_deliver(struct vr_log_record *record);

/** Free @p record unseen and count it, see vr_logger_dropped().
 *  Threads: any. */
void vr_log_record_drop(struct vr_log_record *record);

VR_END_DECLS

#endif
