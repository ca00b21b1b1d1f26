/* What Swift's Glibc module does not show: _GNU_SOURCE names, and headers outside its module map. */
#ifndef CLINUX_H
#define CLINUX_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

/* pthread_setname_np is a _GNU_SOURCE name. */
int clinux_name_thread(const char *name);
/* Marks every descriptor at or above `first` close-on-exec (close_range is a _GNU_SOURCE name). */
int clinux_close_on_exec_from(unsigned first);

/* Closes every descriptor at or above `first`. */
int clinux_close_from(unsigned first);
/* fork(2), which Swift does not show: see ChildProcess.fork for when it may be called. */
int clinux_fork(void);
/* Blocks no signal in this thread (sigset_t is opaque to Swift). */
void clinux_unblock_signals(void);

/* pipe2 (a _GNU_SOURCE name) with both ends close-on-exec. */
int clinux_pipe(int ends[2]);

/* A descriptor that turns readable when the process has ended; -1 and errno on failure (glibc shows pidfd_open
 * in a header outside the module map). */
int clinux_process_descriptor(int process);

/* Two connected sockets, both close-on-exec, that keep messages apart (the kind and the flag are members of an enum
 * in C and of nothing in Swift). */
int clinux_socket_pair(int ends[2]);
/* Passes a descriptor to the process at the other end; what carries it is made of macros. */
int clinux_send_descriptor(int socket, int descriptor);
/* The descriptor that comes next, close-on-exec; -1 and errno, EPIPE where none comes any more. */
int clinux_receive_descriptor(int socket);

/* The macros of wait(2) on the status word. */
static inline int clinux_exited(int status) { return WIFEXITED(status); }
static inline int clinux_exit_status(int status) { return WEXITSTATUS(status); }
static inline int clinux_term_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

/* A signalfd for SIGINT and SIGTERM, both blocked for the process first; -1 and errno on failure.
 * (sigset_t is opaque to Swift.) */
int clinux_interrupt_descriptor(void);
/* posix_spawn attributes for a child with nothing blocked, default signals and a process group of its own. */
int clinux_spawn_attributes(posix_spawnattr_t *attributes, int own_group);
/* Has the child close every descriptor from `first` on (posix_spawn_file_actions_addclosefrom_np
 * is not shown by the Glibc module). */
int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/* Calls what stands in the section "platen_entries", which the linker puts together (see Base/Entries.swift). */
void clinux_run_entries(void);

#endif
