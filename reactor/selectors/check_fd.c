/* SPDX-License-Identifier: MIT */
/**
 * @file check_fd.c
 * Which descriptors a selector may refuse.
 */
#include <vreactor/reactor/selectors/selector.h>

#include <errno.h>
#include <sys/stat.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>

int vr_selector_check_fd(const struct vr_env *env, int fd)
{
    struct stat stat;

    if (vr_sys(env, fstat)(fd, &stat) < 0)
        return -errno;

    return S_ISREG(stat.st_mode) || S_ISDIR(stat.st_mode) ? -EPERM : 0;
}
