/* SPDX-License-Identifier: MIT */
/**
 * @file session.h
 * A socket with a program above it that tells what it heard, in words.
 *
 *     struct session session;
 *
 *     session_init(&session, reactor, NULL);
 *     check_int(vr_socket_connect(&session.socket, &peer), 0);
 *     turn_until(reactor, session.is_closed);
 *     check_str(session.story, "connected data ended:eof closed:eof ");
 *
 * What it does is set after session_init(), by the members of the first part.
 */
#ifndef VR_TESTS_SUPPORT_SESSION_H
#define VR_TESTS_SUPPORT_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vreactor/io/agent.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/reactor/reactor.h>

#include "tests/support/test.h"

/** What a session hears. */
enum session_word {
    HEARD_CAN_CONNECT,
    HEARD_CONNECTED,
    HEARD_DATA,
    HEARD_ENDED,
    HEARD_ABORTED,
    HEARD_STOPPED,
    HEARD_CLOSED,
};

enum { SESSION_STORY = 512, SESSION_TEXT = 256 };

struct session {
    bool refuses;      /* to be connected */
    bool echoes;       /* what it reads; and ends when that ends */
    bool ends_with_it; /* ends writing when reading has ended */
    bool is_pattern;   /* what is read must be session_pattern() */
    size_t to_send;    /* bytes of the pattern, sent when connected ... */
    bool then_ends;    /* ... with the end behind them */
    size_t least;      /* bytes it takes at once, if more are not the end */

    /** Called with each word, after it is in the story; NULL: not. */
    void (*hear)(struct session *session, enum session_word word);

    uint64_t window; /* granted when attached */
    struct vr_chain chain;
    struct vr_socket socket;
    struct vr_agent agent;

    char story[SESSION_STORY]; /* each word once while it repeats itself */
    char text[SESSION_TEXT];   /* the first bytes read */
    char peer[VR_ADDRESS_TEXT_SIZE];        /* as told with `connected` */
    char closed_peer[VR_ADDRESS_TEXT_SIZE]; /* of the chain, in `closed` */
    size_t received;
    size_t sent;        /* of to_send */
    size_t most_queued; /* by the socket, as seen when sending */
    struct vr_end end;  /* of reading, or why it was aborted */
    struct vr_end why;  /* of the chain; a cause is its test's to drop */
    bool is_over;       /* ended or aborted */
    bool is_closed;
};

/** Make a session whose chain is joined; it must be closed in the end. */
void session_init(struct session *session, struct vr_reactor *reactor,
                  const struct vr_socket_options *options);

/** Let it have one side of a connection that there is already.
 *  @param family of its addresses, as AF_INET
 *  @return the other side */
int session_adopt_raw(struct session *session, int family);

/** Close its chain, and make turns until that is done. */
void session_close(struct session *session);

/** Attach it anew, with a window of @p window bytes. */
void session_narrow(struct session *session, uint64_t window);

/** Write a text, which must not be refused. */
void session_say(struct session *session, const char *text);

/** Send what is still to be sent, as far as the writer takes it. */
void session_send_on(struct session *session);

/** How often @p word is in its story. */
int session_count(const struct session *session, const char *word);

/** The byte at @p place of what is sent for tests of many bytes. */
unsigned char session_pattern(size_t place);

/** Fill @p data with the bytes of the pattern from @p place on. */
void session_fill(unsigned char *data, size_t len, size_t place);

/** A reactor over the selector under test, whose waits are counted, and
 *  @p env, which may be NULL. */
struct vr_reactor *session_reactor(const struct vr_env *env);

/** Make turns until @p condition holds; a hang is the runner's to find. */
#define turn_until(reactor, condition)                                         \
    do {                                                                       \
        while (!(condition))                                                   \
            check(vr_reactor_turn((reactor), -1) >= 0);                        \
    } while (0)

/** Make turns and read all that the connection at @p fd brings, until @p
 * ret_end: 0 or -errno.  @return how many bytes, of at most @p size */
size_t session_read_all(struct vr_reactor *reactor, int fd, void *data,
                        size_t size, int *ret_end);

/** Make @p count turns that do not wait. */
void turn_some(struct vr_reactor *reactor, int count);

#endif
