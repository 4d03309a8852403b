/* SPDX-License-Identifier: MIT */
/**
 * @file spawn.h
 * A child that executes a program when it is told to.  Internal.
 *
 *     err = vr_spawn_begin(env, &what, &child);
 *     ...
 *     err = vr_spawn_go(env, &child); // or vr_spawn_give_up()
 *
 * Threads: any.
 */
#ifndef VR_BASE_SPAWN_H
#define VR_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <vreactor/base/decls.h>

struct vr_env;

/** What is executed; see reactor/async/child.h. */
struct vr_spawn {
    const char *const *argv;
    const char *const *env;
    const char *directory;
    bool new_group;
    size_t fd_count;
    const int *theirs; /* of fd_count */
    int *ours;         /* of fd_count; the child moves them */
};

/** A child that waits for the word. */
struct vr_spawned {
    pid_t pid;
    int fd; /* by which it is told, and answers */
};

/** Make the child. @return 0, or the error of socketpair(2) or fork(2) */
VR_MUST_CHECK
int vr_spawn_begin(const struct vr_env *env, const struct vr_spawn *what,
                   struct vr_spawned *ret_child);

/** Have it execute, and wait until it does. @return 0; or an error, also of the
 *  child, which then has ended and was waited for */
VR_MUST_CHECK
int vr_spawn_go(const struct vr_env *env, const struct vr_spawned *child);

/** Have it end, and wait for that. */
void vr_spawn_give_up(const struct vr_env *env, const struct vr_spawned *child);

#endif
