/* SPDX-License-Identifier: MIT */
/**
 * @file handshake.h
 * Example: a small protocol whose server is written three times, by callbacks,
 * by deferreds and as a coroutine, to be compared.
 *
 *     server: Who are you?
 *     client: grace                             letters, 16 at most
 *     server: grace, how is that backwards?
 *     client: ecarg
 *     server: Welcome, grace.
 *
 * A line ends in "\n" or "\r\n"; a client's line has at most 32 bytes with
 * that, and must come within ten seconds.  If a line is wrong or does not come,
 * the server says so instead of going on: "No: that is no name."  After its
 * last words the server ends writing, and drops what the client still sends;
 * the client has five seconds to end as well.
 */
#ifndef VR_EXAMPLES_HANDSHAKE_H
#define VR_EXAMPLES_HANDSHAKE_H

#include <errno.h>

#include <vreactor/vreactor.h>

enum {
    HANDSHAKE_NAME = 16, /* letters */
    HANDSHAKE_LINE = 32, /* bytes, with the end of the line */
    HANDSHAKE_TEXT = 64, /* bytes of what the server says, with a zero */
};

#define HANDSHAKE_GREETING "Who are you?\n"
#define HANDSHAKE_PATIENCE (10 * VR_SEC) /* for an answer */
#define HANDSHAKE_PARTING (5 * VR_SEC)   /* for the client's end */

/** The owner of the server. */
struct handshake_host {
    /** A guest's connection is closed.  @p err: 0 if the guest was welcome,
     * even if it left before it was told; -EINVAL, -EACCES or -VR_ELIMIT for a
     * bad line; -VR_EREFUSED for a wrong answer; -ETIMEDOUT; or the error of
     * the connection. */
    void (*over)(struct handshake_host *host, int err);
};

/** A guest, as far as it is the same in all three ways: its first member. */
struct handshake {
    const struct handshake_way *way;
    struct handshake_host *host;
    struct vr_reactor *reactor;
    struct vr_chain chain;
    struct vr_socket socket;
    int err; /* as the host will hear */
    char name[HANDSHAKE_NAME + 1];
    char text[HANDSHAKE_TEXT]; /* the text being sent */
};

/** A guest for deferreds and coroutines, with a stream. */
struct handshake_talk {
    struct handshake base;
    struct vr_stream stream;
    struct vr_pending *pending; /**< the whole talk, or NULL */
    int failed;                 /**< why a coroutine could not begin, or 0 */
};

/** One of the three ways to serve. */
struct handshake_way {
    const char *name;
    size_t size; /**< of its guests */

    /** Join the guest's program to its socket, and write the greeting; the
     *  socket is connected next.  @return 0; else it is not */
    int (*begin)(struct handshake *guest);

    /** The guest's chain has closed, at whatever point of the talk: its memory
     *  is freed next. */
    void (*end)(struct handshake *guest);
};

extern const struct handshake_way handshake_callbacks;
extern const struct handshake_way handshake_deferreds;
extern const struct handshake_way handshake_coroutine; /* may be -ENOTSUP */

/**
 * Serve the guest at @p fd, a connected stream socket.  Keeps @p reactor and
 * @p host.
 * @return 0: @p fd is taken, and the host will hear when all is over; else
 * nothing has happened
 */
int handshake_serve(const struct handshake_way *way, struct vr_reactor *reactor,
                    int fd, struct handshake_host *host);

/** Make the guest's chain, of its socket and @p program.  @return as
 *  vr_chain() */
int handshake_join(struct handshake *guest, struct vr_element *program);

/** The same with a stream.  @return 0, or as vr_chain() */
int handshake_talk_join(struct handshake_talk *guest);

/** The handshake_talk whose base is @p guest. */
struct handshake_talk *handshake_talk_of(struct handshake *guest);

/** The end() of such guests: frees all of it. */
void handshake_talk_end(struct handshake *guest);

/** Is there a line in the first HANDSHAKE_LINE bytes of @p data?
 *  @param ret_line  its length, without its end
 *  @return its length with its end; 0: there is none */
size_t handshake_cut_line(const char *data, size_t len, size_t *ret_line);

/** Checks a line of the client.  @return 0, or an error for
 *  handshake_verdict() */
typedef int handshake_rule(struct handshake *guest, const char *line,
                           size_t len);

/** A name, which is kept: -EINVAL, -EACCES, -VR_ELIMIT. */
handshake_rule handshake_take_name;

/** The answer for this name: -VR_EREFUSED. */
handshake_rule handshake_check;

/** The question for this name; valid until the next text. */
const char *handshake_question(struct handshake *guest);

/** Note the outcome, 0 or an error.  @return the last words, valid until the
 *  next text */
const char *handshake_verdict(struct handshake *guest, int err);

#endif
