/* SPDX-License-Identifier: MIT */
/**
 * @file log_peer.h
 * What a comparison of logs asks of each of them.
 *
 * A peer keeps its state in its file: one is open at a time.
 */
#ifndef BENCH_LOG_PEER_H
#define BENCH_LOG_PEER_H

#ifdef __cplusplus
extern "C" {
#endif

/** Where entries go. */
enum log_target {
    NOWHERE, /**< they are below the level */
    MEMORY,  /**< the last thousand */
    FILE_PATH,
};

struct log_peer {
    const char *name;

    /** Begin. @return 0 if it cannot do that */
    int (*open)(enum log_target target, const char *path);

    /** Log one entry with these arguments; any thread. */
    void (*log)(int number, const char *who);

    /** Have all been written? Wait for it. NULL: they have. */
    void (*flush)(void);

    void (*close)(void);
};

extern const struct log_peer log_peer_spdlog;
extern const struct log_peer log_peer_glib;
extern const struct log_peer log_peer_syslog;

/** Read what syslog(3) writes, if nobody else does, and end that. */
void serve_syslog(void);
void unserve_syslog(void);

#ifdef __cplusplus
}
#endif

#endif
