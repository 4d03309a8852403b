/* SPDX-License-Identifier: MIT */
/**
 * @file listener_path.c
 * The path of a unix socket, which the listener removes only if the file there
 * is its own.
 */
#include <vreactor/io/wire/listener_impl.h>

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <vreactor/base/env_table.h>
#include <vreactor/base/fork_mark.h>
#include <vreactor/reactor/reactor.h>

enum { PATH_SIZE = sizeof(((struct sockaddr_un *)NULL)->sun_path) + 1 };

/* The kernel needs no zero behind a path that fills sun_path, but unlink(2)
 * does.  @return false: it has none, but an abstract name, or a port */
static bool find_path(const struct vr_listener *listener, char path[PATH_SIZE])
{
    const struct vr_address *local = &listener->local;
    size_t place = offsetof(struct sockaddr_un, sun_path);

    if (vr_address_family(local) != AF_UNIX || local->len <= place)
        return false;

    size_t len = local->len - place;
    if (len >= PATH_SIZE)
        len = PATH_SIZE - 1;
    memcpy(path, (const char *)&local->addr + place, len);
    path[len] = '\0';
    return path[0] != '\0';
}

int vr_listener_note_path(struct vr_listener *listener)
{
    const struct vr_env *env = vr_reactor_env(listener->reactor);
    char path[PATH_SIZE];
    struct stat stat;

    if (!find_path(listener, path))
        return 0;
    if (vr_sys(env, lstat)(path, &stat) < 0) {
        int err = -errno;
        (void)vr_sys(env, unlink)(path); /* bind(2) has just made it */
        return err;
    }
    listener->has_path = true;
    listener->maker = vr_fork_mark();
    listener->device = stat.st_dev;
    listener->inode = stat.st_ino;
    return 0;
}

/* In a child of fork(2) the path is the parent's, whose listener goes on, even
 * where the child goes on as well. */
void vr_listener_remove_path(const struct vr_listener *listener)
{
    const struct vr_env *env = vr_reactor_env(listener->reactor);
    char path[PATH_SIZE];
    struct stat stat;

    if (!listener->has_path || !find_path(listener, path) ||
        listener->maker != vr_fork_mark())
        return;
    if (vr_sys(env, lstat)(path, &stat) == 0 &&
        stat.st_dev == listener->device && stat.st_ino == listener->inode)
        (void)vr_sys(env, unlink)(path);
}
