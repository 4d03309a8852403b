/* SPDX-License-Identifier: MIT */
/**
 * @file log_others.c
 * syslog(3) and GLib, which write in the log call.
 */
#define G_LOG_DOMAIN "bench"
#include "bench/log_peer.h"
#include "bench/peer.h"

#include <glib.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

/* ---- syslog(3) ---- */

static int syslog_fd = -1;
static pthread_t syslog_reader;

static void *read_syslog(void *arg)
{
    char line[2048];

    (void)arg;
    while (recv(syslog_fd, line, sizeof(line), 0) > 0)
        ;
    return NULL;
}

static const struct sockaddr_un syslog_addr = {.sun_family = AF_UNIX,
                                               .sun_path = "/dev/log"};

/* A socket that a program left behind hears nothing. */
static bool is_served(void)
{
    const struct sockaddr *addr = (const struct sockaddr *)&syslog_addr;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool heard = connect(fd, addr, sizeof(syslog_addr)) == 0;

    close(fd);
    return heard;
}

static void remove_socket(void)
{
    unlink(syslog_addr.sun_path);
}

void serve_syslog(void)
{
    const struct sockaddr *addr = (const struct sockaddr *)&syslog_addr;

    if (is_served())
        return;
    syslog_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(syslog_fd, addr, sizeof(syslog_addr)) == 0) {
        atexit(remove_socket);
        must(!pthread_create(&syslog_reader, NULL, read_syslog, NULL),
             "pthread_create");
    } else {
        close(syslog_fd); /* a file is there, which is not ours to remove */
        syslog_fd = -1;
    }
}

void unserve_syslog(void)
{
    if (syslog_fd < 0)
        return;
    shutdown(syslog_fd, SHUT_RDWR);
    pthread_join(syslog_reader, NULL);
    close(syslog_fd);
}

static int open_syslog(enum log_target target, const char *path)
{
    (void)path;
    if (target == MEMORY || !is_served())
        return 0;
    openlog("bench", LOG_NDELAY, LOG_USER);
    (void)setlogmask(LOG_UPTO(target == NOWHERE ? LOG_WARNING : LOG_INFO));
    return 1;
}

static void log_syslog(int number, const char *who)
{
    syslog(LOG_INFO, "request %d of %s took %d ms", number, who, number % 100);
}

const struct log_peer log_peer_syslog = {.name = "syslog",
                                         .open = open_syslog,
                                         .log = log_syslog,
                                         .close = closelog};

/* ---- GLib ---- */

static FILE *glib_file;
static GLogLevelFlags glib_least;
static char *glib_lines[1000];
static unsigned glib_next;
static pthread_mutex_t glib_lock = PTHREAD_MUTEX_INITIALIZER;

static GLogWriterOutput write_glib(GLogLevelFlags level,
                                   const GLogField *fields, gsize count,
                                   gpointer arg)
{
    (void)arg;
    if (level > glib_least) /* a smaller one is graver there */
        return G_LOG_WRITER_HANDLED;

    char *line = g_log_writer_format_fields(level, fields, count, FALSE);
    pthread_mutex_lock(&glib_lock);
    if (glib_file) {
        fprintf(glib_file, "%s\n", line);
        fflush(glib_file);
        g_free(line);
    } else {
        char **place = &glib_lines[glib_next++ % 1000];
        g_free(*place);
        *place = line;
    }
    pthread_mutex_unlock(&glib_lock);
    return G_LOG_WRITER_HANDLED;
}

static int open_glib(enum log_target target, const char *path)
{
    static bool set; /* as GLib allows it once */

    if (!set)
        g_log_set_writer_func(write_glib, NULL, NULL);
    set = true;
    glib_least = target == NOWHERE ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_INFO;
    glib_file = target == FILE_PATH ? fopen(path, "a") : NULL;
    return 1;
}

static void log_glib(int number, const char *who)
{
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "MESSAGE",
                     "request %d of %s took %d ms", number, who, number % 100);
}

static void close_glib(void)
{
    if (glib_file)
        fclose(glib_file);
    glib_file = NULL;
}

const struct log_peer log_peer_glib = {
    .name = "glib", .open = open_glib, .log = log_glib, .close = close_glib};
