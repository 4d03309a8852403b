/* SPDX-License-Identifier: MIT */
/**
 * @file test_filter_check.c
 * Filters that obey their contract pass, by themselves and over each other.
 */
#include "tests/testing/found.h"

#include <errno.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/filter.h>
#include <vreactor/testing/filter_check.h>

#include "examples/line_filter.h"
#include "tests/io/counting_filter.h"
#include "tests/io/planted_filters.h"

/* The suite has two at once where it swaps. */
static struct filter counting[2];
static struct vr_filter plain[2];
static int next;

static int make_passing(void *arg, struct vr_reactor *reactor,
                        struct vr_element **ret_element)
{
    static const struct vr_filter_ops ops = {.element = {.name = "passing"}};
    struct vr_filter *filter = &plain[next++ % 2];

    (void)arg;
    *ret_element = &filter->element;
    return vr_filter_init(filter, reactor, &ops);
}

static int make_counting(void *arg, struct vr_reactor *reactor,
                         struct vr_element **ret_element)
{
    struct filter *filter = &counting[next++ % 2];

    (void)arg;
    init_filter(filter, reactor);
    *ret_element = &filter->filter.element;
    return 0;
}

static struct vr_filter_case passing_case(void)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    of.name = "passing";
    of.make = make_passing;
    of.flags = VR_CHECK_ENTERS;
    return of;
}

static struct vr_filter_case counting_case(void)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    of.name = "counting";
    of.make = make_counting;
    of.flags = VR_CHECK_ENTERS;
    return of;
}

static void check_passes(const struct vr_filter_case *of)
{
    check_filter_passes(of, 0);
}

TEST(filter_check, passes_one_that_changes_nothing)
{
    struct vr_filter_case of = passing_case();

    check_passes(&of);
}

TEST(filter_check, passes_one_that_counts)
{
    struct vr_filter_case of = counting_case();

    check_passes(&of);
}

/* ---- lines ---- */

static int make_lines(void *arg, struct vr_reactor *reactor,
                      struct vr_element **ret_element)
{
    struct vr_filter *filter = calloc(1, sizeof(*filter));

    (void)arg;
    if (!filter)
        return -ENOMEM;
    *ret_element = &filter->element;
    return vr_filter_init(filter, reactor, &line_filter);
}

static void free_lines(void *arg, struct vr_element *element)
{
    (void)arg;
    free(vr_container_of(element, struct vr_filter, element));
}

/* What comes out between the records nobody sees. */
static int expect_lines(void *arg, bool inbound, const void *data, size_t len,
                        struct vr_buffer *out)
{
    const char *line = data, *all = line + len, *end;
    int err = 0;

    (void)arg;
    if (!inbound)
        return vr_buffer_append(out, data, len);
    for (; !err && line < all; line = end + 1) {
        end = memchr(line, '\n', (size_t)(all - line));
        if (!end)
            break;
        err = vr_buffer_append(out, line, (size_t)(end - line));
    }
    return err;
}

static struct vr_filter_case lines_case(void)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    of.name = "lines";
    of.make = make_lines;
    of.fini = free_lines;
    of.expect = expect_lines;
    of.flags = VR_CHECK_ENTERS;
    return of;
}

TEST(filter_check, passes_one_that_makes_records_of_lines)
{
    struct vr_filter_case of = lines_case();

    check_passes(&of);
}

static void print(void *ctx, const struct vr_check_fault *fault)
{
    (void)ctx;
    (void)fprintf(stderr, "%s\n", fault->text);
}

TEST(filter_check, prints_what_it_finds)
{
    struct vr_filter_case lines = VR_FILTER_CASE_INIT;
    struct vr_check_options options = VR_CHECK_OPTIONS_INIT;

    lines.name = "lines";
    lines.make = make_lines;
    lines.fini = free_lines;
    options.report = print;
    int faults = vr_filter_check(&lines, &options);
    check_int(faults, 0);
}

static int make_hasty(void *arg, struct vr_reactor *reactor,
                      struct vr_element **ret_element)
{
    static struct vr_filter_ops hasty;
    int err = make_lines(arg, reactor, ret_element);

    if (err)
        return err;
    hasty = line_filter;
    hasty.inbound.need = VR_NEED_NONE;
    return vr_filter_init(
        vr_container_of(*ret_element, struct vr_filter, element), reactor,
        &hasty);
}

/* As doc/filters.md shows it. */
TEST(filter_check, tells_of_a_need_that_is_too_small)
{
    struct vr_filter_case of = lines_case();
    struct found found;
    struct vr_check_options options = noting(&found);

    of.make = make_hasty;
    of.inbound.data = "one\ntwo\nthree\n";
    of.inbound.len = 14;
    check(vr_filter_check(&of, &options) > 0);
    check_str(found.text,
              "lines: need too small: inbound, a link broke at byte 1 of 14; "
              "tried: insertion, inbound byte 0, seed=7");
}

TEST(filter_check, passes_one_that_breaks_at_a_line_too_long)
{
    static char text[2 * LINE_MOST];
    struct vr_filter_case of = lines_case();
    struct found found;
    struct vr_check_options options = noting(&found);

    memset(text, 'x', sizeof(text));
    text[20] = text[sizeof(text) - 10] = '\n';
    of.expect = NULL; /* it is cut */
    of.inbound.data = text;
    of.inbound.len = sizeof(text);
    options.runs = 600;
    int faults = vr_filter_check(&of, &options);
    check_none(&found, faults);
}

TEST(filter_check, passes_records)
{
    struct vr_filter_case of = counting_case();

    of.flags = VR_CHECK_RECORDS_IN;
    check_passes(&of);
}

/* ---- one over another ---- */

TEST(filter_check, passes_one_over_another)
{
    struct vr_filter_case cases[] = {passing_case(), counting_case(),
                                     planted_filter(FAULT_HOLDS)};

    for (int over = 0; over < 3; over++)
        for (int under = 0; under < 3; under++) {
            struct vr_filter_case of = cases[over];
            of.under = &cases[under];
            check_filter_passes(&of, 300);
        }
}

TEST(filter_check, passes_lines_over_and_under_others)
{
    struct vr_filter_case over = lines_case(), under = counting_case();
    struct vr_filter_case holding = planted_filter(FAULT_HOLDS);

    over.under = &under;
    check_filter_passes(&over, 300);
    over.under = &holding;
    check_filter_passes(&over, 300);
    under.under = &over;
    over.under = NULL;
    check_filter_passes(&under, 300);
}

/* ---- much ---- */

TEST(filter_check, passes_much_input)
{
    static char text[200000];
    struct vr_filter_case of = passing_case();

    memset(text, 'x', sizeof(text));
    of.inbound.data = text;
    of.inbound.len = sizeof(text);
    check_filter_passes(&of, 60);
}

/* ---- planted faults ---- */

TEST(filter_check, calls_each_planted_fault_by_its_name)
{
    static const struct planted planted[] = {PLANTED_FILTERS(AS_PLANTED)};
    int wrong = 0;

    for (int i = 0; i < PLANTED_FILTER_COUNT; i++) {
        struct vr_filter_case of = planted_filter((enum planted_fault)i);
        struct found found;
        struct vr_check_options options = noting(&found);
        options.most_faults = 1;
        int faults = vr_filter_check(&of, &options);
        wrong += !is_called(&planted[i], faults, &found);
    }
    check_int(wrong, 0);
}
