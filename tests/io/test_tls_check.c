/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_check.c
 * The TLS filter of the tests before the suite of filters: a server to a
 * client, and one in another.
 */
#include "tests/io/tls_filter.h"
#include "tests/testing/found.h"

#include <vreactor/base/container_of.h>
#include <vreactor/testing/filter_check.h>

enum { FILTERS = 8 };

static struct tls_filter filters[FILTERS];
static int next;
static SSL_CTX *server_ctx, *client_ctx;

static int make(struct vr_reactor *reactor, bool is_server,
                struct vr_element **ret_element)
{
    struct tls_filter *tls = &filters[next++ % FILTERS];

    *ret_element = &tls->base.element;
    return tls_filter_init(
        tls, reactor, SSL_new(is_server ? server_ctx : client_ctx), is_server);
}

static int make_server(void *arg, struct vr_reactor *reactor,
                       struct vr_element **ret_element)
{
    (void)arg;
    return make(reactor, true, ret_element);
}

static int make_client(void *arg, struct vr_reactor *reactor,
                       struct vr_element **ret_element)
{
    (void)arg;
    return make(reactor, false, ret_element);
}

static void fini(void *arg, struct vr_element *element)
{
    (void)arg;
    tls_filter_fini(vr_container_of(element, struct tls_filter, base.element));
}

static struct vr_filter_case tls_case(bool is_server)
{
    struct vr_filter_case of = VR_FILTER_CASE_INIT;

    of.name = is_server ? "tls server" : "tls client";
    of.make = is_server ? make_server : make_client;
    of.make_peer = is_server ? make_client : make_server;
    of.fini = fini;
    of.flags = VR_CHECK_STAYS | VR_CHECK_AUTHENTIC;
    return of;
}

static void check_passes(bool is_server, const struct vr_filter_case *under,
                         int runs)
{
    struct vr_filter_case of = tls_case(is_server);
    struct found found;
    struct vr_check_options options = noting(&found);

    server_ctx = tls_server_ctx();
    client_ctx = tls_client_ctx(server_ctx);
    options.runs = test_light() ? 100 : runs;
    of.under = under;
    int faults = vr_filter_check(&of, &options);
    SSL_CTX_free(client_ctx);
    SSL_CTX_free(server_ctx);
    check_none(&found, faults);
}

TEST(tls_check, a_server_passes)
{
    check_passes(true, NULL, 0);
}

TEST(tls_check, a_client_passes)
{
    check_passes(false, NULL, 600);
}

TEST(tls_check, one_in_another_passes)
{
    struct vr_filter_case under = tls_case(false);

    check_passes(true, &under, 600);
}
