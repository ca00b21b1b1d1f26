// The calls that are taken over. Each does what it is asked, by the system call itself, and notes what changed.
//
// What changes the storage is noted once it is done and has succeeded; what others see of us (a word on standard
// output, bytes on a socket) before it goes out; what we hear once it is in. So the log never claims that
// something was on its way to the storage later than it was, nor that something was told later than it was.
#define _GNU_SOURCE
#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static bool inspect(int descriptor, struct stat *status) {
  int result = errno;
  bool is_open = syscall(SYS_fstat, descriptor, status) == 0;
  errno = result;
  return is_open;
}

// Something that the log cannot tell in full: whoever reads the log refuses it.
static void note_unknown(const char *call, const char *path) {
  note((struct event){.kind = "unknown", .path = path, .bytes = call, .count = strlen(call)});
}

// MARK: Opening

static int open_at(int folder, const char *name, int flags, mode_t mode) {
  char path[4096];
  bool changes = flags & (O_CREAT | O_TRUNC);
  if (!is_recording() || !changes || !named_path(folder, name, path)) {
    return (int)syscall(SYS_openat, folder, name, flags, mode);
  }
  begin_step();
  struct stat before, after;
  bool was_there = syscall(SYS_newfstatat, folder, name, &before, 0) == 0;
  int file = (int)syscall(SYS_openat, folder, name, flags, mode);
  if (file >= 0 && inspect(file, &after)) {
    if (!was_there) note((struct event){.kind = "create", .inode = after.st_ino, .path = path});
    if (was_there && (flags & O_TRUNC) && before.st_size > 0) {
      note((struct event){.kind = "truncate", .inode = after.st_ino, .path = path});
    }
  }
  end_step();
  return file;
}

#define MODE_ARGUMENT(last, flags)                      \
  mode_t mode = 0;                                      \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {              \
    va_list arguments;                                  \
    va_start(arguments, last);                          \
    mode = va_arg(arguments, mode_t);                   \
    va_end(arguments);                                  \
  }

TAKEN_OVER int open(const char *name, int flags, ...) {
  MODE_ARGUMENT(flags, flags)
  return open_at(AT_FDCWD, name, flags, mode);
}

TAKEN_OVER int open64(const char *name, int flags, ...) {
  MODE_ARGUMENT(flags, flags)
  return open_at(AT_FDCWD, name, flags, mode);
}

TAKEN_OVER int openat(int folder, const char *name, int flags, ...) {
  MODE_ARGUMENT(flags, flags)
  return open_at(folder, name, flags, mode);
}

TAKEN_OVER int openat64(int folder, const char *name, int flags, ...) {
  MODE_ARGUMENT(flags, flags)
  return open_at(folder, name, flags, mode);
}

TAKEN_OVER int creat(const char *name, mode_t mode) {
  return open_at(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

// MARK: Writing

enum target { elsewhere, storage, person, peer };

// Where bytes for a descriptor go. A pipe is written to by signal handlers, so it must cost no lock.
static enum target target_of(int descriptor, struct stat *status, char path[4096]) {
  if (!is_recording() || !inspect(descriptor, status)) return elsewhere;
  if (S_ISREG(status->st_mode) && recorded_path(descriptor, path)) return storage;
  if (descriptor == 1) return person;
  return S_ISSOCK(status->st_mode) ? peer : elsewhere;
}

static void tell(const char *kind, int descriptor, const void *bytes, size_t count) {
  begin_step();
  note((struct event){.kind = kind, .number = descriptor, .bytes = bytes, .count = count});
  end_step();
}

TAKEN_OVER ssize_t write(int descriptor, const void *bytes, size_t count) {
  struct stat status;
  char path[4096];
  enum target target = target_of(descriptor, &status, path);
  if (target == person) tell("say", descriptor, bytes, count);
  if (target == peer) tell("send", descriptor, bytes, count);
  if (target != storage) return syscall(SYS_write, descriptor, bytes, count);
  begin_step();
  bool appends = syscall(SYS_fcntl, descriptor, F_GETFL) & O_APPEND;
  off_t offset = appends ? status.st_size : syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
  ssize_t done = syscall(SYS_write, descriptor, bytes, count);
  if (done > 0) {
    note((struct event){"write", status.st_ino, offset, path, bytes, (size_t)done});
  }
  end_step();
  return done;
}

static ssize_t write_at(int descriptor, const void *bytes, size_t count, off_t offset) {
  struct stat status;
  char path[4096];
  if (target_of(descriptor, &status, path) != storage) {
    return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  }
  begin_step();
  ssize_t done = syscall(SYS_pwrite64, descriptor, bytes, count, offset);
  if (done > 0) {
    note((struct event){"write", status.st_ino, offset, path, bytes, (size_t)done});
  }
  end_step();
  return done;
}

TAKEN_OVER ssize_t pwrite(int d, const void *bytes, size_t count, off_t offset) {
  return write_at(d, bytes, count, offset);
}

TAKEN_OVER ssize_t pwrite64(int d, const void *bytes, size_t count, off_t offset) {
  return write_at(d, bytes, count, offset);
}

// Ours has no use for these; a log in which they change the storage is refused.
static ssize_t refuse_to_storage(const char *call, int descriptor, ssize_t done) {
  struct stat status;
  char path[4096];
  if (done > 0 && target_of(descriptor, &status, path) == storage) {
    begin_step();
    note_unknown(call, path);
    end_step();
  }
  return done;
}

TAKEN_OVER ssize_t writev(int d, const struct iovec *parts, int count) {
  return refuse_to_storage("writev", d, syscall(SYS_writev, d, parts, count));
}

TAKEN_OVER ssize_t pwritev(int d, const struct iovec *parts, int count, off_t offset) {
  return refuse_to_storage("pwritev", d, syscall(SYS_pwritev, d, parts, count, offset, 0));
}

TAKEN_OVER ssize_t pwritev64(int d, const struct iovec *parts, int count, off_t offset) {
  return refuse_to_storage("pwritev", d, syscall(SYS_pwritev, d, parts, count, offset, 0));
}

TAKEN_OVER ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t count, unsigned flags) {
  return refuse_to_storage("copy_file_range", out, syscall(SYS_copy_file_range, in, from, out, to, count, flags));
}

TAKEN_OVER ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
  return refuse_to_storage("sendfile", out, syscall(SYS_sendfile, out, in, offset, count));
}

TAKEN_OVER ssize_t sendfile64(int out, int in, off_t *offset, size_t count) {
  return refuse_to_storage("sendfile", out, syscall(SYS_sendfile, out, in, offset, count));
}

// MARK: Sizes

static int set_size(int descriptor, off_t size) {
  struct stat status;
  char path[4096];
  if (target_of(descriptor, &status, path) != storage) return (int)syscall(SYS_ftruncate, descriptor, size);
  begin_step();
  int failed = (int)syscall(SYS_ftruncate, descriptor, size);
  if (!failed) note((struct event){.kind = "truncate", .inode = status.st_ino, .number = size, .path = path});
  end_step();
  return failed;
}

TAKEN_OVER int ftruncate(int descriptor, off_t size) { return set_size(descriptor, size); }
TAKEN_OVER int ftruncate64(int descriptor, off_t size) { return set_size(descriptor, size); }

static int set_size_of(const char *name, off_t size) {
  int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  int failed = set_size(file, size);
  syscall(SYS_close, file);
  return failed;
}

TAKEN_OVER int truncate(const char *name, off_t size) { return set_size_of(name, size); }
TAKEN_OVER int truncate64(const char *name, off_t size) { return set_size_of(name, size); }

static int allocate(int descriptor, int mode, off_t offset, off_t length) {
  struct stat status;
  char path[4096];
  if (target_of(descriptor, &status, path) != storage) {
    return (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
  }
  begin_step();
  int failed = (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
  // Reserving blocks changes nothing that can be read, but for the size.
  if (!failed && mode != 0 && mode != FALLOC_FL_KEEP_SIZE) note_unknown("fallocate", path);
  if (!failed && mode == 0 && offset + length > status.st_size) {
    note((struct event){.kind = "truncate", .inode = status.st_ino, .number = offset + length, .path = path});
  }
  end_step();
  return failed;
}

TAKEN_OVER int fallocate(int d, int mode, off_t offset, off_t length) { return allocate(d, mode, offset, length); }
TAKEN_OVER int fallocate64(int d, int mode, off_t offset, off_t length) { return allocate(d, mode, offset, length); }
TAKEN_OVER int posix_fallocate(int d, off_t offset, off_t length) {
  return allocate(d, 0, offset, length) ? errno : 0;
}
TAKEN_OVER int posix_fallocate64(int d, off_t offset, off_t length) {
  return allocate(d, 0, offset, length) ? errno : 0;
}

// MARK: Memory

static void *map(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
  void *mapped = (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
  struct stat status;
  char path[4096];
  bool writes = descriptor >= 0 && (protection & PROT_WRITE) && (flags & MAP_SHARED);
  if (writes && mapped != MAP_FAILED && target_of(descriptor, &status, path) == storage) {
    begin_step();
    note((struct event){.kind = "map", .inode = status.st_ino, .number = offset, .path = path});
    end_step();
  }
  return mapped;
}

TAKEN_OVER void *mmap(void *a, size_t l, int p, int f, int d, off_t o) { return map(a, l, p, f, d, o); }
TAKEN_OVER void *mmap64(void *a, size_t l, int p, int f, int d, off_t o) { return map(a, l, p, f, d, o); }

// MARK: Waiting for the storage

static int wait_for_storage(const char *kind, long call, int descriptor) {
  struct stat status;
  char path[4096];
  if (!is_recording() || !inspect(descriptor, &status) || !recorded_path(descriptor, path)) {
    return (int)syscall(call, descriptor);
  }
  begin_step();
  int failed = (int)syscall(call, descriptor);
  if (!failed) note_with_callers((struct event){.kind = kind, .inode = status.st_ino, .path = path});
  end_step();
  return failed;
}

TAKEN_OVER int fsync(int descriptor) { return wait_for_storage("fsync", SYS_fsync, descriptor); }
TAKEN_OVER int fdatasync(int descriptor) { return wait_for_storage("fdatasync", SYS_fdatasync, descriptor); }

// Starts or awaits the writing of pages, and promises nothing of sizes or of the device's cache: as if it were not.
TAKEN_OVER int sync_file_range(int descriptor, off64_t offset, off64_t count, unsigned flags) {
  return (int)syscall(SYS_sync_file_range, descriptor, offset, count, flags);
}

static void wait_for_all(const char *call) {
  if (!is_recording()) return;
  begin_step();
  note_unknown(call, NULL);
  end_step();
}

TAKEN_OVER void sync(void) { wait_for_all("sync"); syscall(SYS_sync); }
TAKEN_OVER int syncfs(int descriptor) { wait_for_all("syncfs"); return (int)syscall(SYS_syncfs, descriptor); }

// MARK: Names

static int make_folder(int folder, const char *name, mode_t mode) {
  char path[4096];
  if (!is_recording() || !named_path(folder, name, path)) return (int)syscall(SYS_mkdirat, folder, name, mode);
  begin_step();
  int failed = (int)syscall(SYS_mkdirat, folder, name, mode);
  struct stat status;
  if (!failed && syscall(SYS_newfstatat, folder, name, &status, 0) == 0) {
    note((struct event){.kind = "mkdir", .inode = status.st_ino, .path = path});
  }
  end_step();
  return failed;
}

TAKEN_OVER int mkdir(const char *name, mode_t mode) { return make_folder(AT_FDCWD, name, mode); }
TAKEN_OVER int mkdirat(int folder, const char *name, mode_t mode) { return make_folder(folder, name, mode); }

static int take_away(int folder, const char *name, int flags) {
  char path[4096];
  if (!is_recording() || !named_path(folder, name, path)) return (int)syscall(SYS_unlinkat, folder, name, flags);
  begin_step();
  int failed = (int)syscall(SYS_unlinkat, folder, name, flags);
  if (!failed) note((struct event){.kind = "remove", .path = path});
  end_step();
  return failed;
}

TAKEN_OVER int unlink(const char *name) { return take_away(AT_FDCWD, name, 0); }
TAKEN_OVER int unlinkat(int folder, const char *name, int flags) { return take_away(folder, name, flags); }
TAKEN_OVER int rmdir(const char *name) { return take_away(AT_FDCWD, name, AT_REMOVEDIR); }
TAKEN_OVER int remove(const char *name) {
  int failed = take_away(AT_FDCWD, name, 0);
  return failed && errno == EISDIR ? take_away(AT_FDCWD, name, AT_REMOVEDIR) : failed;
}

static int change_name(int from, const char *old, int to, const char *new, unsigned flags) {
  char old_path[4096], new_path[4096];
  bool old_is_ours = is_recording() && named_path(from, old, old_path);
  bool new_is_ours = is_recording() && named_path(to, new, new_path);
  if (!old_is_ours && !new_is_ours) return (int)syscall(SYS_renameat2, from, old, to, new, flags);
  begin_step();
  int failed = (int)syscall(SYS_renameat2, from, old, to, new, flags);
  if (!failed && old_is_ours && new_is_ours && flags == 0) {
    note((struct event){.kind = "rename", .path = old_path, .bytes = new_path, .count = strlen(new_path)});
  } else if (!failed) {
    note_unknown("rename", old_is_ours ? old_path : new_path);
  }
  end_step();
  return failed;
}

TAKEN_OVER int rename(const char *old, const char *new) { return change_name(AT_FDCWD, old, AT_FDCWD, new, 0); }
TAKEN_OVER int renameat(int from, const char *old, int to, const char *new) {
  return change_name(from, old, to, new, 0);
}
TAKEN_OVER int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  return change_name(from, old, to, new, flags);
}

static int give_name(int from, const char *old, int to, const char *new, int flags) {
  char path[4096];
  int failed = (int)syscall(SYS_linkat, from, old, to, new, flags);
  if (!failed && is_recording() && named_path(to, new, path)) {
    begin_step();
    struct stat status;
    if (syscall(SYS_newfstatat, to, new, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      note((struct event){.kind = "link", .inode = status.st_ino, .path = path});
    }
    end_step();
  }
  return failed;
}

TAKEN_OVER int link(const char *old, const char *new) { return give_name(AT_FDCWD, old, AT_FDCWD, new, 0); }
TAKEN_OVER int linkat(int from, const char *old, int to, const char *new, int flags) {
  return give_name(from, old, to, new, flags);
}

TAKEN_OVER int symlink(const char *old, const char *new) {
  char path[4096];
  int failed = (int)syscall(SYS_symlinkat, old, AT_FDCWD, new);
  if (!failed && is_recording() && named_path(AT_FDCWD, new, path)) {
    begin_step();
    note_unknown("symlink", path);
    end_step();
  }
  return failed;
}

// MARK: The other side

TAKEN_OVER ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
  if (is_recording()) tell("send", descriptor, bytes, count);
  return syscall(SYS_sendto, descriptor, bytes, count, flags, NULL, 0);
}

TAKEN_OVER ssize_t recv(int descriptor, void *bytes, size_t count, int flags) {
  ssize_t done = syscall(SYS_recvfrom, descriptor, bytes, count, flags, NULL, NULL);
  if (done > 0 && is_recording()) tell("receive", descriptor, bytes, (size_t)done);
  return done;
}

// MARK: Children

// The log stays open, whatever a forked child closes.
TAKEN_OVER int close_range(unsigned first, unsigned last, int flags) {
  if (!is_recording() || flags || first > log_number || last < log_number) {
    return (int)syscall(SYS_close_range, first, last, flags);
  }
  if (first < log_number && syscall(SYS_close_range, first, log_number - 1, 0) != 0) return -1;
  return last > log_number ? (int)syscall(SYS_close_range, log_number + 1, last, 0) : 0;
}

// Programs hand on only what they mean to; the recorder goes along by itself.
TAKEN_OVER int posix_spawn(
    pid_t *child, const char *program, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
    char *const arguments[], char *const environment[]) {
  static int (*spawn)(
      pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]);
  if (!spawn) *(void **)&spawn = dlsym(RTLD_NEXT, "posix_spawn");
  size_t count = 0;
  while (environment && environment[count]) count++;
  const char **whole = calloc(count + 4, sizeof *whole);
  if (!whole) return ENOMEM;
  if (count) memcpy(whole, environment, count * sizeof *whole);
  if (is_recording()) own_variables(whole + count);
  int failed = spawn(child, program, actions, attributes, arguments, (char *const *)whole);
  free(whole);
  return failed;
}
