/* SPDX-License-Identifier: MIT */
/**
 * @file test_fork_mark.c
 * The mark of a process, where fork wipes its page and where it does not.
 */
#include <vreactor/base/fork_mark.h>

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>

#include <vreactor/base/env.h>
#include <vreactor/testing/sys.h>

#include "tests/support/raw_clone.h"

static uint64_t parent;

static int has_another(void)
{
    uint64_t own = vr_fork_mark();

    child_check(own != 0);
    child_check(own > parent);
    child_check(own == vr_fork_mark());
    return 0;
}

static int has_another_than_both(void)
{
    int failed = has_another();

    parent = vr_fork_mark();
    check_in_child(has_another);
    return failed;
}

static void check_marks(void)
{
    parent = vr_fork_mark();
    check(parent != 0);
    check_in_child(has_another);
    check_in_child(has_another_than_both);
    check(vr_fork_mark() == parent);
}

TEST(fork_mark, differs_in_a_child_and_in_its_child)
{
    check_marks();
}

TEST(fork_mark, is_known_to_a_child_whose_parent_never_asked)
{
    check_in_child(has_another_than_both);
    check_marks();
}

TEST(fork_mark, differs_in_a_raw_clone_where_the_kernel_wipes_it)
{
    parent = vr_fork_mark();
    if (vr_fork_mark_is_wiped())
        (void)check_in_raw_child(has_another);
    else
        fprintf(stderr, "skipped: no page is wiped here\n");
    check(vr_fork_mark() == parent);
}

/* ---- where the system has no such pages ---- */

static struct vr_sys poor;

static int says_yes(void *addr, size_t size, int advice)
{
    (void)addr;
    (void)size;
    (void)advice;
    return 0;
}

static int says_no(void *addr, size_t size, int advice)
{
    (void)addr;
    (void)size;
    (void)advice;
    errno = EINVAL;
    return -1;
}

static void *has_no_memory(void *addr, size_t size, int prot, int flags, int fd,
                           off_t offset)
{
    (void)addr;
    (void)size;
    (void)prot;
    (void)flags;
    (void)fd;
    (void)offset;
    errno = ENOMEM;
    return MAP_FAILED;
}

static void check_does_without(void)
{
    vr_fork_mark_use(&poor);
    check(!vr_fork_mark_is_wiped());
    check_marks();
    check_int(vr_test_sys_count(VR_TEST_SYS_MMAP),
              vr_test_sys_count(VR_TEST_SYS_MUNMAP));
}

TEST(fork_mark, does_without_a_page_where_none_is_wiped)
{
    poor = *vr_test_sys();
    poor.madvise = says_no;
    check_does_without();
}

TEST(fork_mark, believes_no_system_that_says_yes_to_everything)
{
    poor = *vr_test_sys();
    poor.madvise = says_yes;
    check_does_without();
}

TEST(fork_mark, does_without_a_page_where_there_is_no_memory)
{
    poor = *vr_test_sys();
    poor.mmap = has_no_memory;
    check_does_without();
}

/* ---- what it costs ---- */

TEST(fork_mark, asks_the_system_once_and_never_again)
{
    vr_fork_mark_use(vr_test_sys());
    (void)vr_fork_mark();
    int64_t calls = vr_test_sys_count(VR_TEST_SYS_ANY);

    for (int i = 0; i < 1000; i++)
        (void)vr_fork_mark();
    check_int(vr_test_sys_count(VR_TEST_SYS_ANY), calls);
    check(calls <= 4);
}
