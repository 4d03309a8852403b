/* SPDX-License-Identifier: MIT */
/**
 * @file log.c
 * Log calls: from the arguments to an entry.
 */
#include <vreactor/log/log.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/end.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/err.h>
#include <vreactor/base/text.h>
#include <vreactor/log/logger_impl.h>

enum {
    SHORT = 512, /* texts below that need no memory */
    TAIL = 512,  /* what follows the text, such as the words for a code */
};

/* A log call: all but the text. */
struct call {
    struct vr_logger *logger;
    int level;
    const char *prefix; /* NULL: the logger's */
    const struct vr_log_attr *attrs;
    const char *tail; /* follows the text; NULL: nothing does */
};

static void put_tail(char *buf, size_t size, size_t len, const char *tail)
{
    if (tail && len < size)
        (void)snprintf(buf + len, size - len, "%s", tail);
}

/* Into @p buf, or, if longer, into memory that is the caller's then. */
VR_PRINTF(4, 0)
static char *print(const struct vr_env *env, char buf[SHORT], const char *tail,
                   const char *format, va_list args)
{
    va_list again;
    int err = errno; /* which some formats print */

    va_copy(again, args);
    int len = vsnprintf(buf, SHORT, format, args);
    if (len < 0) /* a wide character unknown here: show where it was */
        len = snprintf(buf, SHORT, "%s", format);
    size_t size = (size_t)len + (tail ? strlen(tail) : 0) + 1;
    char *text = size <= SHORT ? NULL : vr_resize(env, NULL, size);
    errno = err;
    if (text && vsnprintf(text, size, format, again) < 0)
        (void)snprintf(text, size, "%s", format);
    va_end(again);

    put_tail(text ? text : buf, text ? size : SHORT, (size_t)len, tail);
    if (size > SHORT && !text)
        buf[vr_text_whole(buf, SHORT - 1)] = '\0';
    return text ? text : buf;
}

VR_PRINTF(2, 0)
static void log_call(const struct call *call, const char *format, va_list args)
{
    struct vr_logger *logger = call->logger;
    const struct vr_env *env = logger->env;
    int err = errno;
    struct vr_log_entry entry = {.when = vr_env_wall(env),
                                 .level = call->level,
                                 .prefix = call->prefix ? call->prefix
                                                        : logger->prefix,
                                 .attrs = call->attrs};
    char buf[SHORT];

    while (logger->parent)
        logger = logger->parent;
    errno = err; /* some formats print it */
    char *text = print(env, buf, call->tail, format, args);
    entry.text = text;
    vr_logger_take(logger, &entry);
    if (text != buf)
        vr_dealloc(env, text);
    errno = err;
}

void vr_vlog(struct vr_logger *logger, const char *prefix, int level,
             const struct vr_log_attr *attrs, const char *format, va_list args)
{
    struct call call = {
        .logger = logger, .level = level, .prefix = prefix, .attrs = attrs};

    if (vr_logger_is_enabled(logger, level))
        log_call(&call, format, args);
}

void vr_log(struct vr_logger *logger, int level, const char *format, ...)
{
    va_list args;

    if (!vr_logger_is_enabled(logger, level))
        return;
    va_start(args, format);
    log_call(&(struct call){.logger = logger, .level = level}, format, args);
    va_end(args);
}

void vr_log_as(struct vr_logger *logger, const char *prefix, int level,
               const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vr_vlog(logger, prefix, level, NULL, format, args);
    va_end(args);
}

void vr_log_with(struct vr_logger *logger, int level,
                 const struct vr_log_attr *attrs, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vr_vlog(logger, NULL, level, attrs, format, args);
    va_end(args);
}

void vr_log_code(struct vr_logger *logger, int level, int code,
                 const char *format, ...)
{
    char tail[TAIL];
    struct call call = {.logger = logger, .level = level, .tail = tail};
    va_list args;

    if (!vr_logger_is_enabled(logger, level))
        return;
    (void)snprintf(tail, sizeof(tail), ": %s (%s)", vr_strerror(code),
                   vr_errname(code));
    va_start(args, format);
    log_call(&call, format, args);
    va_end(args);
}

void vr_log_end(struct vr_logger *logger, int level, const struct vr_end *end,
                const char *format, ...)
{
    char tail[TAIL] = ": ";
    struct call call = {.logger = logger, .level = level, .tail = tail};
    va_list args;

    if (!vr_logger_is_enabled(logger, level))
        return;
    (void)vr_end_format(end, tail + 2, sizeof(tail) - 2);
    va_start(args, format);
    log_call(&call, format, args);
    va_end(args);
}
