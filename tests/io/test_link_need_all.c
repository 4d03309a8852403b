/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_need_all.c
 * Tests of vr_link_need_all(): fewer than are needed are not offered.
 */
#include "tests/io/link_fixture.h"

static struct vr_producer from;
static struct receiver to;

static void make_link(uint64_t window, size_t need)
{
    sender_init(&from);
    to = receiver_of(window);
    join(&from, &to.in);
    vr_link_need_all(&to.in, need);
    heard[0] = '\0';
}

TEST(link_need_all, keeps_too_few_from_being_offered)
{
    make_link(VR_UNLIMITED, 4);
    check_int(put(&from, "a"), 0);
    check_int(put(&from, "ab"), 0);
    check_int(put(&from, "abc"), 0);
    check_heard("");
    check_int(put(&from, "abcdef"), 6);
    check_heard("[abcdef] ");
}

TEST(link_need_all, keeps_what_is_left_of_an_offer_as_well)
{
    make_link(VR_UNLIMITED, 4);
    to.take = 4;
    check_int(put(&from, "abcdef"), 4);
    check_int(put(&from, "ef"), 0);
    check_heard("[abcdef] ");
    check_int(from.state, VR_LINK_OPEN);
    check_int(put(&from, "efgh"), 4);
    check_heard("[efgh] ");
}

TEST(link_need_all, offers_with_the_end_whatever_is_there)
{
    make_link(VR_UNLIMITED, 4);
    check_int(put(&from, "ab"), 0);
    check_int(put_end(&from, "ab", &eof), 2);
    check_heard("[ab] end:eof ");
}

TEST(link_need_all, cannot_be_more_than_the_window)
{
    make_link(3, 4);
    to.take = 0;
    check_int(put(&from, "ab"), 0);
    check_heard("");
    check_int(put(&from, "abcdef"), 0);
    check_heard("[abc] abort:limit stop:limit ");
}

TEST(link_need_all, says_nothing_of_records)
{
    make_link(VR_UNLIMITED, 4);
    check_int(put_record(&from, "ab"), 1);
    check_heard("<ab> ");
}

TEST(link_need_all, is_replaced_by_another_and_told_once)
{
    make_link(VR_UNLIMITED, 4);
    vr_link_need_all(&to.in, 4);
    check_heard("");
    to.take = 0;
    vr_link_need(&to.in, 4);
    check_heard("r ");
    check_int(put(&from, "ab"), 0);
    check_heard("[ab] ");
    vr_link_need_all(&to.in, 5);
    check_heard("r ");
    check_int(put(&from, "abc"), 0);
    check_heard("");
}

TEST(link_need_all, is_forgotten_with_the_link)
{
    make_link(VR_UNLIMITED, 4);
    vr_link_detach(&from);
    join(&from, &to.in);
    check_int(put(&from, "a"), 1);
    check_heard("[a] ");
}

TEST(link_need_all, goes_through_stages)
{
    struct vr_stage stages[3];

    make_link(VR_UNLIMITED, 4);
    for (int i = 0; i < 3; i++) {
        vr_stage_init(&stages[i], NULL, NULL, NULL);
        check_int(vr_link_insert(&from, &stages[i]), 0);
    }
    vr_link_need_all(&to.in, 4);
    heard[0] = '\0';
    check_int(put(&from, "abc"), 0);
    check_heard("");
    check_int(put(&from, "abcd"), 4);
    check_heard("[abcd] ");
    vr_link_need(&to.in, 0);
    check_heard("r ");
    check_int(put(&from, "a"), 1);
    check_heard("[a] ");
}
