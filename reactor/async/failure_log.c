/* SPDX-License-Identifier: MIT */
/**
 * @file failure_log.c
 * Failures in a log.
 */
#include <vreactor/reactor/async/failure_log.h>

#include <vreactor/base/failure.h>
#include <vreactor/log/log.h>

enum { MOST = 1024 }; /* bytes of an entry: a text beyond is cut */

/* Alone: its cause is an entry of its own. */
static void log_one(struct vr_logger *logger, int level, const char *before,
                    const struct vr_failure *failure)
{
    struct vr_failure alone = *failure;
    char text[MOST];

    alone.cause = NULL;
    (void)vr_failure_format(&alone, text, sizeof(text));
    vr_log(logger, level, "%s%s", before, text);
}

void vr_log_failure(struct vr_logger *logger, int level,
                    const struct vr_failure *failure)
{
    if (!failure || !vr_logger_is_enabled(logger, level))
        return;

    log_one(logger, level, "", failure);
    while ((failure = failure->cause))
        log_one(logger, level, "caused by: ", failure);
}
