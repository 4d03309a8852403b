/* SPDX-License-Identifier: MIT */
/* echo_server [ADDRESS]: send back what clients send, until interrupted. */
#include <stdio.h>

#include <vreactor/vreactor.h>

static size_t echo(struct vr_connection *client, const struct vr_offer *offer)
{
    if (vr_connection_write(client, offer->data, offer->len))
        vr_connection_close(client, NULL);
    return offer->len;
}

static void tell(struct vr_server *server)
{
    printf("serving at %s\n", vr_server_text(server));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const struct vr_server_ops ops = {.connection.consume = echo,
                                             .opened = tell};
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7007";

    int err = vr_serve(where, NULL, &ops);
    if (err)
        fprintf(stderr, "echo_server: %s: %s\n", where, vr_strerror(err));
    return err ? 1 : 0;
}
