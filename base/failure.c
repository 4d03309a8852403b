/* SPDX-License-Identifier: MIT */
/**
 * @file failure.c
 * Failures, and some that need no memory.
 */
#include <vreactor/base/failure_impl.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>

/* Out of memory is no time to allocate; and cancelling, so also freeing, a
 * deferred must not be able to fail. */
static const struct vr_failure no_memory = {.code = -ENOMEM};
static const struct vr_failure cancelled = {.code = -VR_ECANCELLED};
static const struct vr_failure timeout = {
    .code = -ETIMEDOUT,
    .stage = "timeout",
    .cause = (struct vr_failure *)&cancelled,
};

struct vr_failure *vr_failure_no_memory(void)
{
    return (
        struct vr_failure *)&no_memory; /* never written: it has no memory */
}

struct vr_failure *vr_failure_cancelled(void)
{
    return (struct vr_failure *)&cancelled;
}

struct vr_failure *vr_failure_timeout(void)
{
    return (struct vr_failure *)&timeout;
}

/* A failure with room behind it for a text of @p len, printed there. */
VR_PRINTF(3, 0)
static struct vr_failure *with_text(struct vr_allocator memory, size_t len,
                                    const char *format, va_list args)
{
    struct vr_failure *failure =
        vr_allocator_alloc(memory, sizeof(*failure) + len + 1);
    if (!failure || !format)
        return failure;

    char *text = (char *)(failure + 1);
    (void)vsnprintf(text, len + 1, format, args);
    failure->text = text;
    return failure;
}

VR_PRINTF(1, 0)
static size_t text_length(const char *format, va_list args)
{
    int len = format ? vsnprintf(NULL, 0, format, args) : 0;
    return len > 0 ? (size_t)len : 0;
}

#undef vr_failure_new /* the macro adds the place */
struct vr_failure *vr_failure_new(const struct vr_env *env, int code,
                                  const char *stage, struct vr_failure *cause,
                                  const char *format, ...)
{
    struct vr_allocator memory = vr_allocator_of(env);
    va_list args;

    va_start(args, format);
    size_t len = text_length(format, args);
    va_end(args);

    va_start(args, format);
    struct vr_failure *failure = with_text(memory, len, format, args);
    va_end(args);
    if (!failure) {
        vr_failure_unref(cause);
        return vr_failure_no_memory();
    }

    failure->code = code;
    failure->stage = stage;
    failure->cause = cause;
    failure->memory = memory;
    failure->refs = 1;
    return failure;
}

struct vr_failure *vr_failure_place(const char *file, int line,
                                    struct vr_failure *failure)
{
    if (!failure->memory.resize) /* a constant */
        return failure;

    failure->file = file;
    failure->line = line;
    return failure;
}

/* ---- of ends ---- */

/** A failure, and its end. */
struct ended {
    struct vr_failure failure;
    struct vr_end end;
};

struct vr_failure *vr_failure_of_end(const struct vr_env *env,
                                     const struct vr_end *end)
{
    struct vr_allocator memory = vr_allocator_of(env);
    struct ended *ended = vr_allocator_alloc(memory, sizeof(*ended));
    if (!ended)
        return vr_failure_no_memory();

    vr_end_keep(&ended->end, end);
    ended->failure = (struct vr_failure){
        .code = vr_end_code(end),
        .stage = end->stage ? vr_end_stage_name(end->stage) : NULL,
        .text = vr_end_kind_name(end->kind),
        .cause = end->cause, /* with the reference of that copy */
        .end = &ended->end,
        .memory = memory,
        .refs = 1,
    };
    return &ended->failure;
}

/* ---- references ---- */

/* Builtins, for <stdatomic.h> cannot stand in a header that C++ reads. */
struct vr_failure *vr_failure_ref(struct vr_failure *failure)
{
    if (failure->memory.resize)
        (void)__atomic_add_fetch(&failure->refs, 1, __ATOMIC_RELAXED);
    return failure;
}

void vr_failure_unref(struct vr_failure *failure)
{
    while (failure && failure->memory.resize &&
           !__atomic_sub_fetch(&failure->refs, 1, __ATOMIC_ACQ_REL)) {
        struct vr_failure *cause = failure->cause;
        vr_allocator_free(failure->memory, failure);
        failure = cause;
    }
}

bool vr_failure_is(const struct vr_failure *failure, int code)
{
    while (failure && failure->code != code)
        failure = failure->cause;
    return failure != NULL;
}

bool vr_failure_is_cancel(const struct vr_failure *failure)
{
    return vr_failure_is(failure, -VR_ECANCELLED);
}

/* ---- words ---- */

static void add_code(struct vr_text *line, const struct vr_failure *failure)
{
    if (failure->stage) {
        vr_text_add_words(line, failure->stage);
        vr_text_add(line, ": ");
    }
    vr_text_add(line, "%s (%s)", vr_strerror(failure->code),
                vr_errname(failure->code));
}

static void add_words(struct vr_text *line, const struct vr_failure *failure)
{
    if (failure->text) {
        vr_text_add(line, ", ");
        vr_text_add_words(line, failure->text);
    }
    if (failure->file)
        vr_text_add(line, ", at %s:%d", failure->file, failure->line);
}

void vr_failure_add_words(struct vr_text *line,
                          const struct vr_failure *failure)
{
    add_words(line, failure);
    while ((failure = failure->cause)) {
        vr_text_add(line, "; cause: ");
        add_code(line, failure);
        add_words(line, failure);
    }
}

void vr_failure_add(struct vr_text *line, const struct vr_failure *failure)
{
    add_code(line, failure);
    vr_failure_add_words(line, failure);
}

size_t vr_failure_format(const struct vr_failure *failure, char *buf,
                         size_t size)
{
    struct vr_text line = vr_text_in(buf, size);

    vr_failure_add(&line, failure);
    return line.len;
}
