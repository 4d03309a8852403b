/* SPDX-License-Identifier: MIT */
/* test_timeout: a program asks, and waits thirty seconds for the answer.  Its
 * tests, over a real socket, take microseconds. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/clock.h>
#include <vreactor/vreactor.h>

/* ---- what is tested ---- */

struct question {
    struct vr_watch watch;
    struct vr_call patience;
    enum state { ASKED, ANSWERED, GIVEN_UP } state;
};

static void finish(struct question *question, enum state state)
{
    vr_watch_close(&question->watch);
    vr_call_cancel(&question->patience);
    question->state = state;
}

static void on_answer(struct vr_watch *watch)
{
    char answer[64];

    if (recv(vr_watch_fd(watch), answer, sizeof(answer), MSG_DONTWAIT) > 0)
        finish(vr_container_of(watch, struct question, watch), ANSWERED);
}

static void on_silence(struct vr_call *call)
{
    finish(vr_container_of(call, struct question, patience), GIVEN_UP);
}

static int ask(struct question *question, struct vr_reactor *reactor, int fd)
{
    static const struct vr_watch_ops ops = {.readable = on_answer};

    question->state = ASKED;
    vr_call_init(&question->patience, reactor, on_silence);
    vr_call_after(&question->patience, 30 * VR_SEC);
    return vr_watch_open(&question->watch, reactor, fd, VR_READ, &ops);
}

/* ---- the tests ---- */

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct question question;
static int ends[2]; /* ours, and that of a peer that sends only when told */
static int failures;

static void check(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    failures++;
}

static void set_up(void)
{
    vr_test_env_init(&test, 0);
    check(!socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "there are sockets");
    check(!vr_test_reactor_new(&test, NULL, &reactor), "there is a reactor");
    check(!ask(&question, reactor, ends[0]), "it asks");
}

static void tear_down(void)
{
    vr_reactor_free(reactor);
    check(vr_test_blocks(&test) == 0, "all memory is given back");
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    set_up();
    check(!vr_test_run_for(&test, reactor, 30 * VR_SEC - 1), "it runs");
    check(question.state == ASKED, "it waits up to the last nanosecond");
    check(!vr_test_run_for(&test, reactor, 1), "it runs");
    check(question.state == GIVEN_UP, "it gives up after thirty seconds");
    tear_down();

    set_up();
    check(!vr_test_run_for(&test, reactor, 29 * VR_SEC), "it runs");
    check(send(ends[1], "42", 2, 0) == 2, "the peer answers late");
    check(!vr_test_run_for(&test, reactor, 60 * VR_SEC), "it runs");
    check(question.state == ANSWERED, "it hears an answer that is late");
    tear_down();
    return failures != 0;
}
