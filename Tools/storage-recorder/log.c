// The log: one file that all processes append to, one event after the other.
//
//     KIND PROCESS INODE NUMBER PATHBYTES BYTES \n path bytes \n
#define _GNU_SOURCE
#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char log_variable[] = "STORAGE_RECORDER_LOG";
static const char root_variable[] = "STORAGE_RECORDER_FOLDER";

static int log_file = -1;
static char log_path[PATH_MAX];
static char root[PATH_MAX];
static char variables[3][PATH_MAX + 64];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
// What the recorder itself calls must not come back to it.
static __thread bool is_inside;

enum { deepest_callers = 64 };

// Opened anew in a forked child: processes take turns by a lock that belongs to the opening.
static void open_file(void) {
  int file = (int)syscall(SYS_openat, AT_FDCWD, log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (log_file >= 0) syscall(SYS_close, log_file);
  log_file = fcntl(file, F_DUPFD_CLOEXEC, log_number);
  syscall(SYS_close, file);
}

__attribute__((constructor)) static void open_log(void) {
  const char *path = getenv(log_variable);
  const char *folder = getenv(root_variable);
  const char *preload = getenv("LD_PRELOAD");
  if (!path || !folder || !preload || !realpath(folder, root)) return;
  snprintf(variables[0], sizeof variables[0], "LD_PRELOAD=%s", preload);
  snprintf(variables[1], sizeof variables[1], "%s=%s", log_variable, path);
  snprintf(variables[2], sizeof variables[2], "%s=%s", root_variable, folder);
  // The first backtrace() loads a library; not in the middle of a step.
  void *callers[1];
  backtrace(callers, 1);
  snprintf(log_path, sizeof log_path, "%s", path);
  open_file();
  if (log_file >= 0) pthread_atfork(NULL, NULL, open_file);
}

bool is_recording(void) { return log_file >= 0 && !is_inside; }

size_t own_variables(const char *own[3]) {
  for (size_t i = 0; i < 3; i++) own[i] = variables[i];
  return 3;
}

void begin_step(void) {
  pthread_mutex_lock(&turn);
  while (flock(log_file, LOCK_EX) != 0 && errno == EINTR) {}
  is_inside = true;
}

void end_step(void) {
  int result = errno;
  is_inside = false;
  flock(log_file, LOCK_UN);
  pthread_mutex_unlock(&turn);
  errno = result;
}

// A log with a hole would prove things that are not so.
static void give_up(const char *reason) {
  dprintf(2, "storage-recorder: %s: %s\n", reason, strerror(errno));
  _exit(70);
}

void note(struct event event) {
  int result = errno;
  char head[160];
  size_t path_bytes = event.path ? strlen(event.path) : 0;
  int head_bytes = snprintf(
    head, sizeof head, "%s %d %llu %lld %zu %zu\n", event.kind, (int)getpid(), (unsigned long long)event.inode,
    event.number, path_bytes, event.count);
  struct iovec parts[] = {
    {head, (size_t)head_bytes}, {(void *)event.path, path_bytes}, {(void *)event.bytes, event.count}, {"\n", 1},
  };
  size_t whole = (size_t)head_bytes + path_bytes + event.count + 1;
  long written = syscall(SYS_writev, log_file, parts, 4);
  if (written < 0 || (size_t)written != whole) give_up("cannot write the log");
  errno = result;
}

void note_with_callers(struct event event) {
  void *callers[deepest_callers];
  char text[deepest_callers * 160];
  size_t used = 0;
  int depth = backtrace(callers, deepest_callers);
  for (int i = 1; i < depth; i++) {
    Dl_info info;
    if (!dladdr(callers[i], &info) || !info.dli_fname) continue;
    unsigned long offset = (unsigned long)((char *)callers[i] - (char *)info.dli_fbase);
    int bytes = snprintf(text + used, sizeof text - used, "%s+%#lx\n", info.dli_fname, offset);
    if (bytes < 0 || (size_t)bytes >= sizeof text - used) break;
    used += (size_t)bytes;
  }
  event.bytes = text;
  event.count = used;
  note(event);
}

bool is_recorded(const char *path) {
  size_t length = strlen(root);
  return strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

bool recorded_path(int descriptor, char path[4096]) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  int result = errno;
  ssize_t length = readlink(link, path, 4095);
  errno = result;
  if (length < 0) return false;
  path[length] = 0;
  return is_recorded(path);
}

bool named_path(int folder, const char *name, char path[4096]) {
  char whole[PATH_MAX * 2], above[PATH_MAX];
  int result = errno;
  if (name[0] == '/') {
    snprintf(whole, sizeof whole, "%s", name);
  } else {
    char link[40];
    snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, above, sizeof above - 1);
    if (length < 0) { errno = result; return false; }
    above[length] = 0;
    snprintf(whole, sizeof whole, "%s/%s", above, name);
  }
  // The last component may be missing, or a link that is itself meant.
  size_t length = strlen(whole);
  while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
  char *slash = strrchr(whole, '/');
  bool is_found = false;
  if (slash) {
    *slash = 0;
    if (realpath(slash == whole ? "/" : whole, above)) {
      is_found = snprintf(path, 4096, "%s/%s", above[1] ? above : "", slash + 1) < 4096 && is_recorded(path);
    }
  }
  errno = result;
  return is_found;
}
