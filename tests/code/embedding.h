/* SPDX-License-Identifier: MIT */
#include <vreactor/reactor/libevent.h>
