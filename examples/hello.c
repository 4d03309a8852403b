/* SPDX-License-Identifier: MIT */
/* hello [ADDRESS]: answer every HTTP request, until interrupted. */
#include <stdio.h>

#include <vreactor/vreactor.h>

#include "hello_server.h"

static void tell(struct vr_server *server)
{
    printf("serving at %s\n", vr_server_text(server));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const char *where = argc > 1 ? argv[1] : "127.0.0.1:7009";
    struct vr_server_ops ops = hello_server_ops;

    ops.opened = tell;
    int err = vr_serve(where, &hello_server_options, &ops);
    if (err)
        fprintf(stderr, "hello: %s: %s\n", where, vr_strerror(err));
    return err ? 1 : 0;
}
