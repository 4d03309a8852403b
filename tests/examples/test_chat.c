/* SPDX-License-Identifier: MIT */
/**
 * @file test_chat.c
 * The room of examples/chat_room.h: who hears what, who has to go, and what a
 * line costs.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vreactor/base/copied.h>
#include <vreactor/testing/env.h>

#include "examples/chat_room.h"
#include "tests/support/raw.h"
#include "tests/support/session.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct chat_room room;
static int fds[CHAT_GUESTS + 1];
static char text[4096];

static void come(int count)
{
    for (int i = 0; i < count; i++) {
        fds[i] = raw_connect(vr_server_local(&room.server));
        turn_some(reactor, 2);
    }
}

static void set_up(int guests)
{
    struct vr_address place;

    vr_test_env_init(&test, VR_SEC);
    reactor = session_reactor(&test.env);
    raw_place(AF_INET, &place);
    check_int(chat_room_open(&room, reactor, &place), 0);
    come(guests);
}

/* Who is there still is closed with the reactor. */
static void tear_down(int guests)
{
    for (int i = 0; i < guests; i++)
        if (fds[i] >= 0)
            check_int(close(fds[i]), 0);
    vr_server_close(&room.server);
    turn_some(reactor, 3);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static void hears(int guest, const char *line)
{
    turn_until(reactor, raw_is_readable(fds[guest]));
    memset(text, 0, sizeof(text));
    check(recv(fds[guest], text, strlen(line), MSG_WAITALL) >= 0);
    check_str(text, line);
}

/* @return the end that @p guest reads, 0 or -errno, behind what came before */
static long end_of(int guest)
{
    int end;

    (void)session_read_all(reactor, fds[guest], text, sizeof(text), &end);
    return end;
}

static void say(int guest, const char *line)
{
    raw_send(fds[guest], line, strlen(line));
    raw_wait_sent(fds[guest]);
}

TEST(chat, a_line_reaches_all_others_whole)
{
    set_up(3);
    say(0, "hel");
    turn_some(reactor, 2);
    check(!raw_is_readable(fds[1]));
    say(0, "lo\nall\nand");
    hears(1, "hello\nall\n");
    hears(2, "hello\nall\n");
    check(!raw_is_readable(fds[0]));
    tear_down(3);
}

TEST(chat, a_line_is_copied_once_however_many_hear_it)
{
    set_up(50);
    say(0, "first\n");
    hears(49, "first\n");
    uint64_t before = vr_copied();
    say(0, "a line\n");
    hears(49, "a line\n");
    check_int(vr_copied() - before, strlen("a line\n"));
    tear_down(50);
}

TEST(chat, who_says_nothing_for_too_long_goes)
{
    set_up(2);
    vr_test_advance(&test, CHAT_IDLE - 1);
    say(1, "still here\n");
    hears(0, "still here\n");
    vr_test_advance(&test, 1);
    check_int(end_of(0), 0);
    check(!raw_is_readable(fds[1]));
    vr_test_advance(&test, CHAT_IDLE - 1);
    check_int(end_of(1), 0);
    tear_down(2);
}

TEST(chat, has_room_for_so_many_and_for_the_next_when_one_goes)
{
    set_up(CHAT_GUESTS + 1);
    say(0, "hello\n");
    hears(CHAT_GUESTS - 1, "hello\n");
    turn_some(reactor, 3);
    check(!raw_is_readable(fds[CHAT_GUESTS]));
    check_int(close(fds[1]), 0);
    fds[1] = -1;
    turn_some(reactor, 5);
    say(0, "again\n");
    hears(CHAT_GUESTS, "again\n");
    tear_down(CHAT_GUESTS + 1);
}

/* Say as much as the kernel takes.  @return how many bytes; 0: it is full */
static size_t speak(int guest)
{
    static char lines[64 * 1024];
    ssize_t len;

    memset(lines, 'x', sizeof(lines));
    for (size_t i = 99; i < sizeof(lines); i += 100)
        lines[i] = '\n';
    len = send(fds[guest], lines, sizeof(lines) / 100 * 100, MSG_DONTWAIT);
    turn_some(reactor, 2);
    return len > 0 ? (size_t)len : 0;
}

/* @return how many bytes were there */
static size_t read_some(int guest)
{
    ssize_t len = recv(fds[guest], text, sizeof(text), MSG_DONTWAIT);

    turn_some(reactor, 1);
    return len > 0 ? (size_t)len : 0;
}

/* What the first guest was told waits in the room.  Guests are accepted in
 * their order. */
static bool first_is_behind(void)
{
    struct vr_chain *speaker = vr_chain_next(reactor, NULL);
    struct vr_chain *first = vr_chain_next(reactor, speaker);

    return vr_container_of(first, struct vr_connection, chain)
        ->agent.writer.refused;
}

TEST(chat, waits_for_who_is_behind_and_loses_nothing)
{
    size_t said = 0, more, got = 0;

    set_up(2);
    do
        said += more = speak(0);
    while (more > 0 || !room.behind);
    check_int(room.behind, 1);
    check(said > (size_t)VR_WRITER_LIMIT);
    while (got < said / 100 * 100)
        got += read_some(1);
    check_int(got, said / 100 * 100);
    check_int(room.behind, 0);
    tear_down(2);
}

TEST(chat, goes_on_without_who_is_behind_for_too_long)
{
    size_t said = 0, got = 0;

    set_up(3);
    while (!first_is_behind()) {
        said += speak(0);
        got += read_some(2);
    }
    while (room.behind > 1)
        got += read_some(2);
    vr_test_advance(&test, CHAT_STALL);
    while (got < said / 100 * 100)
        got += read_some(2);
    check_int(room.behind, 0);
    say(2, "bye\n");
    hears(0, "bye\n");
    tear_down(3);
}

TEST(chat, ends_when_all_have_gone)
{
    set_up(2);
    vr_server_finish(&room.server);
    for (int i = 0; i < 2; i++) {
        hears(i, "goodbye\n");
        check_int(end_of(i), 0);
        check_int(close(fds[i]), 0);
    }
    check_int(vr_server_run(&room.server), 0);
    check_int(vr_server_count(&room.server), 0);
    tear_down(0);
}

TEST(chat, ends_at_once_when_nobody_is_there)
{
    set_up(0);
    vr_server_finish(&room.server);
    check_int(vr_server_run(&room.server), 0);
    tear_down(0);
}
