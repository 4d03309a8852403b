/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_openssl.c
 * TLS as a filter over a socket, with the program of OpenSSL at the other end:
 * one that ends in order, and one that is killed.
 */
#include "tests/io/tls_filter.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/raw.h"
#include "tests/support/session.h"

enum { MEBIBYTE = 1 << 20 };

static struct vr_reactor *reactor;
static struct session session;
static struct tls_filter tls;
static SSL_CTX *ctx, *client_ctx;

/* ---- the program ---- */

static char folder[128]; /* where it runs */

static void become(char *const *args, int in, int out)
{
    alarm(TEST_SECONDS);
    if (chdir(folder) || dup2(in, STDIN_FILENO) < 0 ||
        dup2(out, STDOUT_FILENO) < 0 ||
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) < 0)
        _exit(126);
    execvp(args[0], args);
    _exit(127);
}

static pid_t run_openssl(char *const *args, int in, int out)
{
    pid_t pid = fork();

    if (pid == 0)
        become(args, in, out);
    check(pid > 0);
    return pid;
}

/* @return its exit status; or, negative, the signal that ended it */
static int wait_for(pid_t pid)
{
    int status;

    check_int(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void end_at_once(pid_t pid)
{
    check_int(kill(pid, SIGKILL), 0);
    check_int(wait_for(pid), -SIGKILL);
}

/* LibreSSL has a program of that name, too. */
static bool is_known(const char *version)
{
    static const char name[] = "OpenSSL ";

    return strncmp(version, name, strlen(name)) == 0 &&
           strncmp(version + strlen(name), "1.1.1", 5) >= 0;
}

static void need_openssl(void)
{
    static char *const version[] = {"openssl", "version", NULL};
    char said[64] = "";
    int none = open("/dev/null", O_RDONLY), out[2];

    check(none >= 0);
    check_int(pipe(out), 0);
    int status = wait_for(run_openssl(version, none, out[1]));
    check_int(close(out[1]), 0);
    check(read(out[0], said, sizeof(said) - 1) >= 0);
    check(!close(out[0]) && !close(none));
    if (status || !is_known(said)) {
        (void)rmdir(folder);
        test_skip("there is no program of OpenSSL 1.1.1 or later");
    }
}

/* ---- our side ---- */

static void set_up_plain(bool is_server)
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(folder, sizeof(folder), "%s/vr-tls-XXXXXX",
                   tmp && strlen(tmp) < 64 ? tmp : "/tmp");
    check(mkdtemp(folder) != NULL);
    need_openssl();
    ctx = tls_server_ctx();
    client_ctx = tls_client_ctx(ctx);
    reactor = session_reactor(NULL);
    session_init(&session, reactor, NULL);
    session.ends_with_it = true;
    check_int(tls_filter_init(&tls, reactor,
                              SSL_new(is_server ? ctx : client_ctx), is_server),
              0);
}

static void set_up(bool is_server)
{
    set_up_plain(is_server);
    check_int(vr_chain_insert(&session.socket.element, &tls.base.element), 0);
}

static void tear_down(void)
{
    session_close(&session);
    vr_end_drop(&session.end);
    vr_end_drop(&session.why);
    check_int(vr_reactor_free(reactor), 0);
    SSL_CTX_free(client_ctx);
    SSL_CTX_free(ctx);
    check_int(rmdir(folder), 0);
}

/* ---- files in its folder ---- */

static const char *path_of(const char *name)
{
    static char path[sizeof(folder) + 16];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static FILE *open_file(const char *name, const char *mode)
{
    FILE *file = fopen(path_of(name), mode);

    check(file != NULL);
    return file;
}

static void remove_file(const char *name)
{
    check_int(unlink(path_of(name)), 0);
}

static void write_pattern(const char *name, size_t len)
{
    static unsigned char data[MEBIBYTE];
    FILE *file = open_file(name, "w");

    session_fill(data, len, 0);
    check(fwrite(data, len, 1, file) == 1);
    check_int(fclose(file), 0);
}

static void check_pattern(const char *name, size_t len)
{
    static unsigned char data[MEBIBYTE], want[MEBIBYTE];
    FILE *file = open_file(name, "r");

    session_fill(want, len, 0);
    check(fread(data, len, 1, file) == 1);
    check_mem(data, want, len);
    check(fgetc(file) == EOF);
    check_int(fclose(file), 0);
}

/* ---- its client ---- */

static pid_t run_client(int in, int out, const char *starttls)
{
    char place[VR_ADDRESS_TEXT_SIZE];
    char *args[] = {"openssl",
                    "s_client",
                    "-quiet",
                    "-connect",
                    place,
                    starttls ? "-starttls" : NULL,
                    (char *)(uintptr_t)starttls,
                    NULL};
    struct vr_address address;
    int listening = raw_listen(AF_INET, &address);

    (void)vr_address_format(&address, place, sizeof(place));
    pid_t pid = run_openssl(args, in, out);
    int fd = raw_accept(listening);
    check_int(vr_socket_adopt(&session.socket, fd, NULL), 0);
    raw_close_listening(listening);
    return pid;
}

/* s_client ends with its input and waits for no answer, save with -quiet: then
 * with our end. */
static void end_behind_all(struct session *one, enum session_word word)
{
    if (word == HEARD_DATA && one->received == MEBIBYTE)
        vr_writer_end(&one->agent.writer);
}

TEST(tls_openssl, echoes_a_mebibyte_to_s_client)
{
    set_up(true);
    write_pattern("in", MEBIBYTE);
    FILE *in = open_file("in", "r"), *out = open_file("out", "w");
    session.echoes = session.is_pattern = true;
    session.hear = end_behind_all;
    pid_t pid = run_client(fileno(in), fileno(out), NULL);
    turn_until(reactor, session.is_closed);

    check_int(wait_for(pid), 0);
    check_int(session.received, MEBIBYTE);
    check_int(session.end.kind, VR_END_TLS_EOF);
    check_pattern("out", MEBIBYTE);
    check(!fclose(in) && !fclose(out));
    remove_file("in");
    remove_file("out");
    tear_down();
}

/* It has read all that came, without tickets, so its system sends no reset. */
TEST(tls_openssl, s_client_that_is_killed_truncates)
{
    int in[2];

    set_up(true);
    check_int(SSL_set_num_tickets(tls.ssl, 0), 1);
    check_int(pipe(in), 0);
    check_int(write(in[1], "hello", 5), 5);
    pid_t pid = run_client(in[0], in[1], NULL);
    turn_until(reactor, session.received == 5);
    end_at_once(pid);
    turn_until(reactor, session.is_closed);

    check_str(session.text, "hello");
    check_int(session.end.kind, VR_END_TRUNCATED);
    check(!close(in[0]) && !close(in[1]));
    tear_down();
}

/* ---- put in behind an answer ---- */

static void answer_in_the_clear(struct session *one)
{
    if (strstr(one->text, "STARTTLS\r\n")) {
        session_say(one, "220 ready\r\n");
        check_int(vr_filter_enter(&tls.base, &one->socket.element), 0);
    } else if (strstr(one->text, "\r\n")) {
        session_say(one, "250-here\r\n250 STARTTLS\r\n");
    }
}

static void answer(struct session *one, enum session_word word)
{
    if (word == HEARD_CONNECTED)
        session_say(one, "220 here\r\n");
    else if (word == HEARD_DATA && tls.state == TLS_OPEN)
        vr_writer_end(&one->agent.writer);
    else if (word == HEARD_DATA)
        answer_in_the_clear(one);
}

/* promise links-36 */
TEST(tls_openssl, begins_behind_the_answer_that_announces_it)
{
    int in[2];

    set_up_plain(true);
    check_int(pipe(in), 0);
    check_int(write(in[1], "hello", 5), 5);
    session.hear = answer;
    pid_t pid = run_client(in[0], in[1], "smtp");
    turn_until(reactor, session.is_closed);

    check_int(wait_for(pid), 0);
    check(strstr(session.text, "STARTTLS\r\nhello"));
    check_int(session.end.kind, VR_END_TLS_EOF);
    check_int(session_count(&session, "connected"), 1);
    check(!close(in[0]) && !close(in[1]));
    tear_down();
}

/* ---- its server ---- */

/* It says first where it listens. */
static void connect_to_what_it_says(int said)
{
    char line[VR_ADDRESS_TEXT_SIZE + 16];
    struct vr_address address;
    FILE *file = fdopen(said, "r");

    check(file != NULL);
    do
        check(fgets(line, sizeof(line), file) != NULL);
    while (strncmp(line, "ACCEPT ", 7) != 0);
    line[strcspn(line, "\n")] = '\0';
    check_int(vr_address_parse(NULL, line + 7, &address), 0);
    check_int(vr_socket_connect(&session.socket, &address), 0);
    check_int(fclose(file), 0);
}

static pid_t run_server(const char *mode, int in)
{
    char *const args[] = {
        "openssl", "s_server", "-accept", "127.0.0.1:0",           "-cert",
        "cert",    "-naccept", "1",       (char *)(uintptr_t)mode, NULL};
    FILE *cert = open_file("cert", "w");
    int said[2];

    tls_write_certificate(ctx, cert);
    check_int(fclose(cert), 0);
    check_int(pipe(said), 0);
    pid_t pid = run_openssl(args, in, said[1]);
    check_int(close(said[1]), 0);
    connect_to_what_it_says(said[0]);
    remove_file("cert");
    return pid;
}

TEST(tls_openssl, gets_a_mebibyte_of_s_server)
{
    static const char begin[] = "HTTP/1.0 200 ok\r\n"
                                "Content-type: text/plain\r\n\r\n";

    set_up(false);
    write_pattern("data", MEBIBYTE);
    int none = open("/dev/null", O_RDONLY);
    pid_t pid = run_server("-WWW", none);
    session_say(&session, "GET /data HTTP/1.0\r\n\r\n");
    turn_until(reactor, session.is_closed);

    check_int(wait_for(pid), 0);
    check_int(strncmp(session.text, begin, strlen(begin)), 0);
    check_int(session.received, strlen(begin) + MEBIBYTE);
    check_int(session.end.kind, VR_END_TLS_EOF);
    check_int(close(none), 0);
    remove_file("data");
    tear_down();
}

TEST(tls_openssl, s_server_that_is_killed_truncates)
{
    int in[2];

    set_up(false);
    check_int(pipe(in), 0);
    check_int(write(in[1], "hello", 5), 5);
    pid_t pid = run_server("-ign_eof", in[0]);
    turn_until(reactor, session.received == 5);
    end_at_once(pid);
    turn_until(reactor, session.is_closed);

    check_str(session.text, "hello");
    check_int(session.end.kind, VR_END_TRUNCATED);
    check(!close(in[0]) && !close(in[1]));
    tear_down();
}
