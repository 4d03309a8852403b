/* SPDX-License-Identifier: MIT */
#include "tests/pending/fixture.h"

TEST(failure, holds_what_it_was_made_with)
{
    const struct vr_env *env = counting_env();
    struct vr_failure *failure;

    failure = vr_failure_new(env, -EPROTO, "greet", NULL, "%d of %d", 3, 7);
    int line = __LINE__ - 1;

    check_int(failure->code, -EPROTO);
    check_str(failure->stage, "greet");
    check_str(failure->text, "3 of 7");
    check(!failure->cause);
    check_str(failure->file, __FILE__);
    check_int(failure->line, line);
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, needs_neither_stage_nor_text)
{
    struct vr_failure *failure =
        vr_failure_new(counting_env(), -EIO, NULL, NULL, NULL);

    check(!failure->stage);
    check(!failure->text);
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, lives_until_its_last_reference_is_given_back)
{
    struct vr_failure *failure = failure_of(-EIO);

    check(vr_failure_ref(failure) == failure);
    vr_failure_unref(failure);
    check_int(seen.blocks, 1);
    check_int(failure->code, -EIO);
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, takes_its_cause)
{
    struct vr_failure *cause = failure_of(-ECONNRESET);
    struct vr_failure *failure =
        vr_failure_new(counting_env(), -EIO, NULL, cause, NULL);

    check(failure->cause == cause);
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, shares_a_cause_with_others)
{
    struct vr_failure *cause = failure_of(-ECONNRESET);
    struct vr_failure *failure =
        vr_failure_new(counting_env(), -EIO, NULL, vr_failure_ref(cause), NULL);

    vr_failure_unref(failure);
    check_int(cause->code, -ECONNRESET);
    vr_failure_unref(cause);
    check_all_freed();
}

TEST(failure, is_found_by_the_code_of_any_cause)
{
    struct vr_failure *failure = vr_failure_new(
        counting_env(), -ETIMEDOUT, NULL, vr_failure_cancelled(), NULL);

    check(vr_failure_is(failure, -ETIMEDOUT));
    check(vr_failure_is(failure, -VR_ECANCELLED));
    check(!vr_failure_is(failure, -EIO));
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, without_memory_is_the_constant_that_says_so)
{
    struct vr_failure *cause = failure_of(-ECONNRESET);

    seen.fail_after = 0;
    struct vr_failure *failure =
        vr_failure_new(counting_env(), -EIO, "read", cause, "text");
    check(failure == vr_failure_no_memory());
    check_int(failure->code, -ENOMEM);
    check_all_freed();
}

TEST(failure, that_is_a_constant_outlives_every_reference_given_back)
{
    for (int i = 0; i < 3; i++) {
        vr_failure_unref(vr_failure_no_memory());
        vr_failure_unref(vr_failure_cancelled());
    }
    check_int(vr_failure_ref(vr_failure_no_memory())->code, -ENOMEM);
    check_int(vr_failure_ref(vr_failure_cancelled())->code, -VR_ECANCELLED);
}

TEST(failure, that_is_none_is_given_back_as_nothing)
{
    vr_failure_unref(NULL);
    check_all_freed();
}

TEST(failure, is_one_line_with_its_causes)
{
    char line[256];
    struct vr_failure *cause = vr_failure_new_at(
        "b.c", 2, counting_env(), -ECONNREFUSED, "connect", NULL, NULL);
    struct vr_failure *failure =
        vr_failure_new_at("a.c", 1, counting_env(), -EIO, NULL, cause, "%d", 9);
    const char *want = "input/output error (EIO), 9, at a.c:1; cause: connect: "
                       "connection refused (ECONNREFUSED), at b.c:2";

    check_int(vr_failure_format(failure, line, sizeof(line)), strlen(want));
    check_str(line, want);
    vr_failure_unref(failure);
}

TEST(failure, is_cut_to_the_room_there_is)
{
    char line[6] = "xxxxx";
    size_t whole = vr_failure_format(vr_failure_cancelled(), line, 5);

    check_str(line, "canc");
    check_int(whole, strlen("cancelled (VR_ECANCELLED)"));
    check_int(vr_failure_format(vr_failure_cancelled(), NULL, 0), whole);
}

HEAVY_TEST(failure, frees_a_long_line_of_causes_on_a_flat_stack)
{
    struct vr_failure *failure = NULL;

    for (int i = 0; i < 100000; i++)
        failure = vr_failure_new(counting_env(), -EIO, NULL, failure, NULL);
    vr_failure_unref(failure);
    check_all_freed();
}
