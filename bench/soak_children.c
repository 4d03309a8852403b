/* SPDX-License-Identifier: MIT */
/**
 * @file soak_children.c
 * Child processes: most end by themselves, some are killed.
 */
#include "bench/soak.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/async/child.h>
#include <vreactor/reactor/call.h>

#include "bench/peer.h"

enum { AT_ONCE = 3, PAUSE_MS = 20, KILLED_OF = 4 };

struct worker {
    struct vr_child child;
    struct vr_call next;
    bool is_killed;
};

static struct worker workers[AT_ONCE];
static int working; /* have a child, or will have one */
static long children_ended;
static bool cannot;

static void spawn(struct vr_call *call);

static void go_on(struct worker *worker)
{
    if (soak_is_ending || cannot) {
        if (--working == 0 && !cannot)
            soak_part_is_over();
        return;
    }
    vr_call_after(&worker->next, PAUSE_MS * VR_MSEC);
}

static struct vr_result on_end(void *arg, struct vr_result result)
{
    struct worker *worker = arg;
    int status = vr_child_status(&worker->child);

    if (result.failure && result.failure->code == -ENOSYS) {
        cannot = true;
    } else {
        must(!result.failure, "vr_child_spawn");
        must(worker->is_killed ? WIFSIGNALED(status)
                               : WIFEXITED(status) && !WEXITSTATUS(status),
             "a child's end");
        children_ended++;
    }
    vr_result_free(result);
    go_on(worker);
    return vr_ok(vr_value_none());
}

static void begin_child(struct worker *worker)
{
    static const char *const lasting[] = {"sleep", "1000", NULL};
    static const char *const brief[] = {"true", NULL};
    struct vr_child_options options = VR_CHILD_OPTIONS_INIT;

    worker->is_killed = soak_draw(KILLED_OF) == 0;
    options.argv = worker->is_killed ? lasting : brief;
    struct vr_pending *end =
        vr_child_spawn(&worker->child, soak_reactor, &options);
    if (worker->is_killed)
        (void)vr_child_kill(&worker->child, SIGKILL);
    must(!vr_pending_both(end, on_end, worker), "vr_pending_both");
    vr_pending_forget(end);
}

static void spawn(struct vr_call *call)
{
    struct worker *worker = vr_container_of(call, struct worker, next);

    if (soak_is_ending)
        go_on(worker);
    else
        begin_child(worker);
}

static bool begin_children(void)
{
    for (working = 0; working < AT_ONCE; working++)
        vr_call_init(&workers[working].next, soak_reactor, spawn);
    begin_child(&workers[0]);
    for (int i = 1; i < AT_ONCE; i++)
        go_on(&workers[i]);
    return !cannot;
}

static void end_children(void)
{
    /* each ends with its child, or when it would make the next */
}

const struct soak_part soak_children = {"children", begin_children,
                                        end_children, &children_ended};
