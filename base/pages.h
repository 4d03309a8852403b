/* SPDX-License-Identifier: MIT */
/**
 * @file pages.h
 * Pages of memory for stacks, from the system.  Internal.
 *
 * Only pages that were touched use memory, the others only addresses.
 *
 * Errors: -errno.  Ownership: what is mapped is the caller's, to be unmapped
 * in one piece.  Threads: any.
 */
#ifndef VR_BASE_PAGES_H
#define VR_BASE_PAGES_H

#include <stddef.h>

#include <vreactor/base/decls.h>

struct vr_env;

/** How many bytes a page has, a power of two. */
VR_MUST_CHECK
int vr_page_size(const struct vr_env *env);

/**
 * Map @p size bytes, zeroed, of which touching one of the first @p guard ends
 * the program by SIGSEGV or SIGBUS.  Both are whole pages.
 * @param ret_pages  where they begin
 * @return 0; -ENOMEM, also when the process has too many mappings
 */
VR_MUST_CHECK
int vr_pages_map(const struct vr_env *env, size_t guard, size_t size,
                 void **ret_pages);

/** Give back @p size bytes at @p pages. */
void vr_pages_unmap(const struct vr_env *env, void *pages, size_t size);

/** Tell the system that the contents of these whole pages are not needed any
 *  more.  Later reads find them as they were, or zeros. */
void vr_pages_forget(const struct vr_env *env, void *pages, size_t size);

#endif
