/* SPDX-License-Identifier: MIT */
/**
 * @file test_handshake.c
 * The handshake of examples/handshake.h, served in three ways, which a client
 * cannot tell from each other: whatever he says, and wherever he goes away.
 */
#include "tests/examples/talks.h"

#include <limits.h>

#include <vreactor/testing/sys.h>

#define ASKED "Who are you?\n"
#define EXAMINED ASKED "grace, how is that backwards?\n"
#define WELCOME EXAMINED "Welcome, grace.\n(end)\n"
#define OVER(name) "(over: " name ")\n"

/* ---- what he says ---- */

TEST(handshake, welcomes_who_answers_well)
{
    check_talk("grace\n|ecarg\n", WELCOME OVER("OK"));
    check_talk("grace\r\n|ecarg\r\n", WELCOME OVER("OK"));
}

/* Two lines in a packet, and what is said behind them. */
TEST(handshake, takes_what_is_said_ahead)
{
    check_talk("grace\necarg\n", WELCOME OVER("OK"));
    check_talk("grace\necarg\nand so on\n", WELCOME OVER("OK"));
    check_talk("grace\necarg\n|and so on|and on\n", WELCOME OVER("OK"));
}

TEST(handshake, refuses_what_is_no_name)
{
    static const char want[] =
        ASKED "No: that is no name.\n(end)\n" OVER("EINVAL");

    check_talk("\n", want);
    check_talk("\r\n", want);
    check_talk("gr4ce\n", want);
    check_talk("grace \necarg\n", want);
}

TEST(handshake, refuses_who_he_must_not_be)
{
    check_talk("root\n|toor\n",
               ASKED "No: you are not.\n(end)\n" OVER("EACCES"));
}

TEST(handshake, refuses_long_names_and_lines)
{
    static const char want[] =
        ASKED "No: that is too long.\n(end)\n" OVER("VR_ELIMIT");

    check_talk("abcdefghijklmnop\n", ASKED
               "abcdefghijklmnop, how is that backwards?\n" OVER("VR_ECLOSED"));
    check_talk("abcdefghijklmnopq\n", want);
    check_talk("abcdefghijklmnopqrstuvwxyzabcde\n", want); /* 32 */
    check_talk("abcdefghijklmnopqrstuvwxyzabcdef", want);
    check_talk("abcdefghijklmnopqrstuvwxyzabcdef\n", want);
    check_talk("grace\n|abcdefghijklmnopqrstuvwxyzabcdef",
               EXAMINED "No: that is too long.\n(end)\n" OVER("VR_ELIMIT"));
}

TEST(handshake, refuses_a_wrong_answer)
{
    static const char want[] =
        EXAMINED "No: that is wrong.\n(end)\n" OVER("VR_EREFUSED");

    check_talk("grace\n|grace\n", want);
    check_talk("grace\n|ecar\n", want);
    check_talk("grace\n|ecargo\n", want);
    check_talk("grace\n\necarg\n", want);
}

/* ---- in pieces ---- */

TEST(handshake, does_not_mind_how_lines_are_cut)
{
    static const char said[] = "grace\necarg\n";
    char script[sizeof(said) + 1];

    for (size_t at = 1; at < sizeof(said) - 1; at++) {
        (void)snprintf(script, sizeof(script), "%.*s|%s", (int)at, said,
                       said + at);
        check_talk(script, WELCOME OVER("OK"));
    }
    check_ways(said, 1, WELCOME OVER("OK"));
    check_ways("grace\r\necarg\r\n", 1, WELCOME OVER("OK"));
}

/* ---- silence ---- */

#define SLOW "10000 ms: No: you are too slow.\n10000 ms: (end)\n"
#define GIVEN_UP "15000 ms: " OVER("ETIMEDOUT")

TEST(handshake, has_patience_for_each_answer)
{
    check_talk("+9999|grace\n|+9999|ecarg\n",
               ASKED "9999 ms: grace, how is that backwards?\n"
                     "19998 ms: Welcome, grace.\n"
                     "19998 ms: (end)\n"
                     "19998 ms: " OVER("OK"));
    check_talk("+10000|+5000|+1", ASKED SLOW GIVEN_UP);
    check_talk("gra|+10000|+5000|+1", ASKED SLOW GIVEN_UP);
    check_talk("grace\n|+10000|+5000|+1", EXAMINED SLOW GIVEN_UP);
    check_talk("grace\neca|+10000|+5000|+1", EXAMINED SLOW GIVEN_UP);
}

/* The time is that of an answer, not of a byte. */
TEST(handshake, is_not_held_up_by_single_bytes)
{
    check_talk("g|+6000|r|+4000|a|+5000|+1", ASKED SLOW GIVEN_UP);
}

TEST(handshake, does_not_wait_for_ever_until_he_has_gone)
{
    check_talk("grace\necarg\n|+5000|+1", WELCOME "5000 ms: " OVER("OK"));
    check_talk("grace\necarg\n|+4999|and|+1|+1",
               WELCOME "5000 ms: " OVER("OK"));
    check_talk("root\n|+5000|+1", ASKED "No: you are not.\n(end)\n"
                                        "5000 ms: " OVER("EACCES"));
    check_talk("abcdefghijklmnopqrstuvwxyzabcdef|and more|+5000|+1",
               ASKED "No: that is too long.\n(end)\n"
                     "5000 ms: " OVER("VR_ELIMIT"));
}

/* ---- he goes away ---- */

TEST(handshake, is_over_when_he_leaves)
{
    check_talk("!", ASKED OVER("VR_ECLOSED"));
    check_talk("gra|!", ASKED OVER("VR_ETRUNCATED"));
    check_talk("grace\n|!", EXAMINED OVER("VR_ECLOSED"));
    check_talk("grace\necarg\n|!", WELCOME OVER("OK"));
}

TEST(handshake, tells_who_only_ends_what_it_thinks)
{
    check_talk(".", ASKED "No: something failed.\n(end)\n" OVER("VR_ECLOSED"));
    check_talk("gra|.",
               ASKED "No: something failed.\n(end)\n" OVER("VR_ETRUNCATED"));
    check_talk("grace\necarg\n|.", WELCOME OVER("OK"));
}

TEST(handshake, is_over_when_he_breaks_it_off)
{
    check_talk("#|!", OVER("ECONNRESET"));
    check_talk("#|grace\n|!", OVER("ECONNRESET"));
    check_talk("#|grace\necarg\n|!", OVER("OK"));
}

TEST(handshake, loses_nothing_wherever_he_goes_away)
{
    static const char said[] = "grace\necarg\n";
    char script[64];

    for (size_t at = 0; at < sizeof(said); at++) {
        (void)snprintf(script, sizeof(script), "%.*s|!", (int)at, said);
        check_talk(script, NULL);
        (void)snprintf(script, sizeof(script), "#|%.*s|!", (int)at, said);
        check_talk(script, NULL);
    }
}

/* Freeing the reactor ends what is under way. */
TEST(handshake, loses_nothing_when_its_reactor_goes)
{
    static const char *const scripts[] = {"", "gra", "grace\n", "grace\neca",
                                          "grace\necarg\n"};

    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        for (int way = 0; way < WAYS; way++) {
            if (!begin(ways[way], 0, 0))
                play(scripts[i], SIZE_MAX);
            check_int(vr_reactor_free(reactor), 0);
            check_int(vr_test_blocks(&test), 0);
            leave();
        }
}

/* ---- memory runs out ---- */

/* What he hears is right as far as it goes. */
static void check_heard(void)
{
    static const char good[] = EXAMINED "Welcome, grace.\n";
    const char *rest = story;

    for (size_t i = 0; good[i] && *rest == good[i]; i++)
        rest++;
    check(rest == story || rest[-1] == '\n');
    if (*rest == 'N')
        check(!strncmp(rest, "No: something failed.\n(", 23));
    else
        check(!*rest || strchr("(1", *rest)); /* what is no line of his */
}

/* The host hears what became of it, in time. @return false if nothing failed */
static bool survives(const struct handshake_way *way, int nth, int times)
{
    int err = begin(way, nth, times);

    if (!err) {
        play("grace\necarg\n", 3);
        wait_for("15000");
        settle();
        check_int(told, 1);
        check(outcome == 0 || outcome == -ENOMEM);
        check_heard();
    }
    int64_t allocations = vr_test_allocations(&test) - before;
    finish();
    return allocations >= nth && err != -ENOTSUP;
}

TEST(handshake, survives_that_memory_runs_out)
{
    for (int i = 0; i < WAYS; i++) {
        int nth = 1;
        while (survives(ways[i], nth, 1))
            nth++;
        check(!told || !strncmp(story, WELCOME, strlen(WELCOME)));
        for (nth = 1; survives(ways[i], nth, INT_MAX);)
            nth++;
    }
}

/* ---- the system fails ---- */

/* @return false if nothing failed */
static bool survives_failed(const struct handshake_way *way,
                            enum vr_test_sys_call call, int nth)
{
    int err = begin(way, 0, 0);

    vr_test_sys_reset();
    vr_test_sys_fail(call, nth, 1, 0);
    if (!err) {
        play("grace\n|ecarg\n", SIZE_MAX);
        wait_for("15000");
        check_int(told, 1);
    }
    bool failed = vr_test_sys_failures() > 0;
    vr_test_sys_reset();
    finish();
    return failed;
}

TEST(handshake, survives_that_the_connection_fails)
{
    static const enum vr_test_sys_call calls[] = {
        VR_TEST_SYS_RECV, VR_TEST_SYS_SENDMSG, VR_TEST_SYS_SHUTDOWN};

    int failed = 0;

    for (int i = 0; i < WAYS; i++)
        for (int call = 0; call < 3; call++)
            for (int nth = 1; survives_failed(ways[i], calls[call], nth); nth++)
                failed++;
    check(failed > 3 * 2); /* each call, and some of them again */
}
