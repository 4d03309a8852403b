/* SPDX-License-Identifier: MIT */
/**
 * @file scratch.c
 * The stack of scratch buffers.
 */
#include <vreactor/reactor/scratch.h>

#include <assert.h>
#include <stdint.h>

#include <vreactor/base/current.h>
#include <vreactor/base/env.h>
#include <vreactor/reactor/reactor_impl.h>
#include <vreactor/reactor/state.h>

enum { FIRST = 256 * 1024, DEEPER = 72 * 1024, PAGE = 4096 };

/* The kernel copies whole pages into it.  A few bytes behind the begin of a
 * page, where allocators put large memory, some processors take three times as
 * long for that. */
static void *page_in(void *memory)
{
    uintptr_t begin = (uintptr_t)memory;

    return (unsigned char *)memory + (PAGE - begin % PAGE) % PAGE;
}

void *vr_scratch_take(struct vr_reactor *reactor, size_t *ret_size)
{
    vr_assert_may_touch(reactor);

    int depth = reactor->scratches;
    if (depth == VR_SCRATCH_DEPTH)
        return NULL;
    size_t size = depth ? DEEPER : FIRST;
    if (!reactor->scratch[depth])
        reactor->scratch[depth] = vr_resize(&reactor->env, NULL, size + PAGE);
    if (!reactor->scratch[depth])
        return NULL;

    reactor->scratches++;
    vr_current()->scratches++;
    *ret_size = size;
    return page_in(reactor->scratch[depth]);
}

void vr_scratch_give(struct vr_reactor *reactor, const void *scratch)
{
    vr_assert_may_touch(reactor);
    assert(reactor->scratches > 0 &&
           page_in(reactor->scratch[reactor->scratches - 1]) == scratch &&
           "scratch is given back by whoever took it last");

    (void)scratch;
    reactor->scratches--;
    vr_current()->scratches--;
}

void vr_scratch_free(struct vr_reactor *reactor)
{
    for (int i = 0; i < VR_SCRATCH_DEPTH; i++)
        vr_dealloc(&reactor->env, reactor->scratch[i]);
}
