/* SPDX-License-Identifier: MIT */
/**
 * @file found.h
 * What a check of filters or agents has reported.
 */
#ifndef VR_TESTS_TESTING_FOUND_H
#define VR_TESTS_TESTING_FOUND_H

#include "tests/support/test.h"

#include <stdio.h>

#include <vreactor/testing/filter_check.h>

struct found {
    int count;
    struct vr_check_fault first;
    char text[800]; /* of the first */
};

static inline void note_fault(void *ctx, const struct vr_check_fault *fault)
{
    struct found *found = ctx;

    if (found->count++)
        return;
    found->first = *fault;
    (void)snprintf(found->text, sizeof(found->text), "%s", fault->text);
    found->first.text = found->text;
}

static inline struct vr_check_options noting(struct found *found)
{
    struct vr_check_options options = VR_CHECK_OPTIONS_INIT;

    *found = (struct found){.count = 0};
    options.report = note_fault;
    options.ctx = found;
    return options;
}

/** What a planted fault is to be called. */
struct planted {
    const char *name;
    enum vr_check_kind kind;
};

/** An initialiser of struct planted, for PLANTED_FILTERS and PLANTED_AGENTS. */
#define AS_PLANTED(name, kind) {#name, kind},

/** Is it called so?  If not, says what it is called. */
static inline bool is_called(const struct planted *planted, int faults,
                             const struct found *found)
{
    enum vr_check_kind kind = faults ? found->first.kind : VR_CHECK_NONE;

    if (kind != planted->kind)
        (void)fprintf(stderr, "%s is not %s: %d, %s\n", planted->name,
                      vr_check_kind_name(planted->kind), faults, found->text);
    return kind == planted->kind;
}

/** Fail with the fault that was found. */
#define check_none(found, result)                                              \
    do {                                                                       \
        if ((result) || (found)->count)                                        \
            test_fail(__FILE__, __LINE__, "%d: %s", (result), (found)->text);  \
    } while (0)

/** Fail with the first fault of @p runs, 0 for all, of a filter. */
static inline void check_filter_passes(const struct vr_filter_case *of,
                                       int runs)
{
    struct found found;
    struct vr_check_options options = noting(&found);

    options.runs = test_light() ? 200 : runs;
    int faults = vr_filter_check(of, &options);
    check_none(&found, faults);
}

#endif
