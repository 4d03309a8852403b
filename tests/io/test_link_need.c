/* SPDX-License-Identifier: MIT */
/**
 * @file test_link_need.c
 * A need is no limit: who has one keeps it whether a line comes whole or in
 * pieces.
 */
#include "tests/io/line_stages.h"
#include "tests/io/link_fixture.h"

static struct receiver to;
static struct vr_producer from;
static struct vr_stage framer;
static char line[ALL]; /* of LINE_MAX_LEN bytes, without its end */

static void make_line(void)
{
    static const struct vr_producer_ops bytes = {.ready = sender_ready,
                                                 .stopped = sender_stopped};

    to = receiver_of(ALL);
    vr_producer_init(&from, NULL, &bytes);
    vr_stage_init(&framer, NULL, &framer_in, &framer_out);
    check_int(vr_link_attach(&framer.out, &to.in), 0);
    check_int(vr_link_attach(&from, &framer.in), 0);
    check_int(from.need, LINE_MAX_LEN + 1);
    memset(line, 'x', LINE_MAX_LEN);
    line[LINE_MAX_LEN] = '\0';
    heard[0] = '\0';
}

static void check_line_came(void)
{
    char want[ALL];

    (void)snprintf(want, sizeof(want), "<%.*s> ", (int)LINE_MAX_LEN, line);
    check_heard(want);
}

TEST(link_need, what_has_it_to_the_byte_passes_whole_and_in_pieces)
{
    make_line();
    check_int(put(&from, line), 0);
    strcat(line, "\n");
    check_int(put(&from, line), LINE_MAX_LEN + 1);
    check_line_came();
    check_int(put(&from, line), LINE_MAX_LEN + 1);
    check_line_came();
}

TEST(link_need, more_breaks_the_link_when_it_comes_in_pieces)
{
    make_line();
    check_int(put(&from, line), 0);
    strcat(line, "x");
    check_int(put(&from, line), 0);
    check_heard("abort:limit stop:limit ");
}

TEST(link_need, more_breaks_the_link_when_it_comes_whole)
{
    make_line();
    strcat(line, "x\nand more");
    check_int(put(&from, line), 0);
    check_heard("abort:limit stop:limit ");
}

TEST(link_need, more_behind_a_line_breaks_the_link_behind_it)
{
    char two[2 * ALL];

    make_line();
    (void)snprintf(two, sizeof(two), "ok\n%sx\n", line);
    check_int(put(&from, two), 3);
    check_heard("<ok> abort:limit stop:limit ");
}

/* Nothing below bounds what comes whole, for who does not look. */
static size_t take_line(struct vr_consumer *in, const struct vr_offer *offer)
{
    const unsigned char *end = memchr(offer->data, '\n', offer->len);

    (void)in;
    return end ? (size_t)(end - offer->data) + 1 : 0;
}

TEST(link_need, does_not_bound_what_comes_whole)
{
    static const struct vr_consumer_ops ops = {.attached = framer_attached,
                                               .consume = take_line};
    struct vr_consumer in;

    make_line();
    vr_link_detach(&from);
    vr_consumer_init(&in, &ops);
    check_int(vr_link_attach(&from, &in), 0);
    strcat(line, "end\n");
    check_int(put(&from, line), LINE_MAX_LEN + 4);
    check_int(from.state, VR_LINK_OPEN);
}
