/* SPDX-License-Identifier: MIT */
/**
 * @file sys_pages.c
 * The counted system calls that have to do with memory.
 */
#include <vreactor/testing/sys_impl.h>

#include <sys/mman.h>

static bool fails(enum vr_test_sys_call call)
{
    return vr_test_sys_fails(call, VR_TEST_SYS_ANY);
}

long vr_test_sys_sysconf(int name)
{
    return fails(VR_TEST_SYS_SYSCONF) ? -1 : vr_sys_default()->sysconf(name);
}

void *vr_test_sys_mmap(void *addr, size_t size, int prot, int flags, int fd,
                       off_t offset)
{
    return fails(VR_TEST_SYS_MMAP)
               ? MAP_FAILED
               : vr_sys_default()->mmap(addr, size, prot, flags, fd, offset);
}

int vr_test_sys_munmap(void *addr, size_t size)
{
    int result = vr_sys_default()->munmap(addr, size);

    return fails(VR_TEST_SYS_MUNMAP) ? -1 : result;
}

int vr_test_sys_mprotect(void *addr, size_t size, int prot)
{
    return fails(VR_TEST_SYS_MPROTECT)
               ? -1
               : vr_sys_default()->mprotect(addr, size, prot);
}

int vr_test_sys_madvise(void *addr, size_t size, int advice)
{
    return fails(VR_TEST_SYS_MADVISE)
               ? -1
               : vr_sys_default()->madvise(addr, size, advice);
}
