/* SPDX-License-Identifier: MIT */
/**
 * @file vreactor.h
 * All of libvreactor.
 */
#ifndef VREACTOR_H
#define VREACTOR_H

#include <vreactor/base/container_of.h>
#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/reactor/selector.h>

#endif
