/* SPDX-License-Identifier: MIT */
/**
 * @file test_stream_place.c
 * The calls of a stream know where they were made.
 */
#include "tests/io/stream_pair.h"

#include <vreactor/log/log.h>
#include <vreactor/log/watcher.h>

static struct vr_log_watcher watcher;
static char report[512]; /* the last one */

static void keep_report(struct vr_log_watcher *self,
                        const struct vr_log_entry *entry)
{
    (void)self;
    (void)snprintf(report, sizeof(report), "%s", entry->text);
}

static void set_up_reports(void)
{
    set_up();
    vr_log_watcher_init(&watcher, keep_report);
    check_int(vr_logger_attach(vr_reactor_log(reactor), &watcher), 0);
}

/* Free a call that failed: it is reported as one of that line. */
static void check_made_in(struct vr_pending *pending, int line)
{
    char want[128];

    (void)snprintf(want, sizeof(want), "%s:%d: ", __FILE__, line);
    vr_pending_free(pending);
    check_int(vr_reactor_turn(reactor, 0), 0);
    check(strstr(report, want));
}

TEST(stream_place, is_that_of_a_call_of_what_is_closed)
{
    struct vr_stream *stream = &left.stream;
    set_up_reports();
    vr_pending_free(vr_stream_text(stream, "x"));
    vr_chain_close(&left.chain, NULL);

    check_made_in(vr_stream_connected(stream), __LINE__);
    check_made_in(vr_stream_read_some(stream, 1), __LINE__);
    check_made_in(vr_stream_read_exactly(stream, 1), __LINE__);
    check_made_in(vr_stream_read_line(stream, 1), __LINE__);
    check_made_in(vr_stream_write(stream, "x", 1), __LINE__);
    check_made_in(vr_stream_text(stream, "x"), __LINE__);
    check_made_in(vr_stream_flush(stream), __LINE__);
    check_made_in(vr_stream_close(stream), __LINE__);
    tear_down();
}

TEST(stream_place, is_that_of_a_call_under_way)
{
    struct vr_stream *stream = &left.stream;
    set_up_reports();
    vr_writer_set_limit(&stream->agent.writer, 1);
    struct vr_pending *read = vr_stream_read_some(stream, 1);
    struct vr_pending *written = vr_stream_text(stream, "x");
    struct vr_pending *flushed = vr_stream_flush(stream);
    struct vr_pending *closed = vr_stream_close(stream);
    int line = __LINE__;

    vr_chain_close(&left.chain, NULL);
    check_made_in(read, line - 4);
    check_made_in(written, line - 3);
    check_made_in(flushed, line - 2);
    check_made_in(closed, line - 1);
    tear_down();
}

TEST(stream_place, is_that_of_a_call_that_comes_too_often)
{
    struct vr_stream *stream = &left.stream;
    set_up_reports();
    struct vr_pending *read = vr_stream_read_some(stream, 1);

    check_made_in(vr_stream_read_some(stream, 1), __LINE__);
    vr_pending_free(read);
    struct vr_pending *closed = vr_stream_close(stream);
    check_made_in(vr_stream_close(stream), __LINE__);
    vr_pending_free(closed);
    tear_down();
}
