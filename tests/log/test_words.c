/* SPDX-License-Identifier: MIT */
/**
 * @file test_words.c
 * Log calls that add something to the text, or stand beside it.
 */
#include "tests/support/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/end.h>
#include <vreactor/base/err.h>
#include <vreactor/log/log.h>

#include "recorder.h"

static struct counting_env env;
static struct vr_logger logger;
static struct recorder recorder;

static void start(void)
{
    counting_env_init(&env);
    vr_logger_init(&logger, &env.env, NULL);
    recorder_init(&recorder);
    check_int(vr_logger_attach(&logger, &recorder.base), 0);
}

TEST(words, of_a_code_follow_the_text)
{
    start();

    vr_log_code(&logger, VR_LOG_ERROR, -ENOENT, "open %s", "x");
    vr_log_code(&logger, VR_LOG_WARN, EPIPE, "write");
    vr_log_code(&logger, VR_LOG_INFO, -VR_ECLOSED, "post");

    char want[256];
    (void)snprintf(want, sizeof(want),
                   "40 - open x: %s (ENOENT);30 - write: %s (EPIPE);"
                   "20 - post: %s (VR_ECLOSED);",
                   vr_strerror(ENOENT), vr_strerror(EPIPE),
                   vr_strerror(VR_ECLOSED));
    check_str(recorder.text, want);
    check_int(env.calls, 0);
    vr_logger_fini(&logger);
}

TEST(words, of_an_end_follow_the_text)
{
    struct vr_end end = {
        .kind = VR_END_RESET, .stage = VR_STAGE_READ, .code = -ECONNRESET};
    char words[256], want[512];
    start();

    vr_log_end(&logger, VR_LOG_INFO, &end, "session %d", 7);

    (void)vr_end_format(&end, words, sizeof(words));
    (void)snprintf(want, sizeof(want), "20 - session 7: %s;", words);
    check_str(recorder.text, want);
    vr_logger_fini(&logger);
}

TEST(words, follow_texts_of_any_length)
{
    start();

    for (int len = 450; len < 530; len++) { /* around what needs no memory */
        recorder.longest = 0;
        vr_log_code(&logger, VR_LOG_INFO, EIO, "%0*d", len, 1);
        check_int(recorder.longest, (size_t)len + strlen(": ") +
                                        strlen(vr_strerror(EIO)) +
                                        strlen(" (EIO)"));
    }

    check_int(env.live, 0);
    vr_logger_fini(&logger);
}

#ifdef __GLIBC__
static void *spoil_errno(void *ctx, void *old, size_t size)
{
    (void)ctx;
    errno = EIO;
    return vr_env_default()->resize(NULL, old, size);
}

/* By a pointer, as compilers call the format an extension. */
TEST(words, of_errno_are_those_before_the_call_in_long_texts_too)
{
    void (*log)(struct vr_logger * logger, int level, const char *format, ...) =
        vr_log;
    char want[1024];

    start();
    env.env.resize = spoil_errno;
    errno = EXDEV;
    log(&logger, VR_LOG_INFO, "%*s%m", 600, "");
    check_int(errno, EXDEV);

    (void)snprintf(want, sizeof(want), "20 - %*s%s;", 600, "", strerror(EXDEV));
    check_str(recorder.text, want);
    vr_logger_fini(&logger);
}
#endif

TEST(words, are_cut_with_the_text_where_there_is_no_memory)
{
    start();

    env.empty = true;
    vr_log_code(&logger, VR_LOG_INFO, EIO, "%0505d", 1);
    check_int(recorder.longest, 511);
    vr_log_code(&logger, VR_LOG_INFO, EIO, "%05000d", 1);

    check_int(recorder.count, 2);
    check_int(recorder.longest, 511);
    vr_logger_fini(&logger);
}

TEST(words, are_not_looked_for_where_nobody_wants_them)
{
    struct vr_end end = {.kind = VR_END_EOF};
    start();
    vr_logger_set_level(&logger, VR_LOG_WARN);

    vr_log_code(&logger, VR_LOG_INFO, EIO, "a");
    vr_log_end(&logger, VR_LOG_INFO, &end, "b");
    vr_log_with(&logger, VR_LOG_INFO, NULL, "c");
    vr_log_code(NULL, VR_LOG_ERROR, EIO, "d");
    vr_log_end(NULL, VR_LOG_ERROR, &end, "e");

    check_int(env.clock_reads, 0);
    vr_logger_fini(&logger);
}

/* promise log-4 */
TEST(words, leave_errno_as_it_was)
{
    start();

    errno = ENOENT;
    vr_log_code(&logger, VR_LOG_INFO, EIO, "a");

    check_int(errno, ENOENT);
    vr_logger_fini(&logger);
}

TEST(words, stand_beside_the_text_as_attributes)
{
    start();

    vr_log_with(&logger, VR_LOG_INFO, VR_LOG_ATTRS({"n", .number = 5}), "%s",
                "a");
    vr_log_with(&logger, VR_LOG_INFO, NULL, "b");

    check_str(recorder.text, "20 - a;20 - b;");
    check_int(recorder.attr_count, 1);
    check_int(recorder.attrs[0].number, 5);
    vr_logger_fini(&logger);
}
