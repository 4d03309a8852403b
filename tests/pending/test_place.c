/* SPDX-License-Identifier: MIT */
/**
 * @file test_place.c
 * Deferreds know where they were made, whatever the functions that make them
 * run meanwhile.
 */
#include <stdio.h>
#include <string.h>

#include <vreactor/pending/combine.h>

#include "tests/pending/fixture.h"

static struct vr_pending *whole;

static void check_made_at(const struct vr_pending *pending, const char *file,
                          int line)
{
    char want[128], got[128];

    (void)snprintf(want, sizeof(want), line ? "%s:%d: " : "%s: ", file, line);
    (void)vr_pending_dump(pending, got, sizeof(got));
    check(strncmp(got, want, strlen(want)) == 0);
}

static void finish(void)
{
    vr_pending_free(whole);
    whole = NULL;
    check_all_freed();
}

static struct vr_pending *members[2];

static struct vr_pending **make_members(void)
{
    for (int i = 0; i < 2; i++)
        members[i] = vr_pending_place(
            "inner.c", i + 1, (vr_pending_new)(counting_env(), NULL, NULL));
    return members;
}

TEST(place, is_that_of_each_where_arguments_make_some)
{
    whole = vr_pending_all(counting_env(), make_members(), 2);
    check_made_at(whole, __FILE__, __LINE__ - 1);
    check_made_at(members[0], "inner.c", 1);
    check_made_at(members[1], "inner.c", 2);
    finish();
}

TEST(place, may_be_that_of_the_caller_s_caller)
{
    whole = vr_pending_place("other.c", 7,
                             (vr_pending_new)(counting_env(), NULL, NULL));
    check_made_at(whole, "other.c", 7);
    check(vr_pending_place("third.c", 8, whole) == whole);
    check_made_at(whole, "third.c", 8);
    finish();
}

TEST(place, is_not_said_by_a_plain_call)
{
    struct vr_pending *(*make)(const struct vr_env *, vr_cancel_fn *, void *) =
        vr_pending_new;

    whole = make(counting_env(), NULL, NULL);
    check_made_at(whole, "?", 0);
    finish();
}

TEST(place, of_nothing_is_none)
{
    seen.fail_after = 0;
    check_int(vr_await(vr_pending_new(counting_env(), NULL, NULL), NULL, NULL),
              -ENOMEM);
    check(!vr_pending_place("other.c", 7, NULL));
    check_all_freed();
}
