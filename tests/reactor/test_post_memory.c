/* SPDX-License-Identifier: MIT */
/**
 * @file test_post_memory.c
 * Tests of reactor/post.h: a post is in its sender's memory, and needs no
 * other.
 */
#include <vreactor/reactor/post.h>

#include <limits.h>
#include <stdlib.h>

#include <vreactor/base/container_of.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/script.h"
#include "tests/support/test.h"

enum { MANY = 3000 };

struct letter {
    int number;
    struct vr_post post;
};

static struct vr_test_env test;
static struct vr_test_script script;
static struct vr_reactor *reactor;
static int ends;

static void count_end(struct vr_post *post)
{
    (void)post;
    ends++;
}

static void free_letter(struct vr_post *post)
{
    ends++;
    free(vr_container_of(post, struct letter, post));
}

static void post_new_letter(void)
{
    struct letter *letter = calloc(1, sizeof(*letter));

    check(letter);
    letter->post =
        (struct vr_post){.run = free_letter, .cancelled = free_letter};
    vr_reactor_post(reactor, &letter->post);
}

/* promise posts-4 */
TEST(post_memory, is_the_sender_s_in_run_and_in_cancelled)
{
    reactor = script_reactor(&script, &test, NULL);
    post_new_letter();
    check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(ends, 1);
    post_new_letter();
    check_int(vr_reactor_close(reactor), 0);
    check_int(ends, 2);
    post_new_letter();
    check_int(ends, 3);
    script_free(&script, reactor);
}

/* promise posts-5 */
TEST(post_memory, is_never_asked_for)
{
    static struct vr_post posts[MANY];

    reactor = script_reactor(&script, &test, NULL);
    int64_t before = vr_test_allocations(&test);
    vr_test_fail_allocation(&test, 1, INT_MAX);
    for (int i = 0; i < MANY; i++) {
        posts[i] = (struct vr_post){.run = count_end};
        vr_reactor_post(reactor, &posts[i]);
    }
    for (int turns = 0; turns < 4; turns++)
        check_int(vr_reactor_turn(reactor, 0), 0);
    check_int(ends, MANY);
    check_int(vr_test_allocations(&test), before);
    vr_test_fail_allocation(&test, 0, 0);
    script_free(&script, reactor);
}
