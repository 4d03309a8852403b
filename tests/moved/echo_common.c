/* SPDX-License-Identifier: MIT */
#include "echo.h"

#include <stdio.h>
#include <string.h>

int echo_server_open(struct vr_listener *listener, struct vr_reactor *reactor,
                     struct vr_peer *place)
{
    static const struct vr_listener_ops ops = {.accepted = echo_server_accept};

    int err = vr_listener_open(listener, reactor, place, NULL, &ops);
    if (!err)
        *place = *vr_listener_local(listener);
    return err;
}

/* Make @chain of @socket and @program. */
static int join(struct vr_chain *chain, struct vr_socket *socket,
                struct vr_reactor *reactor, struct vr_element *program,
                vr_chain_closed_fn *closed)
{
    vr_chain_init(chain, reactor, closed);
    int err = vr_socket_init(socket, reactor, NULL);

    return err ? err : vr_chain(chain, &socket->element, program);
}

int echo_guest_join(struct echo_guest *guest, struct vr_reactor *reactor,
                    struct vr_element *program, vr_chain_closed_fn *closed)
{
    return join(&guest->chain, &guest->socket, reactor, program, closed);
}

const char *const echo_lines[] = {"Hello.\n", "Who?\n", "Bye.\n"};

int echo_check(struct echo_client *client, const char *line, size_t len)
{
    const char *want = echo_lines[client->count++];

    printf("%.*s\n", (int)len, line);
    return len + 1 == strlen(want) && !memcmp(line, want, len) ? 0
                                                               : -VR_EPROTOCOL;
}

int echo_client_connect(struct echo_client *client, struct vr_reactor *reactor,
                        const struct vr_peer *peer, struct vr_element *program,
                        vr_chain_closed_fn *closed)
{
    client->err = -VR_ECANCELLED;
    int err = join(&client->chain, &client->socket, reactor, program, closed);
    if (!err)
        err = vr_socket_connect(&client->socket, peer);
    if (err)
        vr_chain_close(&client->chain, NULL);
    return err;
}

void echo_client_over(struct echo_client *client)
{
    if (client->visit)
        client->visit->over(client->visit, client->err);
}
