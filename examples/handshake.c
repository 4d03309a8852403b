/* SPDX-License-Identifier: MIT */
#include "handshake.h"

#include <stdio.h>
#include <string.h>

/* ---- a guest ---- */

static void on_closed(struct vr_chain *chain, const struct vr_end *why)
{
    struct handshake *guest = vr_container_of(chain, struct handshake, chain);

    (void)why;
    guest->way->end(guest);
    if (guest->host)
        guest->host->over(guest->host, guest->err);
    vr_dealloc(vr_reactor_env(guest->reactor), guest);
}

int handshake_serve(const struct handshake_way *way, struct vr_reactor *reactor,
                    int fd, struct handshake_host *host)
{
    struct handshake *guest = vr_alloc(vr_reactor_env(reactor), way->size);
    if (!guest)
        return -ENOMEM;

    guest->way = way;
    guest->reactor = reactor;
    guest->err = -VR_ECLOSED;
    vr_chain_init(&guest->chain, reactor, on_closed);
    int err = vr_socket_init(&guest->socket, reactor, NULL);
    if (!err)
        err = way->begin(guest);
    if (!err)
        err = vr_socket_adopt(&guest->socket, fd, NULL);
    if (err)
        vr_chain_close(&guest->chain, NULL); /* and then freed */
    else
        guest->host = host;
    return err;
}

int handshake_join(struct handshake *guest, struct vr_element *program)
{
    return vr_chain(&guest->chain, &guest->socket.element, program);
}

struct handshake_talk *handshake_talk_of(struct handshake *guest)
{
    return vr_container_of(guest, struct handshake_talk, base);
}

int handshake_talk_join(struct handshake_talk *guest)
{
    vr_stream_init(&guest->stream, guest->base.reactor);
    return handshake_join(&guest->base, &guest->stream.agent.element);
}

void handshake_talk_end(struct handshake *guest)
{
    vr_pending_free(handshake_talk_of(guest)->pending);
}

/* ---- what is said ---- */

size_t handshake_cut_line(const char *data, size_t len, size_t *ret_line)
{
    size_t most = len < HANDSHAKE_LINE ? len : HANDSHAKE_LINE;
    const char *end = most ? memchr(data, '\n', most) : NULL;
    if (!end)
        return 0;

    size_t line = (size_t)(end - data);
    *ret_line = line && end[-1] == '\r' ? line - 1 : line;
    return line + 1;
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int handshake_take_name(struct handshake *guest, const char *line, size_t len)
{
    if (len > HANDSHAKE_NAME)
        return -VR_ELIMIT;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(line[i]))
            return -EINVAL;

    memcpy(guest->name, line, len);
    guest->name[len] = '\0';
    if (!len)
        return -EINVAL;
    return strcmp(guest->name, "root") ? 0 : -EACCES;
}

const char *handshake_question(struct handshake *guest)
{
    (void)snprintf(guest->text, sizeof(guest->text),
                   "%s, how is that backwards?\n", guest->name);
    return guest->text;
}

int handshake_check(struct handshake *guest, const char *line, size_t len)
{
    if (len != strlen(guest->name))
        return -VR_EREFUSED;
    for (size_t i = 0; i < len; i++)
        if (line[i] != guest->name[len - 1 - i])
            return -VR_EREFUSED;
    return 0;
}

static const char *reason(int err)
{
    switch (err) {
    case -EINVAL:
        return "that is no name";
    case -EACCES:
        return "you are not";
    case -VR_ELIMIT:
        return "that is too long";
    case -VR_EREFUSED:
        return "that is wrong";
    case -ETIMEDOUT:
        return "you are too slow";
    default: /* the guest will hardly get it */
        return "something failed";
    }
}

const char *handshake_verdict(struct handshake *guest, int err)
{
    guest->err = err;
    (void)snprintf(guest->text, sizeof(guest->text),
                   err ? "No: %s.\n" : "Welcome, %s.\n",
                   err ? reason(err) : guest->name);
    return guest->text;
}
