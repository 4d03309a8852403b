/* SPDX-License-Identifier: MIT */
#include "bench/relay_servers.h"

#include <stddef.h>

const struct server *const relay_servers[] = {
    &relay_bufferevent, &relay_haproxy, &relay_socat,
    &relay_raw,         &relay_splice,  &relay_readers,
    &relay_pass,        &relay_agents,  NULL,
};

const struct server *const relay_idlers[] = {
    &relay_bufferevent, &relay_haproxy, &relay_raw, &relay_readers,
    &relay_pass,        &relay_agents,  NULL,
};
