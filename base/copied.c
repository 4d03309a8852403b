/* SPDX-License-Identifier: MIT */
/**
 * @file copied.c
 * Copying, counted where the thread keeps what is its own.
 */
#include <vreactor/base/copied.h>

#include <string.h>

#include <vreactor/base/current.h>

void vr_copy(void *to, const void *from, size_t len)
{
    if (!len)
        return;

    memcpy(to, from, len);
    *vr_current_copied() += len;
}

uint64_t vr_copied(void)
{
    return *vr_current_copied();
}
