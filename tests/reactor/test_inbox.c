/* SPDX-License-Identifier: MIT */
/**
 * @file test_inbox.c
 * Tests of reactor/inbox.h: who writes where.
 */
#include <vreactor/reactor/inbox.h>

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
    size_t in_reactor = offsetof(struct vr_reactor, inbox);
    size_t newest = offsetof(struct vr_inbox, newest);

    check(offsetof(struct vr_inbox, first) >=
          END_OF(struct vr_inbox, asleep) + LINE);
    check(offsetof(struct vr_inbox, last) >=
          END_OF(struct vr_inbox, asleep) + LINE);
    check(newest >= END_OF(struct vr_inbox, closed) + LINE);
    check(offsetof(struct vr_reactor, wheel) >=
          in_reactor + END_OF(struct vr_inbox, asleep) + LINE);
    check(in_reactor + newest >= END_OF(struct vr_reactor, wake) + LINE);
}

TEST(inbox, does_not_doze_over_what_was_posted)
{
    struct vr_inbox inbox;
    struct vr_post post = {.next = NULL};

    check_int(vr_inbox_open(&inbox, &vr_env_default), 0);
    check(vr_inbox_doze(&inbox));
    check(atomic_load(&inbox.asleep));
    vr_inbox_rise(&inbox);
    check(!atomic_load(&inbox.asleep));
    check(vr_inbox_push(&inbox, &post));
    check(!vr_inbox_doze(&inbox));
    check(!atomic_load(&inbox.asleep));
    check(vr_inbox_gather(&inbox));
    check(vr_inbox_take(&inbox) == &post);
    vr_inbox_fini(&inbox);
}
