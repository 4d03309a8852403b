/* SPDX-License-Identifier: MIT */
/**
 * @file output.c
 * Lines to a descriptor.
 */
#include <vreactor/log/output.h>

#include <errno.h>

#include <vreactor/base/env.h>
#include <vreactor/base/fd.h>
#include <vreactor/log/entry.h>
#include <vreactor/log/format.h>
#include <vreactor/log/gap.h>

enum { SHORT = 1024 }; /* lines below that need no memory */

/* A gap that is dropped counts as the entries it stands for. */
static void drop(struct vr_log_output *output, const struct vr_log_entry *entry,
                 int err)
{
    size_t count = entry->missed ? entry->missed : 1;

    (void)__atomic_add_fetch(&output->dropped, 1, __ATOMIC_RELAXED);
    (void)__atomic_add_fetch(&output->missing, count, __ATOMIC_RELAXED);
    __atomic_store_n(&output->error, err, __ATOMIC_RELAXED);
}

/* @return 0, or why not all of it went out */
static int put(struct vr_log_output *output, const char *line, size_t len)
{
    const char *begin = line, *end = line + len;

    while (line < end) {
        ssize_t count =
            vr_fd_write(output->env, output->fd, line, (size_t)(end - line));
        if (count == -EINTR)
            continue;
        if (count <= 0) {
            if (line > begin)
                __atomic_store_n(&output->torn, true, __ATOMIC_RELAXED);
            return count < 0 ? (int)count : -EIO;
        }
        line += count;
    }
    return 0;
}

static int put_long(struct vr_log_output *output,
                    const struct vr_log_format *format,
                    const struct vr_log_entry *entry, size_t len)
{
    char *line = vr_resize(output->env, NULL, len + 1);
    if (!line)
        return -ENOMEM;

    (void)vr_log_format_entry(format, entry, line, len + 1);
    int err = put(output, line, len);
    vr_dealloc(output->env, line);
    return err;
}

static int put_line(struct vr_log_output *output,
                    const struct vr_log_format *format,
                    const struct vr_log_entry *entry)
{
    char line[SHORT];

    size_t len = vr_log_format_entry(format, entry, line, sizeof(line));
    return len < sizeof(line) ? put(output, line, len)
                              : put_long(output, format, entry, len);
}

static int end_torn_line(struct vr_log_output *output)
{
    if (!__atomic_exchange_n(&output->torn, false, __ATOMIC_RELAXED))
        return 0;

    int err = put(output, "\n", 1);
    if (err)
        __atomic_store_n(&output->torn, true, __ATOMIC_RELAXED);
    return err;
}

/* Behind which @p next comes. */
static int put_gap(struct vr_log_output *output,
                   const struct vr_log_format *format,
                   const struct vr_log_entry *next)
{
    char text[VR_LOG_GAP_SIZE];
    struct vr_log_entry gap = {
        .when = next->when, .level = VR_LOG_WARN, .text = text};

    gap.missed = __atomic_exchange_n(&output->missing, 0, __ATOMIC_RELAXED);
    if (!gap.missed)
        return 0;

    (void)vr_log_gap_text(text, gap.missed, "line", "lines");
    int err = put_line(output, format, &gap);
    if (err)
        (void)__atomic_add_fetch(&output->missing, gap.missed,
                                 __ATOMIC_RELAXED);
    return err;
}

void vr_log_output_init(struct vr_log_output *output, const struct vr_env *env,
                        int fd)
{
    *output = (struct vr_log_output){.env = vr_env_or_default(env), .fd = fd};
}

void vr_log_output_put(struct vr_log_output *output,
                       const struct vr_log_format *format,
                       const struct vr_log_entry *entry)
{
    int err = end_torn_line(output);

    if (!err)
        err = put_gap(output, format, entry);
    if (!err)
        err = put_line(output, format, entry);
    if (err)
        drop(output, entry, err);
}

size_t vr_log_output_dropped(const struct vr_log_output *output)
{
    return __atomic_load_n(&output->dropped, __ATOMIC_RELAXED);
}

int vr_log_output_error(const struct vr_log_output *output)
{
    return __atomic_load_n(&output->error, __ATOMIC_RELAXED);
}
