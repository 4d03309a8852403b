/* SPDX-License-Identifier: MIT */
/**
 * @file sys_files.c
 * The counted system calls of files and terminals.
 */
#include <vreactor/testing/sys_impl.h>

static const struct vr_sys *const real = &vr_sys_default;

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

int vr_test_sys_open(const char *path, int flags, mode_t mode)
{
    return fails(VR_TEST_SYS_OPEN) ? -1 : real->open(path, flags, mode);
}

int vr_test_sys_check_tty(int fd)
{
    return fails(VR_TEST_SYS_CHECK_TTY) ? -1 : real->check_tty(fd);
}

int vr_test_sys_lstat(const char *path, struct stat *stat)
{
    return fails(VR_TEST_SYS_LSTAT) ? -1 : real->lstat(path, stat);
}
