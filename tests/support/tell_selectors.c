/* SPDX-License-Identifier: MIT */
/**
 * @file tell_selectors.c
 * Which selectors can be tested here?
 *
 *     tell_selectors epoll io_uring ...
 *
 * Prints the names again, but for those that the kernel refuses, of which it
 * tells on standard error.
 */
#include <stdio.h>

#include "tests/support/refused.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const struct vr_selector_ops *ops = vr_selector_find(argv[i]);
        if (ops && is_refused(ops))
            fprintf(stderr, "%s: the kernel refuses it here, left out\n",
                    argv[i]);
        else
            puts(argv[i]);
    }
    return 0;
}
