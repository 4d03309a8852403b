/* SPDX-License-Identifier: MIT */
/**
 * @file vreactor.h
 * All of libvreactor.
 */
#ifndef VR_VREACTOR_H
#define VR_VREACTOR_H

#include <vreactor/base/container_of.h>
#include <vreactor/base/decls.h>
#include <vreactor/base/end.h>
#include <vreactor/base/env.h>
#include <vreactor/base/err.h>
#include <vreactor/base/failure.h>
#include <vreactor/base/list.h>
#include <vreactor/base/time.h>
#include <vreactor/base/version.h>
#include <vreactor/log/console.h>
#include <vreactor/log/default.h>
#include <vreactor/log/entry.h>
#include <vreactor/log/file.h>
#include <vreactor/log/format.h>
#include <vreactor/log/limit.h>
#include <vreactor/log/log.h>
#include <vreactor/log/memory.h>
#include <vreactor/log/output.h>
#include <vreactor/log/queue.h>
#include <vreactor/log/subscribe.h>
#include <vreactor/log/syslog.h>
#include <vreactor/log/thread.h>
#include <vreactor/log/watcher.h>
#include <vreactor/pending/combine.h>
#include <vreactor/pending/coroutine.h>
#include <vreactor/pending/pending.h>
#include <vreactor/pending/stacks.h>
#include <vreactor/pending/value.h>
#include <vreactor/reactor/async/ask.h>
#include <vreactor/reactor/after_fork.h>
#include <vreactor/reactor/call.h>
#include <vreactor/reactor/clock_call.h>
#include <vreactor/reactor/async/child.h>
#include <vreactor/reactor/collect.h>
#include <vreactor/reactor/async/condition.h>
#include <vreactor/reactor/embed.h>
#include <vreactor/reactor/async/failure_log.h>
#include <vreactor/reactor/fd_wait.h>
#include <vreactor/reactor/async/future.h>
#include <vreactor/reactor/idle.h>
#include <vreactor/reactor/async/pool.h>
#include <vreactor/reactor/post.h>
#include <vreactor/reactor/async/promise.h>
#include <vreactor/reactor/reactor.h>
#include <vreactor/reactor/repeat.h>
#include <vreactor/reactor/schedule.h>
#include <vreactor/reactor/scratch.h>
#include <vreactor/reactor/signal.h>
#include <vreactor/reactor/soon.h>
#include <vreactor/reactor/selectors/selector.h>
#include <vreactor/reactor/async/sleep.h>
#include <vreactor/reactor/async/timeout.h>
#include <vreactor/reactor/async/wait.h>
#include <vreactor/reactor/wait_hook.h>
#include <vreactor/reactor/watch.h>
#include <vreactor/io/agent.h>
#include <vreactor/io/buffer.h>
#include <vreactor/io/chain.h>
#include <vreactor/io/control.h>
#include <vreactor/io/filter.h>
#include <vreactor/io/link.h>
#include <vreactor/io/wire/connection.h>
#include <vreactor/io/wire/connector.h>
#include <vreactor/io/wire/listener.h>
#include <vreactor/io/wire/server.h>
#include <vreactor/io/name/address.h>
#include <vreactor/io/wire/socket.h>
#include <vreactor/io/shared.h>
#include <vreactor/io/wire/wire.h>
#include <vreactor/io/stream.h>
#include <vreactor/io/writer.h>

#endif
