/* SPDX-License-Identifier: MIT */
/**
 * @file test_repeat_slack.c
 * Tests of repeats that share wake-ups.
 */
#include <vreactor/reactor/repeat.h>

#include "tests/reactor/repeats.h"

enum { MANY = 500 };

static struct beat many[MANY];
static vr_time most_late;

static void note_late(struct beat *beat)
{
    vr_time late = now() - vr_repeat_last(&beat->repeat);

    check(late >= 0 && late <= beat->repeat.slack);
    most_late = late > most_late ? late : most_late;
}

static void start_many(vr_time slack)
{
    for (int i = 0; i < MANY; i++) {
        beat_init(&many[i]);
        many[i].act = note_late;
        vr_repeat_set_slack(&many[i].repeat, slack + i * VR_USEC);
        vr_repeat_start(&many[i].repeat, VR_SEC + i * 1234567);
    }
}

/* promise calls-24 */
TEST(repeat, with_slack_shares_wake_ups_and_is_neither_early_nor_later)
{
    static const vr_time slacks[] = {10 * VR_MSEC, 50 * VR_MSEC, 333 * VR_MSEC};

    for (int s = 0; s < 3; s++) {
        int wakes = 0;

        set_up();
        start_many(slacks[s]);
        begin = now();
        for (; now() < begin + 3 * VR_SEC; wakes++)
            turn();
        check(wakes <= 2 * (int)((now() - begin) / slacks[s] + 1));
        check_int(script.hasty_waits, 0);
        for (int i = 0; i < MANY; i++) {
            check(many[i].runs > 0);
            check(vr_repeat_stop(&many[i].repeat));
        }
        tear_down();
    }
}

TEST(repeat, with_slack_is_late_by_no_more_than_that)
{
    set_up_one(VR_REPEAT_SKIP);
    one.act = note_late;
    most_late = 0;
    vr_repeat_set_slack(&one.repeat, 40 * VR_MSEC);
    vr_repeat_start(&one.repeat, 77777777);
    pass_until(begin + 5 * VR_SEC);
    check(most_late > 0);
    check_int(one.runs, 5 * VR_SEC / 77777777);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}

/* promise calls-24 */
TEST(repeat, misses_no_time_where_its_slack_is_longer_than_its_interval)
{
    set_up_one(VR_REPEAT_SKIP);
    one.act = note_late;
    most_late = 0;
    vr_repeat_set_slack(&one.repeat, VR_TIME_MAX);
    vr_repeat_start(&one.repeat, 77777777);
    while (one.runs < 60)
        turn();
    check(most_late > 0 && most_late < 77777777);
    for (int i = 0; i < 60; i++)
        check_int(one.missed[i], 0);
    check(vr_repeat_stop(&one.repeat));
    tear_down();
}
