#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int clinux_close_on_exec_from(unsigned first) { return close_range(first, ~0U, CLOSE_RANGE_CLOEXEC); }

int clinux_close_from(unsigned first) { return close_range(first, ~0U, 0); }

int clinux_fork(void) { return fork(); }

void clinux_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
}

int clinux_interrupt_descriptor(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error) {
    errno = error;
    return -1;
  }
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_spawn_attributes(posix_spawnattr_t *attributes, int own_group) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_init(attributes);
  if (error) return error;
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setsigdefault(attributes, &all);
  short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  if (own_group) {
    posix_spawnattr_setpgroup(attributes, 0);
    flags |= POSIX_SPAWN_SETPGROUP;
  }
  return posix_spawnattr_setflags(attributes, flags);
}

/* By number, for C libraries that lack the function. */
int clinux_process_descriptor(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int clinux_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends); }

/* One byte that carries one descriptor. */
union passage {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int))];
};

int clinux_send_descriptor(int socket, int descriptor) {
  char byte = 0;
  struct iovec bytes = {&byte, 1};
  union passage passage = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
  struct msghdr message = {
    .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &passage, .msg_controllen = sizeof passage};
  memcpy(CMSG_DATA(&passage.header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int clinux_receive_descriptor(int socket) {
  char byte;
  struct iovec bytes = {&byte, 1};
  union passage passage;
  struct msghdr message = {
    .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &passage, .msg_controllen = sizeof passage};
  ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (count < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (count == 0 || !header || header->cmsg_type != SCM_RIGHTS) {
    errno = EPIPE;
    return -1;
  }
  int descriptor;
  memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

typedef void (*entry)(void);

/* The linker's names for both ends of the section; weak, as in a program without entries it makes none. */
extern const entry __start_platen_entries[] __attribute__((weak, visibility("hidden")));
extern const entry __stop_platen_entries[] __attribute__((weak, visibility("hidden")));

void clinux_run_entries(void) {
  for (const entry *next = __start_platen_entries; next < __stop_platen_entries; next++) (*next)();
}
