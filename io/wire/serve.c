/* SPDX-License-Identifier: MIT */
/**
 * @file serve.c
 * A program that is a server and nothing else.
 */
#include <vreactor/io/wire/server.h>

#include <vreactor/base/options.h>
#include <vreactor/reactor/reactor.h>

static int open_and_run(struct vr_server *server, struct vr_reactor *reactor,
                        const char *where,
                        const struct vr_server_options *options,
                        const struct vr_server_ops *ops)
{
    struct vr_address place;

    int err = vr_address_parse(vr_reactor_env(reactor), where, &place);
    if (!err)
        err = vr_server_open(server, reactor, &place, options, ops);
    if (err)
        return err;

    if (ops->opened)
        ops->opened(server);
    return vr_server_run(server);
}

int vr_serve(const char *where, const struct vr_server_options *options,
             const struct vr_server_ops *ops)
{
    struct vr_server_options given = {.size = 0};
    struct vr_reactor *reactor;
    struct vr_server server;

    int err = vr_options_read(&given, vr_server_options, options);
    if (err)
        return err;
    given.size = sizeof(given);
    given.signals = true;

    err = vr_reactor_new(NULL, &reactor);
    if (err)
        return err;
    err = open_and_run(&server, reactor, where, &given, ops);
    (void)vr_reactor_free(reactor);
    return err;
}
