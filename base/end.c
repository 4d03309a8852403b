/* SPDX-License-Identifier: MIT */
/**
 * @file end.c
 * Ends: kept, and in words.
 */
#include <vreactor/base/end_kind.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/failure_impl.h>
#include <vreactor/base/text.h>

static const char *const kinds[] = {
    [VR_END_NONE] = "none",           [VR_END_EOF] = "eof",
    [VR_END_TLS_EOF] = "tls eof",     [VR_END_TRUNCATED] = "truncated",
    [VR_END_RESET] = "reset",         [VR_END_TIMEOUT] = "timeout",
    [VR_END_CANCELLED] = "cancelled", [VR_END_LIMIT] = "limit",
    [VR_END_LOCAL] = "closed here",   [VR_END_ERROR] = "error",
};

static const char *const stages[] = {
    [VR_STAGE_NONE] = "",
    [VR_STAGE_RESOLVE] = "resolve",
    [VR_STAGE_CONNECT] = "connect",
    [VR_STAGE_PROXY] = "proxy",
    [VR_STAGE_HANDSHAKE] = "handshake",
    [VR_STAGE_READ] = "read",
    [VR_STAGE_WRITE] = "write",
    [VR_STAGE_IDLE] = "idle",
    [VR_STAGE_SHUTDOWN] = "shutdown",
};

void vr_end_keep(struct vr_end *mine, const struct vr_end *end)
{
    *mine = *end;
    if (mine->cause)
        vr_failure_ref(mine->cause);
}

void vr_end_drop(struct vr_end *mine)
{
    vr_failure_unref(mine->cause);
    *mine = (struct vr_end){.kind = VR_END_NONE};
}

bool vr_end_is_clean(const struct vr_end *end)
{
    return end->kind == VR_END_EOF || end->kind == VR_END_TLS_EOF;
}

enum vr_end_kind vr_end_kind_of(int err)
{
    switch (-err) {
    case 0:
        return VR_END_EOF;
    case ECONNRESET:
    case EPIPE:
        return VR_END_RESET;
    case ETIMEDOUT:
        return VR_END_TIMEOUT;
    case VR_ECLOSED:
        return VR_END_LOCAL;
    default:
        return VR_END_ERROR;
    }
}

int vr_end_code(const struct vr_end *end)
{
    static const int codes[] = {
        [VR_END_NONE] = -EIO,
        [VR_END_EOF] = -VR_ECLOSED,
        [VR_END_TLS_EOF] = -VR_ECLOSED,
        [VR_END_TRUNCATED] = -VR_ETRUNCATED,
        [VR_END_RESET] = -ECONNRESET,
        [VR_END_TIMEOUT] = -ETIMEDOUT,
        [VR_END_CANCELLED] = -VR_ECANCELLED,
        [VR_END_LIMIT] = -VR_ELIMIT,
        [VR_END_LOCAL] = -VR_ECLOSED,
        [VR_END_ERROR] = -EIO,
    };

    size_t kind = (size_t)end->kind;

    if (end->code < 0)
        return end->code;
    return kind < sizeof(codes) / sizeof(codes[0]) ? codes[kind] : -EIO;
}

const char *vr_end_kind_name(enum vr_end_kind kind)
{
    size_t i = (size_t)kind;
    return i < sizeof(kinds) / sizeof(kinds[0]) ? kinds[i] : "?";
}

const char *vr_end_stage_name(enum vr_end_stage stage)
{
    size_t i = (size_t)stage;
    return i < sizeof(stages) / sizeof(stages[0]) ? stages[i] : "?";
}

static void add_cause(struct vr_text *line, const struct vr_end *end)
{
    if (end->cause->code == vr_end_code(end)) {
        vr_failure_add_words(line, end->cause);
        return;
    }
    vr_text_add(line, "; cause: ");
    vr_failure_add(line, end->cause);
}

size_t vr_end_format(const struct vr_end *end, char *buf, size_t size)
{
    struct vr_text line = vr_text_in(buf, size);

    if (end->stage != VR_STAGE_NONE)
        vr_text_add(&line, "%s: ", vr_end_stage_name(end->stage));
    if (end->kind != VR_END_ERROR || !end->code)
        vr_text_add(&line, "%s%s", vr_end_kind_name(end->kind),
                    end->code ? ": " : "");
    if (end->code)
        vr_text_add(&line, "%s (%s)", vr_strerror(end->code),
                    vr_errname(end->code));
    if (end->after > 0)
        vr_text_add(&line, " after %d ms", vr_time_to_ms(end->after));
    if (end->cause)
        add_cause(&line, end);
    return line.len;
}
