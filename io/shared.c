/* SPDX-License-Identifier: MIT */
/**
 * @file shared.c
 * Bytes with a count of those who hold them.
 */
#include <vreactor/io/shared.h>

#include <errno.h>
#include <stdint.h>

#include <vreactor/base/copied.h>
#include <vreactor/base/env.h>
#include <vreactor/io/writer_impl.h>

struct vr_shared {
    struct vr_allocator memory;
    unsigned refs; /* atomic */
    size_t len;
    unsigned char data[];
};

struct vr_shared *vr_shared_new(const struct vr_env *env, const void *data,
                                size_t len)
{
    struct vr_allocator memory = vr_allocator_of(env);
    struct vr_shared *shared =
        len < SIZE_MAX / 2 ? vr_allocator_alloc(memory, sizeof(*shared) + len)
                           : NULL;
    if (!shared)
        return NULL;

    shared->memory = memory;
    shared->refs = 1;
    shared->len = len;
    vr_copy(shared->data, data, len);
    return shared;
}

struct vr_shared *vr_shared_ref(struct vr_shared *shared)
{
    if (shared)
        (void)__atomic_add_fetch(&shared->refs, 1, __ATOMIC_RELAXED);
    return shared;
}

void vr_shared_unref(struct vr_shared *shared)
{
    if (shared && !__atomic_sub_fetch(&shared->refs, 1, __ATOMIC_ACQ_REL))
        vr_allocator_free(shared->memory, shared);
}

static void unref(void *arg)
{
    vr_shared_unref(arg);
}

int vr_writer_share(struct vr_writer *writer, struct vr_shared *shared)
{
    if (!shared)
        return -ENOMEM;

    int full = vr_writer_append_given(writer, shared->data, shared->len, unref,
                                      vr_shared_ref(shared));
    if (full < 0)
        vr_shared_unref(shared);
    return full;
}
