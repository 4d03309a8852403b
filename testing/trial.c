/* SPDX-License-Identifier: MIT */
/**
 * @file trial.c
 * What a test finds out, and the selector on trial.
 */
#include <vreactor/testing/trial.h>

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <vreactor/base/err.h>

/* ---- what is so ---- */

VR_PRINTF(3, 0)
static void decide(struct vr_trial *trial, enum vr_selector_outcome outcome,
                   const char *format, va_list args)
{
    if (vr_trial_over(trial))
        return;

    trial->outcome = outcome;
    (void)vsnprintf(trial->why, sizeof(trial->why), format, args);
}

void vr_trial_fail(struct vr_trial *trial, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    decide(trial, VR_SELECTOR_FAILS, format, args);
    va_end(args);
}

void vr_trial_skip(struct vr_trial *trial, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    decide(trial, VR_SELECTOR_SKIPPED, format, args);
    va_end(args);
}

bool vr_trial_over(const struct vr_trial *trial)
{
    return trial->outcome != VR_SELECTOR_PASSES;
}

const char *vr_trial_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* ---- its environment ---- */

static void *count_memory(void *ctx, void *old, size_t size)
{
    struct vr_trial *trial = ctx;

    if (size && ++trial->requests == trial->failing)
        return NULL;

    void *memory = trial->real->resize(trial->real->ctx, old, size);
    trial->held += (memory && !old) - (!size && old);
    return memory;
}

static vr_time pass_now(void *ctx)
{
    return vr_now(((struct vr_trial *)ctx)->real);
}

static vr_time pass_wall(void *ctx)
{
    const struct vr_env *real = ((struct vr_trial *)ctx)->real;

    return real->wall(real->ctx);
}

void vr_trial_init(struct vr_trial *trial, const struct vr_selector_ops *ops,
                   const struct vr_selector_check_options *options)
{
    memset(trial, 0, sizeof(*trial));
    trial->ops = ops;
    trial->options = options;
    trial->real = vr_env_or_default(options->env);
    trial->env = *trial->real;
    trial->env.ctx = trial;
    trial->env.resize = count_memory;
    trial->env.now = pass_now;
    trial->env.wall = pass_wall;
    vr_trial_note_open(trial);
}

void vr_trial_finish(struct vr_trial *trial)
{
    vr_trial_close(trial);
    vr_trial_close_fds(trial);
    if (trial->held != 0)
        vr_trial_fail(trial, "it kept %d blocks of memory", trial->held);
}

/* ---- the selector ---- */

int vr_trial_open(struct vr_trial *trial)
{
    int err = trial->ops->open(&trial->env, trial->options->arg, &trial->sel);
    if (err) {
        trial->sel = NULL;
        return err;
    }

    expect(trial, trial->sel != NULL);
    return 0;
}

void vr_trial_close(struct vr_trial *trial)
{
    if (trial->sel)
        trial->ops->close(trial->sel);
    trial->sel = NULL;
    trial->want_count = 0;
}

uint64_t vr_trial_key(int fd)
{
    return (uint64_t)0xfedcba98 << 32 | (uint32_t)fd;
}

static struct vr_trial_want *find_want(struct vr_trial *trial, int fd)
{
    for (int i = 0; i < trial->want_count; i++)
        if (trial->wants[i].fd == fd)
            return &trial->wants[i];

    return NULL;
}

static void forget_want(struct vr_trial *trial, struct vr_trial_want *want)
{
    *want = trial->wants[--trial->want_count];
}

static void note_want(struct vr_trial *trial, int fd, unsigned events,
                      uint64_t key)
{
    struct vr_trial_want *want = find_want(trial, fd);

    if (want && !events)
        forget_want(trial, want);
    else if (want)
        *want = (struct vr_trial_want){fd, events, key};
    else if (events)
        trial->wants[trial->want_count++] =
            (struct vr_trial_want){fd, events, key};
}

int vr_trial_try_key(struct vr_trial *trial, int fd, unsigned now, uint64_t key)
{
    const struct vr_trial_want *want = find_want(trial, fd);
    unsigned was = want ? want->events : 0;

    if (vr_trial_over(trial) || was == now)
        return 0;

    int err = trial->ops->watch(trial->sel, fd, key, was, now);
    if (!err)
        note_want(trial, fd, now, key);
    return err;
}

int vr_trial_try(struct vr_trial *trial, int fd, unsigned now)
{
    return vr_trial_try_key(trial, fd, now, vr_trial_key(fd));
}

void vr_trial_await(struct vr_trial *trial, int fd, unsigned now)
{
    int err = vr_trial_try(trial, fd, now);
    if (err)
        vr_trial_fail(trial, "to await %u on descriptor %d is %d (%s)", now, fd,
                      err, vr_errname(err));
}

void vr_trial_drop(struct vr_trial *trial, int fd)
{
    struct vr_trial_want *want = find_want(trial, fd);

    if (vr_trial_over(trial))
        return;

    trial->ops->drop(trial->sel, fd);
    if (want)
        forget_want(trial, want);
}

/* Is what it reports something that is awaited? */
static void judge_entry(struct vr_trial *trial, const struct vr_ready *ready)
{
    for (int i = 0; i < trial->want_count; i++) {
        const struct vr_trial_want *want = &trial->wants[i];
        if (want->key != ready->key)
            continue;
        if (!(ready->events & want->events))
            vr_trial_fail(trial,
                          "it reports %u of descriptor %d, awaited is %u",
                          ready->events, want->fd, want->events);
        return;
    }
    vr_trial_fail(trial, "it reports key %#llx, which is not awaited",
                  (unsigned long long)ready->key);
}

static bool is_untouched(const struct vr_ready *ready)
{
    return ready->key == UINT64_MAX && ready->events == UINT_MAX;
}

int vr_trial_wait(struct vr_trial *trial, int cap, vr_time timeout)
{
    struct vr_ready *beyond = &trial->ready[cap];

    if (vr_trial_over(trial))
        return 0;

    if (trial->options->pump)
        trial->options->pump(trial->options->ctx);
    *beyond = (struct vr_ready){.key = UINT64_MAX, .events = UINT_MAX};
    int count = trial->ops->wait(trial->sel, trial->ready, cap, timeout);
    if (count < 0)
        vr_trial_fail(trial, "wait() is %d (%s)", count, vr_errname(count));
    else if (count > cap || !is_untouched(beyond))
        vr_trial_fail(trial, "wait() fills %d entries of %d", count, cap);
    for (int i = 0; i < count && i < cap; i++)
        judge_entry(trial, &trial->ready[i]);

    return vr_trial_over(trial) ? 0 : count;
}

int vr_trial_count(struct vr_trial *trial)
{
    return vr_trial_wait(trial, VR_TRIAL_ROOM, 0);
}

unsigned vr_trial_events(struct vr_trial *trial, int fd)
{
    const struct vr_trial_want *want = find_want(trial, fd);
    unsigned events = 0;

    int count = vr_trial_count(trial);
    for (int i = 0; i < count; i++)
        if (want && trial->ready[i].key == want->key)
            events |= trial->ready[i].events & want->events;
    return events;
}

/* A signal of the program's may cut a wait short, but hardly each time. */
void vr_trial_expect_wait(struct vr_trial *trial, vr_time span)
{
    bool short_each_time = true;

    for (int i = 0; i < 5 && short_each_time; i++) {
        vr_time before = vr_now(vr_env_default());
        expect_int(trial, vr_trial_wait(trial, 1, span), 0);
        short_each_time = vr_now(vr_env_default()) - before < span;
    }
    if (short_each_time)
        vr_trial_fail(trial, "it waits shorter than %lld ns", (long long)span);
}

void vr_trial_expect_nothing(struct vr_trial *trial)
{
    expect_int(trial, vr_trial_count(trial), 0);
    if (!trial->options->pump) /* else its host waits */
        vr_trial_expect_wait(trial, 2 * VR_MSEC);
}
