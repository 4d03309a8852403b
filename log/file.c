/* SPDX-License-Identifier: MIT */
/**
 * @file file.c
 * Lines to a file.
 */
#include <vreactor/log/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/container_of.h>
#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>
#include <vreactor/base/fd.h>
#include <vreactor/log/log.h>

enum { MODE = 0640, MOST_FOLDER = 4096 };

/* A disk blocks in any case; what else has a name does not. */
static int open_path(const struct vr_env *env, const char *path)
{
    int flags =
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int fd = vr_sys(env, open)(path, flags, MODE);

    return fd < 0 ? -errno : vr_fd_lift(env, fd);
}

/* A copy of @path that means the same after a chdir(2). */
static int fix_path(const struct vr_env *env, const char *path, char **ret_path)
{
    char folder[MOST_FOLDER] = "";
    bool is_relative = *path && *path != '/';

    if (is_relative && vr_sys(env, getcwd)(folder, sizeof(folder)) < 0)
        return -errno;
    if (is_relative && *folder != '/') /* as it is out of reach */
        return -ENOENT;
    size_t size = strlen(folder) + 1 + strlen(path) + 1;
    char *fixed = vr_resize(env, NULL, size);
    if (!fixed)
        return -ENOMEM;

    (void)snprintf(fixed, size, "%s%s%s", folder,
                   is_relative && folder[1] ? "/" : "", path);
    *ret_path = fixed;
    return 0;
}

static void open_anew(struct vr_log_file *self)
{
    struct vr_log_output *output = &self->output;

    /* First, so that no request is lost while it is followed. */
    __atomic_store_n(&self->reopen, false, __ATOMIC_SEQ_CST);
    int fd = open_path(output->env, self->path);
    if (fd < 0) {
        __atomic_store_n(&self->reopen, true, __ATOMIC_SEQ_CST);
        __atomic_store_n(&output->error, fd, __ATOMIC_RELAXED);
        return;
    }
    vr_fd_close(output->env, output->fd);
    output->fd = fd;
    output->torn = false; /* that was in the other file */
}

static void watch(struct vr_log_watcher *watcher,
                  const struct vr_log_entry *entry)
{
    struct vr_log_file *self =
        vr_container_of(watcher, struct vr_log_file, base);

    if (__atomic_load_n(&self->reopen, __ATOMIC_SEQ_CST))
        open_anew(self);
    vr_log_output_put(&self->output, &self->format, entry);
}

int vr_log_file_open(struct vr_log_file *file, const struct vr_env *env,
                     const char *path)
{
    env = vr_env_or_default(env);
    char *fixed;
    int err = fix_path(env, path, &fixed);
    if (err)
        return err;

    int fd = open_path(env, fixed);
    if (fd < 0) {
        vr_dealloc(env, fixed);
        return fd;
    }
    *file = (struct vr_log_file){.format = {.date = true, .eol = "\n"},
                                 .path = fixed};
    vr_log_output_init(&file->output, env, fd);
    vr_log_watcher_init(&file->base, watch);
    return 0;
}

void vr_log_file_reopen(struct vr_log_file *file)
{
    __atomic_store_n(&file->reopen, true, __ATOMIC_SEQ_CST);
}

size_t vr_log_file_dropped(const struct vr_log_file *file)
{
    return vr_log_output_dropped(&file->output);
}

int vr_log_file_error(const struct vr_log_file *file)
{
    return vr_log_output_error(&file->output);
}

void vr_log_file_close(struct vr_log_file *file)
{
    vr_logger_detach(&file->base);
    vr_fd_close(file->output.env, file->output.fd);
    vr_dealloc(file->output.env, file->path);
}
