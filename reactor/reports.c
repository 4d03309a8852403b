/* SPDX-License-Identifier: MIT */
/**
 * @file reports.c
 * Failures that nobody handled, on their way to a reactor's log.
 */
#include <vreactor/reactor/reports.h>

#include <stdbool.h>
#include <stddef.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/base/thread.h>
#include <vreactor/log/log.h>

/* A forked child must not lock: a thread of the parent may have held the
 * lock. */
static bool is_inherited(const struct vr_reports *reports)
{
    return vr_fork_mark() != reports->mark;
}

static struct vr_logger *begin_report(struct vr_reports *reports)
{
    if (is_inherited(reports))
        return reports->logger;

    pthread_mutex_lock(&reports->lock);
    struct vr_logger *logger = reports->logger;
    reports->reporting += logger != NULL;
    pthread_mutex_unlock(&reports->lock);
    return logger;
}

static void end_report(struct vr_reports *reports)
{
    if (is_inherited(reports))
        return;

    pthread_mutex_lock(&reports->lock);
    if (!--reports->reporting)
        pthread_cond_broadcast(&reports->reported);
    pthread_mutex_unlock(&reports->lock);
}

/* `report` of the environment. */
static void report(void *report_ctx, int level, const char *text)
{
    struct vr_reports *reports = report_ctx;
    struct vr_logger *logger = begin_report(reports);

    if (!logger) {
        reports->report(reports->report_ctx, level, text);
        return;
    }
    vr_log(logger, level, "%s", text);
    end_report(reports);
}

static void init_lock(struct vr_reports *reports)
{
    (void)pthread_mutex_init(&reports->lock, NULL);
    vr_cond_init(&reports->reported);
}

void vr_reports_open(struct vr_reports *reports, struct vr_env *env)
{
    *reports = (struct vr_reports){.env = env,
                                   .mark = vr_fork_mark(),
                                   .report = env->report,
                                   .report_ctx = env->report_ctx};
    init_lock(reports);
    env->report = report;
    env->report_ctx = reports;
}

void vr_reports_renew(struct vr_reports *reports)
{
    init_lock(reports);
    reports->reporting = 0;
    reports->mark = vr_fork_mark();
}

void vr_reports_fini(struct vr_reports *reports)
{
    if (is_inherited(reports))
        return;

    pthread_cond_destroy(&reports->reported);
    pthread_mutex_destroy(&reports->lock);
}

void vr_reports_send_to(struct vr_reports *reports, struct vr_logger *logger)
{
    if (is_inherited(reports)) {
        reports->logger = logger;
        return;
    }

    pthread_mutex_lock(&reports->lock);
    reports->logger = logger;
    while (!logger && reports->reporting)
        vr_cond_wait(reports->env, &reports->reported, &reports->lock,
                     VR_TIME_MAX);
    pthread_mutex_unlock(&reports->lock);
}
