/* SPDX-License-Identifier: MIT */
/**
 * @file test_failure.c
 * Tests of base/failure.h.
 */
#include <vreactor/base/failure.h>

#include <errno.h>

#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"

static struct vr_test_env memory;

static void check_all_freed(void)
{
    check_int(vr_test_blocks(&memory), 0);
}

static const struct vr_env *counting_env(void)
{
    if (!memory.env.size)
        vr_test_env_init(&memory, 0);
    return &memory.env;
}

/* The next allocation fails. */
static void fail_memory(void)
{
    (void)counting_env();
    vr_test_fail_allocation(&memory, 1, 1);
}

static struct vr_failure *failure_of(int code)
{
    return vr_failure_new(counting_env(), code, "try", NULL, NULL);
}

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
    check_int(vr_test_blocks(&memory), 1);
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

    fail_memory();
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

TEST(failure, of_a_timeout_is_a_cancel)
{
    check_int(vr_failure_timeout()->code, -ETIMEDOUT);
    check(vr_failure_is_cancel(vr_failure_timeout()));
    check(vr_failure_is_cancel(vr_failure_cancelled()));
    check(!vr_failure_is_cancel(vr_failure_no_memory()));
}

/* The connection itself may time out: nobody has cancelled anything. */
TEST(failure, of_another_timeout_is_no_cancel)
{
    struct vr_failure *failure = failure_of(-ETIMEDOUT);

    check(!vr_failure_is_cancel(failure));
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, that_is_a_constant_has_no_place)
{
    struct vr_failure *failure = vr_failure_cancelled();

    check(!failure->file);
    check(vr_failure_place("other.c", 7, failure) == failure);
    check(!failure->file);
}

/* ---- ends ---- */

TEST(failure, of_an_end_keeps_it_and_has_its_code)
{
    struct vr_end end = {.kind = VR_END_ERROR,
                         .stage = VR_STAGE_READ,
                         .code = -EPIPE,
                         .cause = failure_of(-EIO)};
    struct vr_failure *failure = vr_failure_of_end(counting_env(), &end);

    vr_end_drop(&end);
    check_int(failure->end->code, -EPIPE);
    check_int(failure->end->cause->code, -EIO);
    check_int(failure->code, -EPIPE);
    check_str(failure->stage, "read");
    check_str(failure->text, "error");
    check(failure->cause == failure->end->cause);
    vr_failure_unref(failure);
    check_all_freed();
}

TEST(failure, of_an_end_without_a_code_has_one_that_says_as_much)
{
    static const struct {
        enum vr_end_kind kind;
        int code;
    } ends[] = {
        {VR_END_EOF, -VR_ECLOSED},          {VR_END_TLS_EOF, -VR_ECLOSED},
        {VR_END_RESET, -ECONNRESET},        {VR_END_TRUNCATED, -VR_ETRUNCATED},
        {VR_END_TIMEOUT, -ETIMEDOUT},       {VR_END_LIMIT, -VR_ELIMIT},
        {VR_END_LOCAL, -VR_ECLOSED},        {VR_END_ERROR, -EIO},
        {VR_END_CANCELLED, -VR_ECANCELLED},
    };

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct vr_end end = {.kind = ends[i].kind};
        struct vr_failure *failure = vr_failure_of_end(counting_env(), &end);
        check_int(failure->code, ends[i].code);
        check_str(failure->text, vr_end_kind_name(end.kind));
        check(!failure->stage);
        vr_failure_unref(failure);
    }
    check_all_freed();
}

TEST(failure, of_an_end_without_memory_says_so)
{
    struct vr_end end = {.kind = VR_END_EOF};

    fail_memory();
    check(vr_failure_of_end(counting_env(), &end) == vr_failure_no_memory());
}

/* ---- words ---- */

TEST(failure, is_one_line_with_its_causes)
{
    char line[256];
    struct vr_failure *cause = vr_failure_place(
        "b.c", 2,
        (vr_failure_new)(counting_env(), -ECONNREFUSED, "connect", NULL, NULL));
    struct vr_failure *failure = vr_failure_place(
        "a.c", 1, (vr_failure_new)(counting_env(), -EIO, NULL, cause, "%d", 9));
    const char *want = "input/output error (EIO), 9, at a.c:1; cause: connect: "
                       "connection refused (ECONNREFUSED), at b.c:2";

    check_int(vr_failure_format(failure, line, sizeof(line)), strlen(want));
    check_str(line, want);
    vr_failure_unref(failure);
}

/* Its words may hold what a peer has sent. */
TEST(failure, is_one_line_that_no_terminal_obeys)
{
    struct vr_failure failure = {
        .code = -EPROTO, .stage = "a\tb", .text = "the peer said \x1b[2J\r\n"};
    char text[128];

    vr_failure_format(&failure, text, sizeof(text));
    check(strstr(text, "a\\x09b: "));
    check(strstr(text, "the peer said \\x1b[2J\\x0d\\x0a"));
    check(!text[strcspn(text, "\t\r\n\x1b")]);
}

TEST(failure, is_cut_to_the_room_there_is)
{
    char line[6] = "xxxxx";
    size_t whole = vr_failure_format(vr_failure_cancelled(), line, 5);

    check_str(line, "canc");
    check_int(whole, strlen("cancelled (VR_ECANCELLED)"));
    check_int(vr_failure_format(vr_failure_cancelled(), NULL, 0), whole);
}

TEST(failure, is_cut_where_a_character_ends)
{
    struct vr_failure *failure = vr_failure_new(
        counting_env(), -EIO, NULL, NULL, "%s", "\xe2\x82\xac\xe2\x82\xac");
    char line[64];

    (void)vr_failure_format(failure, line, 26 + 1 + 2);
    check_str(line + 20, "EIO), ");
    (void)vr_failure_format(failure, line, 26 + 1 + 5);
    check_str(line + 20, "EIO), \xe2\x82\xac");
    vr_failure_unref(failure);
}

HEAVY_TEST(failure, frees_a_long_line_of_causes_on_a_flat_stack)
{
    struct vr_failure *failure = NULL;

    for (int i = 0; i < 100000; i++)
        failure = vr_failure_new(counting_env(), -EIO, NULL, failure, NULL);
    vr_failure_unref(failure);
    check_all_freed();
}
