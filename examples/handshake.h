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
 * A line ends in "\n" or "\r\n", and the client's have at most 32 bytes with
 * that.  For each he has ten seconds.  Where one is not as it should be, or
 * does not come, the server says so and not what it would have said: "No: that
 * is no name."  Its last words are followed by its end; what the client still
 * sends is dropped.  He has five seconds to end as well.
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

/** Who lets guests in. */
struct handshake_host {
    /** A guest has gone, and his connection is closed.  @p err: 0 if he was
     *  welcome, even if he left before he heard so; -EINVAL, -EACCES or
     * -VR_ELIMIT for what he said; -VR_EREFUSED for a wrong answer; -ETIMEDOUT;
     * or why he could not be heard. */
    void (*over)(struct handshake_host *host, int err);
};

/** What is the same in every way: the first part of a guest. */
struct handshake {
    const struct handshake_way *way;
    struct handshake_host *host;
    struct vr_reactor *reactor;
    struct vr_chain chain;
    struct vr_socket socket;
    int err; /* as the host will hear */
    char name[HANDSHAKE_NAME + 1];
    char text[HANDSHAKE_TEXT]; /* what is being said */
};

/** What deferreds and coroutines need of one: a stream to talk through. */
struct handshake_talk {
    struct handshake base;
    struct vr_stream stream;
    struct vr_pending *pending; /**< all of it, or NULL */
};

/** One of the three ways to serve. */
struct handshake_way {
    const char *name;
    size_t size; /**< of its guests */

    /** Join what serves him to his socket, and greet him: he is about to be
     *  connected.  @return 0; else he is not */
    int (*begin)(struct handshake *guest);

    /** He has gone, at whatever point: his memory is about to be freed. */
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

/** Put @p program above his socket.  @return as vr_chain() */
int handshake_join(struct handshake *guest, struct vr_element *program);

/** The same with a stream.  @return 0, or as vr_chain() */
int handshake_talk_join(struct handshake_talk *guest);

/** He as such a guest. */
struct handshake_talk *handshake_talk_of(struct handshake *guest);

/** The end() of such guests: frees all of it. */
void handshake_talk_end(struct handshake *guest);

/** Is there a line in the first HANDSHAKE_LINE bytes of @p data?
 *  @param ret_line  its length, without its end
 *  @return its length with its end; 0: there is none */
size_t handshake_cut_line(const char *data, size_t len, size_t *ret_line);

/** What a line of the client's has to be. @return 0 if it is, or an error for
 *  handshake_verdict() */
typedef int handshake_rule(struct handshake *guest, const char *line,
                           size_t len);

/** A name, which is kept: -EINVAL, -EACCES, -VR_ELIMIT. */
handshake_rule handshake_take_name;

/** The answer for this name: -VR_EREFUSED. */
handshake_rule handshake_check;

/** The question for this name; good until there is another text. */
const char *handshake_question(struct handshake *guest);

/** Note how it went, 0 or an error.  @return the last words, good until there
 *  is another text */
const char *handshake_verdict(struct handshake *guest, int err);

#endif
