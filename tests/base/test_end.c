/* SPDX-License-Identifier: MIT */
/**
 * @file test_end.c
 * Tests of base/end.h.
 */
#include <vreactor/base/end.h>

#include <errno.h>

#include <vreactor/base/err.h>
#include <vreactor/base/failure.h>
#include <vreactor/testing/env.h>

#include "tests/support/test.h"

static struct vr_test_env test;

/* With one reference. */
static struct vr_failure *new_cause(void)
{
    vr_test_env_init(&test, 0);
    return vr_failure_new(&test.env, -VR_ELIMIT, NULL, NULL,
                          "a line of %d bytes", 9);
}

static const struct vr_end refused = {
    .kind = VR_END_ERROR,
    .stage = VR_STAGE_CONNECT,
    .code = -ECONNREFUSED,
    .after = 1500 * VR_USEC,
};

static const char refused_line[] =
    "connect: connection refused (ECONNREFUSED) after 2 ms";

static const char *line(const struct vr_end *end)
{
    static char text[256];

    check_int(vr_end_format(end, text, sizeof(text)), strlen(text));
    return text;
}

/* ---- kept ---- */

/* promises ends-1, ends-2 */
TEST(end, that_is_kept_has_its_own_reference_to_the_cause)
{
    struct vr_end first, second;
    struct vr_failure *cause = new_cause();

    vr_end_keep(&first, &(struct vr_end){.kind = VR_END_LIMIT, .cause = cause});
    vr_failure_unref(cause);
    check_int(vr_test_blocks(&test), 1);
    vr_test_fail_allocation(&test, 1, 1); /* it needs no memory */
    vr_end_keep(&second, &first);
    vr_end_drop(&first);
    check_int(vr_test_blocks(&test), 1);
    check_int(first.kind, VR_END_NONE);
    check(!first.cause);
    check_int(second.kind, VR_END_LIMIT);
    check_str(second.cause->text, "a line of 9 bytes");
    vr_end_drop(&second);
    vr_end_drop(&second);
    check_int(vr_test_blocks(&test), 0);
}

TEST(end, without_a_cause_is_kept_and_dropped_like_others)
{
    struct vr_end mine;

    vr_end_keep(&mine, &refused);
    check_str(line(&mine), refused_line);
    vr_end_drop(&mine);
    check_int(mine.kind, VR_END_NONE);
    check_int(mine.code, 0);
}

/* ---- what it is ---- */

TEST(end, is_clean_only_where_nothing_can_be_missing)
{
    for (int kind = VR_END_NONE; kind <= VR_END_ERROR; kind++) {
        struct vr_end end = {.kind = (enum vr_end_kind)kind};
        check_int(vr_end_is_clean(&end),
                  kind == VR_END_EOF || kind == VR_END_TLS_EOF);
    }
}

TEST(end, names_every_kind_and_stage)
{
    check_int(VR_END_NONE, 0);
    check_str(vr_end_kind_name(VR_END_NONE), "none");
    check_str(vr_end_kind_name(VR_END_EOF), "eof");
    check_str(vr_end_kind_name(VR_END_ERROR), "error");
    check_str(vr_end_stage_name(VR_STAGE_NONE), "");
    check_str(vr_end_stage_name(VR_STAGE_SHUTDOWN), "shutdown");
    for (int kind = VR_END_EOF; kind <= VR_END_ERROR; kind++)
        check(strlen(vr_end_kind_name((enum vr_end_kind)kind)) > 1);
    for (int stage = VR_STAGE_RESOLVE; stage <= VR_STAGE_SHUTDOWN; stage++)
        check(strlen(vr_end_stage_name((enum vr_end_stage)stage)) > 1);
}

TEST(end, has_a_code_whether_it_was_given_one_or_not)
{
    struct vr_end odd = {.kind = (enum vr_end_kind)99};

    check_int(vr_end_code(&refused), -ECONNREFUSED);
    check_int(vr_end_code(&(struct vr_end){.kind = VR_END_EOF}), -VR_ECLOSED);
    check_int(vr_end_code(&(struct vr_end){.kind = VR_END_ERROR}), -EIO);
    check_int(vr_end_code(&odd), -EIO);
}

TEST(end, has_an_answer_for_what_is_no_kind_or_stage)
{
    check_str(vr_end_kind_name((enum vr_end_kind)(VR_END_ERROR + 1)), "?");
    check_str(vr_end_stage_name((enum vr_end_stage)(VR_STAGE_SHUTDOWN + 1)),
              "?");
}

TEST(end, tells_what_why_and_when)
{
    check_str(line(&refused), refused_line);
}

TEST(end, tells_an_orderly_end_in_a_word)
{
    const struct vr_end late = {.kind = VR_END_TIMEOUT,
                                .stage = VR_STAGE_HANDSHAKE};

    check_str(line(&(struct vr_end){.kind = VR_END_EOF}), "eof");
    check_str(line(&(struct vr_end){.kind = VR_END_ERROR}), "error");
    check_str(line(&late), "handshake: timeout");
}

/* Of a cause that says the same the words follow, and the causes of that. */
TEST(end, tells_the_code_and_the_words_behind_it)
{
    struct vr_failure deeper = {.code = -EIO, .stage = "disk"};
    struct vr_failure cause = {
        .code = -VR_ECLOSED, .text = "the reactor closed", .cause = &deeper};
    const struct vr_end end = {
        .kind = VR_END_LOCAL, .code = -VR_ECLOSED, .cause = &cause};

    check_str(line(&end), "closed here: closed (VR_ECLOSED), the reactor "
                          "closed; cause: disk: input/output error (EIO)");
}

TEST(end, tells_a_cause_of_another_code)
{
    struct vr_failure cause = {
        .code = -EPIPE, .stage = "write", .text = "no reader"};
    const struct vr_end end = {.kind = VR_END_RESET, .cause = &cause};

    check_str(
        line(&end),
        "reset; cause: write: the reading side is closed (EPIPE), no reader");
}

/* Words of a program may hold what a peer has sent. */
TEST(end, is_one_line_that_no_terminal_obeys)
{
    struct vr_failure cause = {.code = -EIO,
                               .text = "no\r\n\x1b[2J\x7f\xc2\x9b"};
    const struct vr_end end = {.kind = VR_END_ERROR, .cause = &cause};

    check_str(line(&end), "error, no\\x0d\\x0a\\x1b[2J\\x7f\\u009b");
    cause.text = "h\xc3\xb6ren und \xe2\x82\xac";
    check_str(line(&end), "error, h\xc3\xb6ren und \xe2\x82\xac");
}

TEST(end, cuts_the_line_to_the_buffer)
{
    char text[16];

    memset(text, 'x', sizeof(text));
    check_int(vr_end_format(&refused, text, 10), strlen(refused_line));
    check_str(text, "connect: ");
    check_int(text[10], 'x');
}

TEST(end, counts_without_a_buffer)
{
    check_int(vr_end_format(&refused, NULL, 0), strlen(refused_line));
}
