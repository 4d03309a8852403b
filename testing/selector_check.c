/* SPDX-License-Identifier: MIT */
/**
 * @file selector_check.c
 * Running the tests of selectors, one after the other.
 */
#include <vreactor/testing/selector_check.h>

#include <errno.h>
#include <string.h>

#include <vreactor/base/options.h>
#include <vreactor/base/reserved.h>
#include <vreactor/testing/selector_cases.h>

static const struct {
    const char *name;
    void (*run)(struct vr_trial *trial);
} cases[] = {
#define VR_SELECTOR_CASE(name) {#name, vr_case_##name},
    VR_SELECTOR_CASES(VR_SELECTOR_CASE)
#undef VR_SELECTOR_CASE
};

enum { CASES = sizeof(cases) / sizeof(*cases) };

static bool is_complete(const struct vr_selector_ops *ops)
{
    return ops && ops->name && ops->open && ops->fd && ops->watch &&
           ops->drop && ops->wait && ops->close && vr_is_known(ops);
}

static bool is_wanted(int i, const char *only)
{
    return !only || !strcmp(cases[i].name, only);
}

static bool is_any_wanted(const char *only)
{
    for (int i = 0; i < CASES; i++)
        if (is_wanted(i, only))
            return true;

    return false;
}

static int try_open(struct vr_trial *trial)
{
    int err = vr_trial_open(trial);
    vr_trial_finish(trial);
    return err;
}

/* @return 1 if it failed */
static int run_case(struct vr_trial *trial, int i)
{
    int err = vr_trial_open(trial);
    if (err)
        vr_trial_fail(trial, "open() is %d", err);
    if (!vr_trial_over(trial))
        cases[i].run(trial);
    vr_trial_finish(trial);

    const struct vr_selector_verdict verdict = {cases[i].name, trial->outcome,
                                                trial->why};
    if (trial->options->report)
        trial->options->report(trial->options->ctx, &verdict);
    return trial->outcome == VR_SELECTOR_FAILS;
}

int vr_selector_check(const struct vr_selector_ops *ops,
                      const struct vr_selector_check_options *options)
{
    struct vr_selector_check_options mine = {.size = 0};
    struct vr_trial trial;
    int failed = 0;

    int err = vr_options_read(&mine, vr_selector_check_options, options);
    if (err)
        return err;
    if (!is_complete(ops))
        return -EINVAL;
    if (!is_any_wanted(mine.only))
        return -ENOENT;

    vr_trial_init(&trial, ops, &mine);
    err = try_open(&trial);
    if (err < 0)
        return err;
    for (int i = 0; i < CASES; i++) {
        if (!is_wanted(i, mine.only))
            continue;
        vr_trial_init(&trial, ops, &mine);
        failed += run_case(&trial, i);
    }
    return failed;
}
