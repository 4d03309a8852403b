/* SPDX-License-Identifier: MIT */
/**
 * @file log_spdlog.cc
 * spdlog, asynchronous: a queue of 8 192 entries, which drops the oldest when
 * it is full as its callers are not to wait.
 */
#include "bench/log_peer.h"

#include <chrono>
#include <memory>
#include <thread>

#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/ringbuffer_sink.h>

static std::shared_ptr<spdlog::details::thread_pool> pool;
static std::shared_ptr<spdlog::async_logger> logger;

static int open_spdlog(enum log_target target, const char *path)
{
    spdlog::sink_ptr sink;

    if (target == FILE_PATH)
        sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    else
        sink = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(1000);
    pool = std::make_shared<spdlog::details::thread_pool>(8192, 1);
    logger = std::make_shared<spdlog::async_logger>(
        "bench", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(target == NOWHERE ? spdlog::level::warn
                                        : spdlog::level::info);
    logger->flush_on(spdlog::level::info); /* each line, as the others do */
    return 1;
}

static void log_spdlog(int number, const char *who)
{
    logger->info("request {} of {} took {} ms", number, who, number % 100);
}

static void flush_spdlog(void)
{
    while (pool->queue_size() > 0)
        std::this_thread::sleep_for(std::chrono::microseconds(100));
}

static void close_spdlog(void)
{
    logger.reset();
    pool.reset();
}

extern "C" const struct log_peer log_peer_spdlog = {
    "spdlog", open_spdlog, log_spdlog, flush_spdlog, close_spdlog};
