/* SPDX-License-Identifier: MIT */
/**
 * @file pages.c
 * The one file that knows how systems map stacks and guard them.
 */
#include <vreactor/base/pages.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/base/env_table.h>

/* OpenBSD ends a program whose stack was not mapped as one; Linux makes no
 * huge pages of it, of which a stack would use but a bit.  Elsewhere it may
 * mean a mapping that grows, or nothing. */
#if defined(__OpenBSD__) || defined(__linux__)
enum { FOR_STACK = MAP_STACK };
#else
enum { FOR_STACK = 0 };
#endif

/* Linux 6.13 and later can guard pages without splitting the mapping.  By
 * mprotect(2) each stack is two mappings, of which a process may have 65530.
 * The number is not in all headers. */
#ifdef __linux__
enum { GUARD_INSTALL = 102 };
#else
enum { GUARD_INSTALL = -1 };
#endif

int vr_page_size(const struct vr_env *env)
{
    long size = vr_sys(env, sysconf)(_SC_PAGESIZE);

    return size < 0 ? -errno : (int)size;
}

static bool guard_lightly(const struct vr_env *env, void *pages, size_t size)
{
    return GUARD_INSTALL >= 0 &&
           !vr_sys(env, madvise)(pages, size, GUARD_INSTALL);
}

static int guard_pages(const struct vr_env *env, void *pages, size_t size)
{
    if (guard_lightly(env, pages, size) ||
        !vr_sys(env, mprotect)(pages, size, PROT_NONE))
        return 0;

    return -errno;
}

int vr_pages_map(const struct vr_env *env, size_t guard, size_t size,
                 void **ret_pages)
{
    void *pages = vr_sys(env, mmap)(NULL, size, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANON | FOR_STACK, -1, 0);
    if (pages == MAP_FAILED)
        return -errno;

    int err = guard_pages(env, pages, guard);
    if (err < 0) {
        vr_pages_unmap(env, pages, size);
        return err;
    }

    *ret_pages = pages;
    return 0;
}

void vr_pages_unmap(const struct vr_env *env, void *pages, size_t size)
{
    int err = errno;

    (void)vr_sys(env, munmap)(pages, size);
    errno = err;
}

void vr_pages_forget(const struct vr_env *env, void *pages, size_t size)
{
    int err = errno;

    (void)vr_sys(env, madvise)(pages, size, MADV_DONTNEED); /* a hint */
    errno = err;
}
