/* SPDX-License-Identifier: MIT */
/**
 * @file fork_mark.c
 * The mark of a process.  Here the systems differ in how a page is wiped.
 *
 * Objects are noted down in a process only after its number was drawn, and a
 * child's counter begins where its parent's stood: so the child's number is
 * higher than any in what it inherits.
 */
#include <vreactor/base/fork_mark.h>

#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>

#include <vreactor/base/env.h>

typedef _Atomic uint64_t mark;

mark *_Atomic vr_fork_mark_place;
static mark last_drawn; /* here or in a process this one descends from */
static mark unwiped;    /* the place where the system wipes no page */
static const struct vr_sys *_Atomic system_calls; /* NULL: the default */

static const size_t SIZE = sizeof(mark); /* of which systems make a page */

static bool let_fork_wipe(const struct vr_sys *sys, void *page)
{
#if defined(MADV_WIPEONFORK)
    /* Emulators exist that say yes to any advice and follow none. */
    return sys->madvise(page, SIZE, -1) < 0 &&
           !sys->madvise(page, SIZE, MADV_WIPEONFORK);
#elif defined(INHERIT_ZERO)
    (void)sys;
    return !minherit(page, SIZE, INHERIT_ZERO);
#else
    (void)sys;
    (void)page;
    return false;
#endif
}

/* @return NULL: the system has none */
static mark *map_wiped(const struct vr_sys *sys)
{
    void *page = sys->mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANON, -1, 0);
    if (page == MAP_FAILED)
        return NULL;
    if (let_fork_wipe(sys, page))
        return page;

    (void)sys->munmap(page, SIZE);
    return NULL;
}

static void wipe(void)
{
    atomic_store(&unwiped, 0);
}

/* Several threads may come here, also in a child that was forked while one was
 * here: the first to be done decides for all. */
static mark *find_place(void)
{
    const struct vr_sys *chosen = atomic_load(&system_calls);
    const struct vr_sys *sys = chosen ? chosen : vr_sys_default();
    mark *found = NULL;
    mark *fresh = map_wiped(sys);

    if (!fresh)
        (void)pthread_atfork(NULL, NULL, wipe);
    if (atomic_compare_exchange_strong(&vr_fork_mark_place, &found,
                                       fresh ? fresh : &unwiped))
        return fresh ? fresh : &unwiped;

    if (fresh)
        (void)sys->munmap(fresh, SIZE);
    return found;
}

uint64_t vr_fork_mark_draw(void)
{
    mark *known = atomic_load(&vr_fork_mark_place);
    mark *place = known ? known : find_place();
    uint64_t none = 0;
    uint64_t drawn = atomic_fetch_add(&last_drawn, 1) + 1;

    return atomic_compare_exchange_strong(place, &none, drawn) ? drawn : none;
}

void vr_fork_mark_use(const struct vr_sys *sys)
{
    atomic_store(&system_calls, sys);
}

bool vr_fork_mark_is_wiped(void)
{
    (void)vr_fork_mark();
    return atomic_load(&vr_fork_mark_place) != &unwiped;
}
