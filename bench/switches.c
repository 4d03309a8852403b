/* SPDX-License-Identifier: MIT */
#include "bench/switches.h"

#include <pcl.h>
#include <pth.h>
#include <ucontext.h>

#include <vreactor/pending/switch.h>

#include "bench/peer.h"
#include "bench/rounds.h"

enum { STEPS = 1000000, STACK = 64 * 1024 };

static char stack[STACK];
static ucontext_t ucontext_outside, ucontext_inside;
static pth_uctx_t pth_outside, pth_inside;
static coroutine_t pcl_inside;
static void *outside, *inside;

static void bounce_ucontext(void)
{
    for (;;)
        swapcontext(&ucontext_inside, &ucontext_outside);
}

static void bounce_pcl(void *arg)
{
    (void)arg;
    for (;;)
        co_resume();
}

static void bounce_pth(void *arg)
{
    (void)arg;
    for (;;)
        pth_uctx_switch(pth_inside, pth_outside);
}

static void bounce_ours(void *arg)
{
    (void)arg;
    for (;;)
        vr_switch_to(&inside, outside);
}

static void switch_ucontext(long count)
{
    for (long i = 0; i < count / 2; i++)
        swapcontext(&ucontext_outside, &ucontext_inside);
}

static void switch_pcl(long count)
{
    for (long i = 0; i < count / 2; i++)
        co_call(pcl_inside);
}

static void switch_pth(long count)
{
    for (long i = 0; i < count / 2; i++)
        pth_uctx_switch(pth_outside, pth_inside);
}

static void switch_ours(long count)
{
    for (long i = 0; i < count / 2; i++)
        vr_switch_to(&outside, inside);
}

static double measure_ucontext(void)
{
    getcontext(&ucontext_inside);
    ucontext_inside.uc_stack.ss_sp = stack;
    ucontext_inside.uc_stack.ss_size = STACK;
    makecontext(&ucontext_inside, bounce_ucontext, 0);
    return timed(switch_ucontext, STEPS);
}

double measure_pcl(void)
{
    pcl_inside = co_create(bounce_pcl, NULL, stack, STACK);
    must(pcl_inside != NULL, "co_create");
    double ns = timed(switch_pcl, STEPS);
    co_delete(pcl_inside);
    return ns;
}

static double measure_pth(void)
{
    must(pth_uctx_create(&pth_outside) && pth_uctx_create(&pth_inside),
         "pth_uctx_create");
    must(pth_uctx_make(pth_inside, stack, STACK, NULL, bounce_pth, NULL, NULL),
         "pth_uctx_make");
    double ns = timed(switch_pth, STEPS);
    pth_uctx_destroy(pth_inside);
    pth_uctx_destroy(pth_outside);
    return ns;
}

static double measure_ours(void)
{
    must(!vr_switch_prepare(stack, stack + STACK, bounce_ours, NULL, &inside),
         "vr_switch_prepare");
    return timed(switch_ours, STEPS);
}

double measure_switch(const void *workload, size_t peer)
{
    static double (*const peers[])(void) = {measure_ucontext, measure_pth,
                                            measure_pcl, measure_ours};

    (void)workload;
    return peers[peer]();
}

const char *const switch_peers[] = {"swapcontext", "pth", "pcl", "vreactor",
                                    NULL};
