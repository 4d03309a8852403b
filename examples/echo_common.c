/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include <stdio.h>
#include <string.h>

int echo_server_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     struct vr_address *place)
{
    static const struct vr_listener_ops ops = {.accepted = echo_server_accept};

    int err = vr_listener_open(listener, reactor, place, NULL, &ops);
    if (!err)
        *place = *vr_listener_local(listener);
    return err;
}

int echo_stream_join(struct echo_stream *wire, struct vr_reactor *reactor,
                     vr_chain_closed_fn *closed)
{
    vr_chain_init(&wire->chain, reactor, closed);
    vr_stream_init(&wire->stream, reactor);
    int err = vr_socket_init(&wire->socket, reactor, NULL);

    return err ? err
               : vr_chain(&wire->chain, &wire->socket.element,
                          &wire->stream.agent.element);
}

const char *const echo_lines[] = {"Hello.\n", "Who?\n", "Bye.\n"};

int echo_check(struct echo_client *client, const char *line, size_t len)
{
    const char *want = echo_lines[client->count++];

    printf("%.*s\n", (int)len, line);
    return len + 1 == strlen(want) && !memcmp(line, want, len) ? 0
                                                               : -VR_EPROTOCOL;
}

void echo_client_over(struct echo_client *client)
{
    if (client->visit)
        client->visit->over(client->visit, client->err);
}
