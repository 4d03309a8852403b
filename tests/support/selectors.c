/* SPDX-License-Identifier: MIT */
/**
 * @file selectors.c
 * The selectors that tests know by name: those of the library, and what other
 * libraries bring.
 */
#include <vreactor/reactor/selectors/libevent.h>
#include <vreactor/reactor/selectors/selector_impl.h>

#include "tests/support/uring.h"

typedef const struct vr_selector_ops *selector_function(void);

static selector_function *const others[] = {
#ifdef HAVE_LIBURING
    tested_uring,
#endif
#ifdef HAVE_LIBEVENT
    vr_selector_libevent,
#endif
    NULL,
};

/* The library's own list, under another name. */
static const struct vr_selector_ops *nth_of_library(size_t index);
#define vr_selector_nth nth_of_library
#include "reactor/selectors/selectors.c"
#undef vr_selector_nth

/* In place of the library's: the linker takes the first that it finds. */
const struct vr_selector_ops *vr_selector_nth(size_t index)
{
    size_t count = 0;

    while (nth_of_library(count))
        count++;
    if (index < count)
        return nth_of_library(index);

    index -= count;
    bool is_other = index < sizeof(others) / sizeof(*others) && others[index];
    return is_other ? others[index]() : NULL;
}
