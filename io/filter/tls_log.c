/* SPDX-License-Identifier: MIT */
/**
 * @file tls_log.c
 * Errors of OpenSSL in a log.
 */
#include <vreactor/io/filter/tls_log.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <openssl/err.h>

#include <vreactor/base/text.h>
#include <vreactor/log/log.h>

enum { MOST = 1024 }; /* of the text before OpenSSL's words: cut beyond */

/* A copy: OpenSSL frees its own when other errors come, which watchers that are
 * shown entries at once may raise. */
struct tls_error {
    unsigned long code;
    char func[64]; /* empty: not known, as all below */
    char file[128];
    int line;
    char words[256];
    char data[256];
};

static bool take(struct tls_error *error)
{
    const char *func = NULL, *file = NULL, *data = NULL;
    int flags = 0;

    *error = (struct tls_error){.code = 0};
    error->code = ERR_get_error_all(&file, &error->line, &func, &data, &flags);
    if (!error->code)
        return false;

    ERR_error_string_n(error->code, error->words, sizeof(error->words));
    vr_text_copy(error->func, sizeof(error->func), func ? func : "");
    vr_text_copy(error->file, sizeof(error->file), file ? file : "");
    if (data && (flags & ERR_TXT_STRING))
        vr_text_copy(error->data, sizeof(error->data), data);
    return true;
}

static void log_error(struct vr_logger *logger, int level, const char *text,
                      const struct tls_error *error)
{
    struct vr_log_attr attrs[5] = {
        {.key = "code", .number = (int64_t)error->code}};
    int count = 1;

    if (*error->func)
        attrs[count++] =
            (struct vr_log_attr){.key = "func", .text = error->func};
    if (*error->file) {
        attrs[count++] =
            (struct vr_log_attr){.key = "file", .text = error->file};
        attrs[count] =
            (struct vr_log_attr){.key = "line", .number = error->line};
    }
    vr_log_with(logger, level, attrs, "%s: %s%s%s", text, error->words,
                *error->data ? ": " : "", error->data);
}

size_t vr_tls_log_errors(struct vr_logger *logger, int level,
                         const char *format, ...)
{
    struct tls_error error;
    char buf[MOST];
    struct vr_text text = vr_text_in(buf, sizeof(buf));
    int saved = errno;
    size_t count = 0;
    va_list args;

    if (vr_logger_is_enabled(logger, level)) {
        va_start(args, format);
        vr_text_vadd(&text, format, args);
        va_end(args);
    }
    /* No more than OpenSSL has room for: watchers may raise errors. */
    for (; count < ERR_NUM_ERRORS && take(&error); count++)
        log_error(logger, level, buf, &error);
    errno = saved;
    return count;
}
