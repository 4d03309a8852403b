/* SPDX-License-Identifier: MIT */
/**
 * @file test_reactor_numbers.c
 * A reactor and a log where the program was started without descriptors 0 to 2:
 * none of theirs becomes one of them.
 */
#include <vreactor/reactor/reactor.h>

#include <stdlib.h>

#include <vreactor/log/file.h>
#include <vreactor/log/log.h>
#include <vreactor/log/thread.h>
#include <vreactor/reactor/post.h>

#include "tests/support/no_stdio.h"

static int posts;

static void count(struct vr_post *post)
{
    (void)post;
    posts++;
}

static int live_without_stdio(void)
{
    char path[] = "/tmp/vr_test_XXXXXX";
    struct vr_post post = {.run = count};
    struct vr_reactor *reactor;
    struct vr_log_thread *thread;
    struct vr_log_file file;

    int named = mkstemp(path);
    child_check(named > 2);
    close_stdio();
    child_check(!vr_reactor_new(NULL, &reactor));
    child_check(is_stdio_free());
    vr_reactor_post(reactor, &post);
    child_check(!vr_reactor_turn(reactor, 0));
    child_check(!vr_reactor_turn(reactor, 0));
    child_check(posts == 1);
    child_check(!vr_log_thread_new(NULL, &thread));
    child_check(!vr_log_file_open(&file, NULL, path));
    child_check(is_stdio_free());
    vr_log_file_close(&file);
    child_check(!vr_log_thread_free(thread, -1));
    child_check(!vr_reactor_free(reactor));
    child_check(is_stdio_free());
    (void)unlink(path);
    return 0;
}

TEST(reactor_numbers, are_above_those_of_input_output_and_errors)
{
    check_in_child(live_without_stdio);
}
