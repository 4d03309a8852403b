/* SPDX-License-Identifier: MIT */
/**
 * @file sys_files.c
 * The counted system calls of files, pipes, terminals and names.
 */
#include <vreactor/testing/sys_impl.h>

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

int vr_test_sys_fstat(int fd, struct stat *stat)
{
    return fails(VR_TEST_SYS_FSTAT) ? -1 : vr_sys_default()->fstat(fd, stat);
}

int vr_test_sys_unlink(const char *path)
{
    return fails(VR_TEST_SYS_UNLINK) ? -1 : vr_sys_default()->unlink(path);
}

int vr_test_sys_open(const char *path, int flags, mode_t mode)
{
    return fails(VR_TEST_SYS_OPEN) ? -1
                                   : vr_sys_default()->open(path, flags, mode);
}

int vr_test_sys_getcwd(char *buf, size_t size)
{
    return fails(VR_TEST_SYS_GETCWD) ? -1 : vr_sys_default()->getcwd(buf, size);
}

int vr_test_sys_check_tty(int fd)
{
    return fails(VR_TEST_SYS_CHECK_TTY) ? -1 : vr_sys_default()->check_tty(fd);
}

int vr_test_sys_lstat(const char *path, struct stat *stat)
{
    return fails(VR_TEST_SYS_LSTAT) ? -1 : vr_sys_default()->lstat(path, stat);
}

unsigned vr_test_sys_if_nametoindex(const char *name)
{
    return fails(VR_TEST_SYS_IF_NAMETOINDEX)
               ? 0
               : vr_sys_default()->if_nametoindex(name);
}

char *vr_test_sys_if_indextoname(unsigned index, char *ret_name)
{
    return fails(VR_TEST_SYS_IF_INDEXTONAME)
               ? NULL
               : vr_sys_default()->if_indextoname(index, ret_name);
}

ssize_t vr_test_sys_splice(int from, int to, size_t size)
{
    return fails(VR_TEST_SYS_SPLICE)
               ? -1
               : vr_sys_default()->splice(from, to,
                                          vr_test_sys_cut(from, size));
}

int vr_test_sys_set_pipe_size(int fd, int size)
{
    return fails(VR_TEST_SYS_SET_PIPE_SIZE)
               ? -1
               : vr_sys_default()->set_pipe_size(fd, size);
}

void vr_test_sys_syslog(int priority, const char *text)
{
    vr_sys_default()->syslog(priority, text);
}
