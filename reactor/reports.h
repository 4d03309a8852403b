/* SPDX-License-Identifier: MIT */
/**
 * @file reports.h
 * The reports of a reactor's environment, which go to the reactor's log while
 * the reactor lives, and then where they went before.  Internal.
 *
 * Threads: any may report; the other functions are the reactor's.
 */
#ifndef VR_REACTOR_REPORTS_H
#define VR_REACTOR_REPORTS_H

#include <pthread.h>
#include <stdint.h>

struct vr_env;
struct vr_logger;

struct vr_reports {
    const struct vr_env *env; /* whose reports these are */
    uint64_t mark;            /* of the process whose reactor it is */

    /* Of the environment, before. */
    void (*report)(void *report_ctx, int level, const char *text);
    void *report_ctx;

    pthread_mutex_t lock;     /* guards what follows */
    struct vr_logger *logger; /* NULL: not yet, or not any more */
    unsigned reporting;       /* threads, to the logger */
    pthread_cond_t reported;
};

/** Take over the reports of @p env, which is kept. */
void vr_reports_open(struct vr_reports *reports, struct vr_env *env);

/** Nobody uses the environment any more. */
void vr_reports_fini(struct vr_reports *reports);

/** Send reports to @p logger from now on; NULL: where they went before, and
 *  wait until no thread reports to the logger still. */
void vr_reports_send_to(struct vr_reports *reports, struct vr_logger *logger);

/** In a child of fork(2), where no other thread is: make them the child's. */
void vr_reports_renew(struct vr_reports *reports);

#endif
