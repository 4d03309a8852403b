/* SPDX-License-Identifier: MIT */
/**
 * @file talks.h
 * Conversations of a client, who does what a script says, with the handshake
 * of examples/handshake.h, served in three ways.
 */
#ifndef VR_TESTS_EXAMPLES_TALKS_H
#define VR_TESTS_EXAMPLES_TALKS_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/testing/clock.h>
#include <vreactor/vreactor.h>

#include "examples/handshake.h"
#include "tests/support/test.h"

static const struct handshake_way *const ways[] = {
    &handshake_callbacks, &handshake_deferreds, &handshake_coroutine};
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

static struct vr_test_env test;
static struct vr_reactor *reactor;
static int64_t before; /* allocations, before there was a guest */

/* ---- a transcript: what the client and the host hear, and when ---- */

static char story[1024];

VR_PRINTF(1, 2) static inline void tell(const char *format, ...)
{
    size_t len = strlen(story);
    int ms = vr_time_to_ms(vr_test_now(&test));
    va_list args;

    if (ms && (!len || story[len - 1] == '\n'))
        len +=
            (size_t)snprintf(story + len, sizeof(story) - len, "%d ms: ", ms);
    va_start(args, format);
    (void)vsnprintf(story + len, sizeof(story) - len, format, args);
    va_end(args);
}

static int told; /* how often the host heard that it is over ... */
static int outcome;
static int written; /* ... and how often that is in the story */

static inline void on_over(struct handshake_host *host, int err)
{
    (void)host;
    told++;
    outcome = err;
}

static struct handshake_host host = {.over = on_over};

/* ---- a client, who does what a script says ---- */

static int client; /* -1: he has left */
static bool deaf;  /* he does not read */

static inline void hear(void)
{
    char text[256];

    while (client >= 0 && !deaf) {
        ssize_t len = recv(client, text, sizeof(text), MSG_DONTWAIT);
        if (len < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (len > 0)
            tell("%.*s", (int)len, text);
        else
            tell(len ? "(reset)\n" : "(end)\n");
        deaf = len <= 0;
    }
}

/* All that can happen without time passing.  The client is told first. */
static inline void settle(void)
{
    for (int i = 0; i < 8; i++) {
        check_int(vr_reactor_turn(reactor, 0), 0);
        hear();
    }
    for (; written < told; written++)
        tell("(over: %s)\n", vr_errname(outcome));
}

/* A server that has heard enough may be gone. */
static inline void say(const char *text, size_t len, size_t piece)
{
    for (size_t n; len && client >= 0; text += n, len -= n) {
        n = len < piece ? len : piece;
        check(send(client, text, n, MSG_NOSIGNAL) == (ssize_t)n ||
              errno == EPIPE || errno == ECONNRESET);
        settle();
    }
}

static inline void leave(void)
{
    if (client >= 0)
        check_int(close(client), 0);
    client = -1;
}

static inline void wait_for(const char *ms)
{
    check_int(vr_test_run_for(&test, reactor,
                              (vr_time)strtol(ms, NULL, 10) * VR_MSEC),
              0);
}

/* One step of a script: "#" reads no more, so that leaving is a reset; "."
 * ends; "!" leaves; "+99" waits so many milliseconds; others are said. */
static inline void act(const char *step, size_t len, size_t piece)
{
    if (*step == '#')
        deaf = true;
    else if (*step == '.')
        check_int(shutdown(client, SHUT_WR), 0);
    else if (*step == '!')
        leave();
    else if (*step == '+')
        wait_for(step + 1);
    else
        say(step, len, piece);
    settle();
}

/* Play @script, steps between bars. */
static inline void play(const char *script, size_t piece)
{
    deaf = *script == '#';
    settle();
    for (const char *step = script; *step;) {
        size_t len = strcspn(step, "|");
        act(step, len, piece);
        step += len + (step[len] == '|');
    }
}

/* ---- a conversation ---- */

/* @return 0; -ENOTSUP where there are no coroutines; -ENOMEM */
static inline int begin(const struct handshake_way *way, int fail_nth,
                        int times)
{
    int ends[2];

    story[0] = '\0';
    told = written = 0;
    deaf = false;
    vr_test_env_init(&test, 0);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    check_int(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client = ends[1];
    before = vr_test_allocations(&test);
    vr_test_fail_allocation(&test, fail_nth, times);
    int err = handshake_serve(way, reactor, ends[0], &host);
    if (err)
        check_int(close(ends[0]), 0);
    return err;
}

static inline void finish(void)
{
    leave();
    settle();
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

/* @return the transcript; NULL where there is no such way */
static inline const char *converse(const struct handshake_way *way,
                                   const char *script, size_t piece)
{
    int err = begin(way, 0, 0);

    check(!err || err == -ENOTSUP);
    if (!err)
        play(script, piece);
    finish();
    check_int(told, !err);
    return err ? NULL : story;
}

/* All ways tell the same. @param want  NULL: whatever it is */
static inline void check_ways(const char *script, size_t piece,
                              const char *want)
{
    char first[sizeof(story)];

    for (int i = 0; i < WAYS; i++) {
        const char *got = converse(ways[i], script, piece);
        if (got && want && strcmp(got, want) != 0)
            test_fail(__FILE__, __LINE__, "%s: \"%s\" gives\n%s-- not\n%s",
                      ways[i]->name, script, got, want);
        if (!want && got)
            want = strcpy(first, got);
    }
}

static inline void check_talk(const char *script, const char *want)
{
    check_ways(script, SIZE_MAX, want);
}

#endif
