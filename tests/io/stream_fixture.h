/* SPDX-License-Identifier: MIT */
/**
 * @file stream_fixture.h
 * A stream between a sender that does as told and a receiver that writes down
 * what it hears, and what becomes of the calls of its reader and writer.
 */
#ifndef VR_TESTS_IO_STREAM_FIXTURE_H
#define VR_TESTS_IO_STREAM_FIXTURE_H

#include <vreactor/io/stream.h>
#include <vreactor/testing/clock.h>

#include "tests/io/link_fixture.h"

static struct vr_test_env test;
static struct vr_reactor *reactor;
static struct vr_stream stream;
static struct vr_producer sender;
static struct receiver receiver;

/* Notes in the story what came of a call: "'text' " or "-code:end ". */
static inline struct vr_result note(void *arg, struct vr_result result)
{
    const struct vr_bytes *bytes = result.value.ptr;
    const struct vr_failure *failure = result.failure;

    if (failure)
        hear("%s%s:%s ", (const char *)arg, vr_errname(failure->code),
             failure->end ? vr_end_kind_name(failure->end->kind) : "");
    else
        hear("%s'%.*s' ", (const char *)arg, bytes ? (int)bytes->len : 0,
             bytes ? bytes->data : "");
    vr_result_free(result);
    return vr_ok(vr_value_none());
}

/* Note what becomes of @pending, with @name before it. */
static inline struct vr_pending *noted(struct vr_pending *pending,
                                       const char *name)
{
    check(pending);
    check_int(vr_pending_both(pending, note, (void *)name), 0);
    return pending;
}

/* Begin a call; the deferred of the last one is not needed any more. */
#define reads(call)                                                            \
    do {                                                                       \
        vr_pending_free(call_under_way);                                       \
        call_under_way = noted(call, "");                                      \
    } while (0)
static struct vr_pending *call_under_way;

/* One that has nothing to say of windows, joined to the stream. */
static inline void set_up_sender(struct vr_producer *out)
{
    static const struct vr_producer_ops silent = {.uses = VR_WHOLE};

    vr_producer_init(out, NULL, &silent);
    check_int(vr_link_attach(out, &stream.agent.inbound), 0);
}

/* A stream that receives from the sender, and is not in a chain. */
static inline void set_up(void)
{
    vr_test_env_init(&test, 0);
    check_int(vr_test_reactor_new(&test, NULL, &reactor), 0);
    vr_stream_init(&stream, reactor);
    set_up_sender(&sender);
}

/* ... whose bytes go to the receiver. */
static inline void set_up_writing(uint64_t window)
{
    set_up();
    receiver = receiver_of(window);
    join(&stream.agent.writer.out, &receiver.in);
}

static inline void tear_down(void)
{
    vr_pending_free(call_under_way);
    call_under_way = NULL;
    vr_producer_fini(&sender);
    vr_writer_fini(&stream.agent.writer);
    check_int(vr_reactor_free(reactor), 0);
    check_int(vr_test_blocks(&test), 0);
}

static inline void turn(void)
{
    check_int(vr_reactor_turn(reactor, 0), 0);
}

#endif
