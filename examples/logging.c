/* SPDX-License-Identifier: MIT */
/* logging [FILE]: a program that says what it does: to a terminal, to a file
 * for other programs, and to a memory that is asked when something goes wrong.
 * None of them ever makes the logging thread wait. */
#include <errno.h>
#include <limits.h>

#include <vreactor/vreactor.h>

static struct vr_log_console console, details;
static struct vr_log_level_filter important;
static struct vr_log_file file;
static struct vr_log_subscription net;
static struct vr_log_memory last;

static int attach_watchers(struct vr_logger *logger, const char *path)
{
    vr_log_console_init(&console, NULL, 2);
    vr_log_level_filter_init(&important, VR_LOG_INFO);
    vr_log_watcher_add_filter(&console.base, &important.filter);
    int err = vr_logger_attach(logger, &console.base);

    if (!err)
        err = vr_log_file_open(&file, NULL, path);
    if (!err) {
        file.format.json = true;
        err = vr_log_subscribe(&net, logger, "net.*", INT_MIN, &file.base);
    }
    if (!err)
        err = vr_log_memory_init(&last, NULL, 64 * 1024);
    if (!err)
        err = vr_logger_attach(logger, &last.base);
    return err;
}

static void serve(struct vr_logger *logger)
{
    static struct vr_log_limit limit = {.most = 2, .per = 10 * VR_SEC};
    struct vr_logger client;

    vr_logger_init_proxy(&client, logger, "net.client7");
    vr_log_debug(&client, "only the file and the memory have this");
    vr_log_with(&client, VR_LOG_INFO,
                VR_LOG_ATTRS({"peer", .text = "::1"}, {"bytes", .number = 512}),
                "sent %s", "a page");
    vr_log_code(&client, VR_LOG_WARN, -ECONNRESET, "read");
    for (int i = 0; i < 1000; i++) /* a peer that would flood the log */
        vr_log_limited(&limit, &client, VR_LOG_WARN, "bad greeting");
}

int main(int argc, char **argv)
{
    struct vr_log_thread *thread;
    struct vr_reactor *reactor;

    if (vr_log_thread_new(NULL, &thread))
        return 1;
    struct vr_logger *logger = vr_log_thread_logger(thread);
    if (attach_watchers(logger, argc > 1 ? argv[1] : "/dev/null"))
        return 1;

    /* Reactors made from now on log here, too. */
    vr_log_set_default_watcher(&logger->base);
    if (vr_reactor_new(NULL, &reactor))
        return 1;
    serve(vr_reactor_log(reactor));
    vr_log_critical(logger, "something went wrong; the last entries:");
    vr_reactor_free(reactor);

    int err = vr_log_thread_free(thread, 5 * VR_SEC);
    vr_log_console_init(&details, NULL, 1);
    vr_log_memory_dump(&last, &details.base);
    vr_log_memory_fini(&last);
    vr_log_file_close(&file);
    return err != 0;
}
