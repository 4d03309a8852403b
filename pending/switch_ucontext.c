/* SPDX-License-Identifier: MIT */
/**
 * @file switch_ucontext.c
 * Switching stacks by swapcontext(3); see switch.h.
 *
 * A place is a context, which stands in the stack that was left.
 */
#include <vreactor/pending/switch.h>

#include <signal.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

/** At the upper end of a new stack. */
struct start {
    ucontext_t context;
    void (*entry)(void *arg);
    void *arg;
};

/* makecontext(3) hands on ints, so a pointer comes in halves. */
static void begin(unsigned high, unsigned low)
{
    uintptr_t bits = (uintptr_t)((uint64_t)high << 32 | low);
    struct start *start = (struct start *)bits;

    start->entry(start->arg);
}

int vr_switch_prepare(void *low, void *high, void (*entry)(void *arg),
                      void *arg, void **ret_place)
{
    uintptr_t at = (uintptr_t)high - sizeof(struct start);
    struct start *start = (struct start *)(at - at % alignof(max_align_t));
    uint64_t bits = (uintptr_t)start;

    (void)getcontext(&start->context); /* it cannot fail */
    start->entry = entry;
    start->arg = arg;
    start->context.uc_link = NULL;
    start->context.uc_stack.ss_sp = low;
    start->context.uc_stack.ss_size = (size_t)((char *)start - (char *)low);
    makecontext(&start->context, (void (*)(void))begin, 2,
                (unsigned)(bits >> 32), (unsigned)bits);
    *ret_place = &start->context;
    return 0;
}

void vr_switch_to(void **ret_left, void *place)
{
    ucontext_t here;
    ucontext_t *there = place;

    /* A context has a signal mask; ours is that of the thread. */
    (void)pthread_sigmask(SIG_SETMASK, NULL, &there->uc_sigmask);
    *ret_left = &here;
    (void)swapcontext(&here, there);
}
