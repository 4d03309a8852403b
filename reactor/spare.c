/* SPDX-License-Identifier: MIT */
/**
 * @file spare.c
 * One chunk, from which pieces are taken in order.
 */
#include <vreactor/reactor/spare.h>

#include <assert.h>

#include <vreactor/base/env.h>

/* Where the next piece begins. */
static size_t next_piece(const struct vr_spare *spare)
{
    const size_t align = _Alignof(max_align_t);

    return (spare->used + align - 1) / align * align;
}

void *vr_spare_take(struct vr_spare *spare, size_t size)
{
    size_t begin = next_piece(spare);

    if (begin > VR_SPARE_SIZE || size > VR_SPARE_SIZE - begin)
        return NULL;
    if (!spare->chunk)
        spare->chunk = vr_resize(spare->env, NULL, VR_SPARE_SIZE);
    if (!spare->chunk)
        return NULL;

    spare->used = begin + size;
    spare->pieces++;
    return spare->chunk + begin;
}

bool vr_spare_extend(struct vr_spare *spare, const void *end, size_t more)
{
    if (end != spare->chunk + spare->used || more > VR_SPARE_SIZE - spare->used)
        return false;

    spare->used += more;
    return true;
}

void vr_spare_give(struct vr_spare *spare)
{
    assert(spare->pieces > 0);
    if (!--spare->pieces)
        spare->used = 0;
}

void vr_spare_free(struct vr_spare *spare)
{
    vr_dealloc(spare->env, spare->chunk);
}
