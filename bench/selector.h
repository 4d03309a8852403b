/* SPDX-License-Identifier: MIT */
/**
 * @file selector.h
 * The selector of a benchmark: as in any program, that of VR_SELECTOR, which
 * may be io_uring here too, where bench/run has found that library.
 */
#ifndef VR_BENCH_SELECTOR_H
#define VR_BENCH_SELECTOR_H

#include <stdlib.h>
#include <string.h>

#include <vreactor/reactor/reactor.h>
#ifdef BENCH_URING
#include <vreactor/reactor/selectors/uring.h>
#endif

static inline struct vr_reactor_options bench_options(void)
{
    struct vr_reactor_options options = VR_REACTOR_OPTIONS_INIT;

#ifdef BENCH_URING
    const char *name = getenv("VR_SELECTOR");
    if (name && !strcmp(name, "io_uring"))
        options.selector_ops = vr_selector_uring();
#endif
    return options;
}

#endif
