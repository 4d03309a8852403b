/* SPDX-License-Identifier: MIT */
/**
 * @file test_pages.c
 * Guarded pages, and systems that refuse them.
 */
#include <vreactor/base/pages.h>

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include <vreactor/base/env.h>
#include <vreactor/testing/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/child.h"
#include "tests/support/test.h"

static struct vr_test_env test;
static const struct vr_env *env = &test.env;
static size_t page;
static unsigned char *pages;

enum { PAGES = 4 };

static void set_up(void)
{
    vr_test_sys_reset();
    vr_test_env_init(&test, 0);
    test.env.sys = vr_test_sys();
    page = (size_t)vr_page_size(env);
}

static int map(void)
{
    void *mapped = NULL;
    int err = vr_pages_map(env, page, PAGES * page, &mapped);

    pages = mapped;
    return err;
}

static void unmap(void)
{
    vr_pages_unmap(env, pages, PAGES * page);
}

TEST(pages, knows_how_large_a_page_is)
{
    set_up();
    check(page >= 512);
    check_int(page & (page - 1), 0);
    vr_test_sys_fail(VR_TEST_SYS_SYSCONF, 1, 1, EINVAL);
    check_int(vr_page_size(env), -EINVAL);
}

TEST(pages, are_zero_and_may_be_written_behind_the_guard)
{
    set_up();
    check_int(map(), 0);
    for (size_t i = page; i < PAGES * page; i++) {
        check_int(pages[i], 0);
        pages[i] = 1;
    }
    check(!faults_in_child(write_there, pages + page));
    unmap();
}

TEST(pages, end_a_program_that_touches_the_guard)
{
    set_up();
    check_int(map(), 0);
    check(faults_in_child(write_there, pages));
    check(faults_in_child(write_there, pages + page - 1));
    unmap();
}

/* As before Linux 6.13. */
TEST(pages, are_guarded_also_where_the_light_way_is_refused)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_MADVISE, 1, 1, EINVAL);
    check_int(map(), 0);
    check_int(vr_test_sys_count(VR_TEST_SYS_MPROTECT), 1);
    check(faults_in_child(write_there, pages + page - 1));
    check(!faults_in_child(write_there, pages + page));
    unmap();
}

TEST(pages, are_not_there_when_the_system_has_none)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_MMAP, 1, 1, ENOMEM);
    check_int(map(), -ENOMEM);
    check_int(vr_test_sys_count(VR_TEST_SYS_MUNMAP), 0);
}

TEST(pages, are_given_back_when_they_cannot_be_guarded)
{
    set_up();
    vr_test_sys_fail(VR_TEST_SYS_MADVISE, 1, 1, EINVAL);
    vr_test_sys_fail(VR_TEST_SYS_MPROTECT, 1, 1, ENOMEM);
    vr_test_sys_fail(VR_TEST_SYS_MUNMAP, 1, 1, EINVAL); /* changes errno */
    check_int(map(), -ENOMEM);
    check_int(vr_test_sys_count(VR_TEST_SYS_MUNMAP), 1);
}

TEST(pages, can_be_used_after_they_were_forgotten)
{
    set_up();
    check_int(map(), 0);
    memset(pages + page, 1, page);
    errno = 0;
    vr_pages_forget(env, pages + page, page);
    check(pages[page] <= 1);
    pages[page] = 2;
    check_int(pages[page], 2);

    vr_test_sys_fail(VR_TEST_SYS_MADVISE, 1, 1, EINVAL);
    vr_pages_forget(env, pages + page, page);
    check_int(errno, 0);
    check_int(pages[page], 2);
    unmap();
}
