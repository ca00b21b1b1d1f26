/* measure [-s MILLISECONDS] RESULT COMMAND...: runs it and writes to RESULT, as JSON, what it and all its descendants cost.
 *
 * begin, end     CLOCK_MONOTONIC in ns: before the fork, and when the command (not its orphans) has ended
 * user, system   seconds of CPU of the whole tree
 * resident       KiB, the peak of the largest process
 * With -s also, looked at that often: tree_resident and tree_proportional (sums over the tree), dirty (private dirty
 * of the process that has most of it); KiB, all peaks.
 * The exit code is the command's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct memory {
  long resident, proportional, dirty;
};

static struct memory sum, peak;
static long largest_dirty;
static int period;
static volatile int ended;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int read_text(const char *path, char *text, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, size - 1);
  close(file);
  text[count > 0 ? count : 0] = 0;
  return count > 0;
}

static long line_of(const char *text, const char *name) {
  const char *line = strstr(text, name);
  return line ? strtol(line + strlen(name), NULL, 10) : 0;
}

static void look_at(pid_t process) {
  char path[64], text[2048];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", process);
  if (!read_text(path, text, sizeof text)) return;
  sum.resident += line_of(text, "\nRss:");
  sum.proportional += line_of(text, "\nPss:");
  long dirty = line_of(text, "\nPrivate_Dirty:");
  if (dirty > largest_dirty) largest_dirty = dirty;
}

static void look_at_children(pid_t parent, pid_t thread) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, thread);
  if (!read_text(path, text, sizeof text)) return;
  for (char *rest, *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    pid_t child = atoi(word);
    look_at(child);
    look_at_children(child, child);
  }
}

static void *watch(void *nothing) {
  const struct timespec pause = {period / 1000, period % 1000 * 1000000L};
  while (!ended) {
    memset(&sum, 0, sizeof sum);
    look_at_children(getpid(), getpid());
    if (sum.resident > peak.resident) peak.resident = sum.resident;
    if (sum.proportional > peak.proportional) peak.proportional = sum.proportional;
    nanosleep(&pause, NULL);
  }
  return nothing;
}

static void add(struct rusage *total, const struct rusage *usage) {
  total->ru_utime.tv_sec += usage->ru_utime.tv_sec, total->ru_utime.tv_usec += usage->ru_utime.tv_usec;
  total->ru_stime.tv_sec += usage->ru_stime.tv_sec, total->ru_stime.tv_usec += usage->ru_stime.tv_usec;
  if (usage->ru_maxrss > total->ru_maxrss) total->ru_maxrss = usage->ru_maxrss;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **words) {
  int first = 1;
  if (count > 3 && strcmp(words[1], "-s") == 0) period = atoi(words[2]), first = 3;
  if (count < first + 2) {
    fputs("usage: measure [-s MILLISECONDS] RESULT COMMAND...\n", stderr);
    return 64;
  }
  FILE *result = fopen(words[first], "we");
  if (!result) return perror(words[first]), 73;
  /* What a process of the tree leaves running is waited for here, so that its time counts. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  long long begin = now(), end = 0;
  pid_t command = fork();
  if (command == 0) {
    execvp(words[first + 1], words + first + 1);
    perror(words[first + 1]);
    _exit(127);
  }
  pthread_t watcher;
  if (period) pthread_create(&watcher, NULL, watch, NULL);
  struct rusage total = {0}, usage;
  int code = 70, status;
  for (;;) {
    pid_t child = wait4(-1, &status, 0, &usage);
    if (child < 0 && errno == EINTR) continue;
    if (child < 0) break;
    add(&total, &usage);
    if (child != command) continue;
    end = now();
    code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  ended = 1;
  if (period) pthread_join(watcher, NULL);
  fprintf(result, "{\"begin\": %lld, \"end\": %lld, \"user\": %.6f, \"system\": %.6f, \"resident\": %ld", begin, end,
          seconds(total.ru_utime), seconds(total.ru_stime), total.ru_maxrss);
  if (period)
    fprintf(result, ", \"tree_resident\": %ld, \"tree_proportional\": %ld, \"dirty\": %ld", peak.resident,
            peak.proportional, largest_dirty);
  fputs("}\n", result);
  fclose(result);
  return code;
}
