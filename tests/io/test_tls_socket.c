/* SPDX-License-Identifier: MIT */
/**
 * @file test_tls_socket.c
 * TLS as a filter over sockets: with itself, within itself, and with the
 * program of OpenSSL.
 */
#include "tests/io/tls_pair.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/raw.h"

enum { MEBIBYTE = 1 << 20 };

static void turn_until_closed(const struct side *side)
{
    while (!side->closed)
        check(vr_reactor_turn(reactor, -1) >= 0);
}

/* ---- with itself ---- */

static void echo(int layers)
{
    set_up();
    client.peer.total = MEBIBYTE;
    server.peer.echoes = true;
    side_join_socket(&client, layers);
    side_join_socket(&server, layers);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    turn_until_closed(&client);
    turn_until_closed(&server);

    check_int(server.peer.taken, MEBIBYTE);
    check_int(client.peer.taken, MEBIBYTE);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

TEST(tls_socket, echoes_a_mebibyte)
{
    echo(1);
}

TEST(tls_socket, echoes_a_mebibyte_within_another)
{
    echo(2);
}

/* The server has sent all, heard the client's end and is gone. */
TEST(tls_socket, what_a_paused_program_has_not_read_outlives_both_ends)
{
    set_up();
    client.peer.total = 10;
    client.peer.limit = 100;
    server.peer.total = 10000;
    side_join_socket(&client, LAYERS);
    side_join_socket(&server, LAYERS);
    check_int(vr_socket_pair(&client.socket, &server.socket), 0);
    turn_until_closed(&server);
    check(!client.closed);
    check_int(client.peer.taken, 100);

    client.peer.limit = SIZE_MAX;
    vr_link_resume(&client.peer.in);
    turn_until_closed(&client);
    check_int(client.peer.taken, 10000);
    check_int(client.peer.ended, VR_END_TLS_EOF);
    check_int(server.peer.ended, VR_END_TLS_EOF);
    tear_down();
}

/* ---- with the program of OpenSSL ---- */

static pid_t run_openssl(char *const *args, FILE *in, FILE *out)
{
    pid_t pid = fork();

    if (pid == 0) {
        alarm(TEST_SECONDS);
        dup2(fileno(in), STDIN_FILENO);
        dup2(fileno(out), STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        execvp(args[0], args);
        _exit(127);
    }
    check(pid > 0);
    return pid;
}

static int wait_for(pid_t pid)
{
    int status;

    check_int(waitpid(pid, &status, 0), pid);
    check(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static FILE *new_file(size_t len)
{
    FILE *file = tmpfile();

    check(file != NULL);
    for (size_t at = 0; at < len; at += SHOWN)
        check(fwrite(pattern + at % PATTERN, SHOWN, 1, file) == 1);
    rewind(file);
    return file;
}

static void need_openssl(void)
{
    static char *const version[] = {"openssl", "version", NULL};
    FILE *none = new_file(0);
    int status = wait_for(run_openssl(version, none, none));

    check_int(fclose(none), 0);
    if (status)
        test_skip("there is no program openssl");
}

static void check_file(FILE *file, size_t len)
{
    static unsigned char piece[SHOWN];

    rewind(file);
    for (size_t at = 0; at < len; at += SHOWN) {
        check(fread(piece, SHOWN, 1, file) == 1);
        check_mem(piece, pattern + at % PATTERN, SHOWN);
    }
    check(fgetc(file) == EOF);
}

/* The server ends when it has echoed all, as s_client ends with its input and
 * waits for no answer. */
TEST(tls_socket, echoes_a_mebibyte_to_s_client)
{
    char place[VR_ADDRESS_TEXT_SIZE];
    char *const args[] = {"openssl",  "s_client", "-quiet",
                          "-connect", place,      NULL};
    struct vr_address address;

    need_openssl();
    set_up();

    FILE *in = new_file(MEBIBYTE), *out = new_file(0);
    int listening = raw_listen(AF_INET, &address);
    (void)vr_address_format(&address, place, sizeof(place));
    pid_t pid = run_openssl(args, in, out);
    int fd = raw_accept(listening);
    server.peer.echoes = true;
    server.peer.ends_at = MEBIBYTE;
    side_join_socket(&server, 1);
    check_int(vr_socket_adopt(&server.socket, fd, NULL), 0);
    turn_until_closed(&server);
    raw_close_listening(listening);

    check_int(server.peer.taken, MEBIBYTE);
    (void)wait_for(pid);
    check_int(fclose(in), 0);
    check_file(out, MEBIBYTE);
    check_int(fclose(out), 0);
    tear_down();
}
