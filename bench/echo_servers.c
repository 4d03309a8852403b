/* SPDX-License-Identifier: MIT */
#include "bench/echo_servers.h"

#include <stddef.h>

const struct server *const echo_servers[] = {
    &echo_libevent, &echo_bufferevent, &echo_libuv,
    &echo_raw,      &echo_readers,     &echo_pass,
    &echo_agents,   &echo_connections, &echo_streams,
    NULL,
};
