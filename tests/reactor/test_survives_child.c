/* SPDX-License-Identifier: MIT */
/**
 * @file test_survives_child.c
 * Tests of reactor/async/child.h when memory or the system fails.
 */
#include "both_ways.h"

#include <sched.h>
#include <unistd.h>

#include <vreactor/base/env.h>
#include <vreactor/reactor/inbox.h>
#include <vreactor/reactor/state.h>

#include "tests/support/survive.h"

static struct kid kid;
static pid_t pid;

/* Wait for all that nobody has waited for. @return how many */
static int wait_for_the_rest(void)
{
    int count = 0;

    while (waitpid(-1, NULL, 0) > 0)
        count++;
    return count;
}

/* The deferred has ended, or the process is there and is heard to end. */
static void check_ends(int err)
{
    if (err)
        survive_check_told(err);
    if (kid.pending && !kid.times) {
        await_zombie(vr_child_pid(&kid.child));
        while (!kid.times)
            survive_turns(1);
        survive_turns(2);
        check_int(kid.times, 1);
    }
    vr_pending_free(kid.pending);
}

/* Only one whose deferred could not be heard is the program's to wait for. */
static void spawned_ends(int err)
{
    check_ends(err);
    check_int(wait_for_the_rest(), !kid.times && vr_child_pid(&kid.child) > 0);
}

/* One that could not be watched is the program's still. */
static void watched_ends(int err)
{
    check_ends(err);
    check_int(wait_for_the_rest(), !kid.times || kid.code);
}

static void choose_way(void)
{
    if (!without_pidfd && !has_pidfd())
        test_skip("the system has no pidfd");
    survive_pidfd_open = without_pidfd ? refuse_pidfd : NULL;
}

/* @return what its failure says, or that there was no memory for it */
static int heard(struct vr_pending *pending)
{
    kid.pending = pending;
    if (!pending)
        return -ENOMEM;
    int err = vr_pending_both(pending, note_end, &kid);
    if (err)
        kid.pending = NULL;
    return err ? err : kid.code;
}

static void set_up(void)
{
    kid = (struct kid){.times = 0};
}

static int spawn(void)
{
    static const char *const argv[] = {"true", NULL};
    const struct vr_child_fd fd = {.theirs = 5, .ours = 2};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;

    options.argv = argv;
    options.fds = &fd;
    options.fd_count = 1;
    return heard(vr_child_spawn(&kid.child, survive_reactor, &options));
}

BOTH_WAYS(survives_child, spawning)
{
    choose_way();
    check(survive_one(set_up, spawn, spawned_ends) > 5);
}

/* It has been waited for, whatever else has failed. */
static int fail_to_spawn(void)
{
    static const char *const argv[] = {"/no/such/program", NULL};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;

    options.argv = argv;
    int err = heard(vr_child_spawn(&kid.child, survive_reactor, &options));
    return err == -ENOENT ? 0 : err;
}

BOTH_WAYS(survives_child, spawning_what_is_not_there)
{
    choose_way();
    check(survive_one(set_up, fail_to_spawn, spawned_ends) > 5);
}

static void set_up_other(void)
{
    set_up();
    pid = fork();
    if (pid == 0)
        _exit(0);
    check(pid > 0);
    await_zombie(pid);
}

static int watch(void)
{
    return heard(vr_child_watch(&kid.child, survive_reactor, pid));
}

BOTH_WAYS(survives_child, watching)
{
    choose_way();
    check(survive_one(set_up_other, watch, watched_ends) > 2);
}

static void set_up_watched(void)
{
    set_up_other();
    check_int(watch(), 0);
}

static int kill_it(void)
{
    check_int(vr_child_pid(&kid.child), pid);
    check_int(vr_child_status(&kid.child), 0);
    return vr_child_kill(&kid.child, 0);
}

BOTH_WAYS(survives_child, killing)
{
    choose_way();
    check_int(survive_one(set_up_watched, kill_it, watched_ends), 1);
}

/* A thread that waits for it has posted. */
static void await_post(void)
{
    while (kid.child.thread &&
           !vr_inbox_has_some(vr_reactor_inbox(survive_reactor)))
        (void)sched_yield();
}

/* A wait that was interrupted comes again, in the next turn. */
static int hear(void)
{
    await_post();
    int err = survive_act_turns(3);
    return err < 0 ? err : kid.code;
}

BOTH_WAYS(survives_child, hearing_of_the_end)
{
    choose_way();
    check(survive_one(set_up_watched, hear, watched_ends) > 2);
}
