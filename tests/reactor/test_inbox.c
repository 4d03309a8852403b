/* SPDX-License-Identifier: MIT */
/**
 * @file test_inbox.c
 * Tests of reactor/inbox.h: who writes where.
 */
#include <vreactor/reactor/inbox.h>

#include <fcntl.h>
#include <stddef.h>

#include <vreactor/reactor/reactor_impl.h>

#include "tests/support/test.h"

enum { LINE = 64 };

#define END_OF(type, member)                                                   \
    (offsetof(type, member) + sizeof(((type *)NULL)->member))

/* Wherever the memory begins: a line that those who post write holds nothing
 * that the reactor's thread writes. */
TEST(inbox, keeps_what_senders_write_off_the_lines_of_the_reactor)
{
    check(offsetof(struct vr_inbox, first) >=
          END_OF(struct vr_inbox, asleep) + LINE);
    check(offsetof(struct vr_inbox, last) >=
          END_OF(struct vr_inbox, asleep) + LINE);
    check(offsetof(struct vr_inbox, newest) >=
          END_OF(struct vr_inbox, closed) + LINE);
}

/* Where senders find the inbox, the reactor's thread writes nothing. */
TEST(inbox, is_found_off_the_lines_of_the_reactor)
{
    size_t inbox = offsetof(struct vr_reactor, inbox);

    check(inbox >= LINE);
    check(offsetof(struct vr_reactor, stop) >=
          END_OF(struct vr_reactor, inbox) + LINE);
    check(offsetof(struct vr_reactor, now) >=
          END_OF(struct vr_reactor, inbox) + LINE);
}

static void run_never(struct vr_post *post)
{
    check(!post);
}

TEST(inbox, does_not_doze_over_what_was_posted)
{
    struct vr_inbox *inbox;
    struct vr_post post = {.next = NULL};

    check_int(vr_inbox_new(vr_env_default(), NULL, &inbox), 0);
    check(vr_inbox_doze(inbox));
    check(atomic_load(&inbox->asleep));
    vr_inbox_rise(inbox);
    check(!atomic_load(&inbox->asleep));
    check(vr_inbox_push(inbox, &post));
    check(!vr_inbox_doze(inbox));
    check(!atomic_load(&inbox->asleep));
    check(vr_inbox_gather(inbox));
    check(vr_inbox_take(inbox) == &post);
    vr_inbox_leave(inbox);
}

/* What outlives a reactor keeps its inbox, which then holds no descriptor, and
 * refuses posts. */
TEST(inbox, keeps_no_descriptor_for_what_outlives_the_reactor)
{
    struct vr_inbox *inbox;
    struct vr_post post = {.next = NULL};

    check_int(vr_inbox_new(vr_env_default(), NULL, &inbox), 0);
    int fd = inbox->wake[0];
    check(vr_inbox_doze(inbox));
    check(vr_inbox_ref(inbox) == inbox);
    vr_inbox_close(inbox);
    vr_inbox_leave(inbox);
    check_int(fcntl(fd, F_GETFD), -1);
    check(!vr_inbox_post(inbox, &post));
    vr_inbox_wake(inbox); /* a sender that was on its way */
    vr_inbox_unref(inbox);
}

/* The post of a thread that no longer waits is taken back. */
TEST(inbox, gives_back_posts_without_a_function_and_keeps_the_rest_in_order)
{
    struct vr_inbox *inbox;
    struct vr_post posts[4] = {{.next = NULL}};

    check_int(vr_inbox_new(vr_env_default(), NULL, &inbox), 0);
    for (int i = 0; i < 4; i++) {
        posts[i].run = i % 3 ? run_never : NULL;
        check(vr_inbox_push(inbox, &posts[i]));
    }
    vr_inbox_purge(inbox);
    check(vr_inbox_take(inbox) == &posts[1]);
    check(vr_inbox_take(inbox) == &posts[2]);
    check(!vr_inbox_take(inbox));
    check(vr_inbox_push(inbox, &posts[3]));
    check(vr_inbox_gather(inbox));
    check(vr_inbox_take(inbox) == &posts[3]);
    vr_inbox_leave(inbox);
}
