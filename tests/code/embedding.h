/* SPDX-License-Identifier: MIT */
#include <vreactor/reactor/libevent.h>
#include <vreactor/reactor/selectors/libevent.h>
