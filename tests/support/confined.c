/* SPDX-License-Identifier: MIT */
/**
 * @file confined.c
 * A command as a container with an old kernel runs it: io_uring is forbidden,
 * waits are in milliseconds, there are no pidfds, no terminals, and there is no
 * IPv6.  For Linux.
 *
 *     confined COMMAND [ARGUMENT...]
 *
 * Exit status: the command's; 125 where the system cannot be told to.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CANNOT = 125 };

#define LOAD(member)                                                           \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define SKIP_UNLESS(value, skipped)                                            \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))

/* Numbers are those of this program's own ABI, which its command shares. */
static int forbid_calls(void)
{
    struct sock_filter code[] = {
        LOAD(nr),
        SKIP_UNLESS(__NR_io_uring_setup, 1),
        RETURN(SECCOMP_RET_ERRNO | EPERM),
        SKIP_UNLESS(__NR_epoll_pwait2, 1),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS),
        SKIP_UNLESS(__NR_pidfd_open, 1),
        RETURN(SECCOMP_RET_ERRNO | ENOSYS),
        SKIP_UNLESS(__NR_socket, 3),
        LOAD(args[0]),
        SKIP_UNLESS(AF_INET6, 1),
        RETURN(SECCOMP_RET_ERRNO | EAFNOSUPPORT),
        RETURN(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof(code) / sizeof(*code),
                                 .filter = code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* In a tree of mounts of its own, which ends with it. */
static int hide_terminals(void)
{
    if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return -1;
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -1;
    return mount("none", "/dev/pts", "tmpfs", 0, NULL);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: confined COMMAND [ARGUMENT...]\n");
        return CANNOT;
    }
    if (hide_terminals() < 0 || forbid_calls() < 0) {
        perror("confined");
        return CANNOT;
    }
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return CANNOT;
}
