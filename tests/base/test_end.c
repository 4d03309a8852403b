/* SPDX-License-Identifier: MIT */
/**
 * @file test_end.c
 * Tests of base/end.h.
 */
#include <vreactor/base/end.h>

#include <errno.h>

#include <vreactor/base/err.h>

#include "tests/support/test.h"

static const struct vr_end refused = {
    .kind = VR_END_ERROR,
    .stage = VR_STAGE_CONNECT,
    .code = -ECONNREFUSED,
    .after = 1500 * VR_USEC,
    .peer = "127.0.0.1:9",
};

static const char refused_line[] =
    "127.0.0.1:9: connect: connection refused (ECONNREFUSED) after 2 ms";

static const char *line(struct vr_end end)
{
    static char text[256];

    check_int(vr_end_format(&end, text, sizeof(text)), strlen(text));
    return text;
}

TEST(end, is_clean_only_where_nothing_can_be_missing)
{
    for (int kind = VR_END_EOF; kind <= VR_END_ERROR; kind++) {
        struct vr_end end = {.kind = (enum vr_end_kind)kind};
        check_int(vr_end_is_clean(&end),
                  kind == VR_END_EOF || kind == VR_END_TLS_EOF);
    }
}

TEST(end, names_every_kind_and_stage)
{
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

TEST(end, tells_who_what_why_and_when)
{
    check_str(line(refused), refused_line);
}

TEST(end, tells_an_orderly_end_in_a_word)
{
    check_str(line((struct vr_end){.kind = VR_END_EOF}), "eof");
    check_str(line((struct vr_end){.kind = VR_END_TIMEOUT,
                                   .stage = VR_STAGE_HANDSHAKE}),
              "handshake: timeout");
}

TEST(end, tells_the_code_and_the_words_behind_it)
{
    check_str(line((struct vr_end){.kind = VR_END_LOCAL,
                                   .code = -VR_ECLOSED,
                                   .text = "the reactor closed"}),
              "closed here: closed (VR_ECLOSED), the reactor closed");
    check_str(line((struct vr_end){.kind = VR_END_ERROR}), "error");
}

/* Words of a program may hold what a peer has sent. */
TEST(end, is_one_line_that_no_terminal_obeys)
{
    struct vr_end end = {.kind = VR_END_ERROR, .text = "no\r\n\x1b[2J\x7f"};

    strcpy(end.peer, "unix:/a\nb\xc2\x9b"
                     "c");
    check_str(line(end), "unix:/a\\x0ab\\u009bc: error, "
                         "no\\x0d\\x0a\\x1b[2J\\x7f");
    end.text = "h\xc3\xb6ren und \xe2\x82\xac";
    end.peer[0] = '\0';
    check_str(line(end), "error, h\xc3\xb6ren und \xe2\x82\xac");
}

TEST(end, cuts_the_line_to_the_buffer)
{
    char text[16];

    memset(text, 'x', sizeof(text));
    check_int(vr_end_format(&refused, text, 10), strlen(refused_line));
    check_str(text, "127.0.0.1");
    check_int(text[10], 'x');
}

TEST(end, counts_without_a_buffer)
{
    check_int(vr_end_format(&refused, NULL, 0), strlen(refused_line));
}
