#include "script.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const call_words[CALLS] = {
    "init", "list", "open", "option", "start", "parameters", "read", "cancel", "close", "exit"};
static const char *const source_words[] = {"flatbed", "feeder", "duplex"};
static const char *const status_words[] = {
    "GOOD", "UNSUPPORTED", "CANCELLED", "DEVICE_BUSY", "INVAL", "EOF",
    "JAMMED", "NO_DOCS", "COVER_OPEN", "IO_ERROR", "NO_MEM", "ACCESS_DENIED", "WARMING_UP"};

enum { MOST_WORDS = 12 };

static int is(const char *word, const char *expected) { return word && strcmp(word, expected) == 0; }

static long number(const char *word, long otherwise) {
  char *end;
  long value = word ? strtol(word, &end, 10) : 0;
  return word && *word && !*end ? value : otherwise;
}

static int named(const char *word, const char *const *names, int count) {
  for (int i = 0; i < count; i++)
    if (is(word, names[i])) return i;
  return -1;
}

static void set_defaults(struct script *script) {
  int used[256];
  memcpy(used, script->used, sizeof used);
  memset(script, 0, sizeof *script);
  memcpy(script->used, used, sizeof used);
  script->page_loaded = 1;
  script->pages_dpi = 300;
  script->depth_count = 3;
  script->depths[0] = 1, script->depths[1] = 8, script->depths[2] = 16;
  script->delivered = -1;
  script->last_frame = script->format = -1;
  script->source_count = MOST_SOURCES;
  for (int i = 0; i < MOST_SOURCES; i++) script->sources[i] = i;
  script->bed_width = 216;
}

/* "status NAME", "delay MS", "print TEXT", "crash [SIGNAL]", "exit [CODE]", "spill DESCRIPTOR", "shut DESCRIPTOR",
 * "fork", "hang"; false where it is none. */
static int read_action(struct fault *fault, char **words, int count) {
  const char *argument = count > 1 ? words[1] : NULL;
  if (is(words[0], "status")) {
    fault->action = ACT_STATUS;
    int known = named(argument, status_words, sizeof status_words / sizeof *status_words);
    fault->argument = known >= 0 ? known : (int)number(argument, SANE_STATUS_IO_ERROR);
  } else if (is(words[0], "delay")) {
    fault->action = ACT_DELAY, fault->argument = (int)number(argument, 0);
  } else if (is(words[0], "print")) {
    fault->action = ACT_PRINT, snprintf(fault->text, sizeof fault->text, "%s", argument ? argument : "noise");
  } else if (is(words[0], "crash")) {
    fault->action = ACT_CRASH, fault->argument = (int)number(argument, SIGABRT);
  } else if (is(words[0], "exit")) {
    fault->action = ACT_EXIT, fault->argument = (int)number(argument, 1);
  } else if (is(words[0], "hang")) {
    fault->action = ACT_HANG;
  } else if (is(words[0], "spill") || is(words[0], "shut")) {
    fault->action = is(words[0], "shut") ? ACT_SHUT : ACT_SPILL, fault->argument = (int)number(argument, -1);
  } else if (is(words[0], "fork")) {
    fault->action = ACT_FORK;
  } else {
    return 0;
  }
  return 1;
}

static void read_fault(struct script *script, enum call call, char **words, int count, int line) {
  struct fault fault = {.call = call, .line = line % 256};
  if (script->fault_count == MOST_FAULTS || count == 0 || !read_action(&fault, words, count)) return;
  for (int i = 1; i + 1 < count; i++) {
    if (is(words[i], "after")) fault.after = number(words[i + 1], 0);
    if (is(words[i], "times")) fault.times = (int)number(words[i + 1], 0);
  }
  script->faults[script->fault_count++] = fault;
}

static void read_names(char names[MOST_NAMES][32], int *used, char **words, int count) {
  for (int i = 1; i < count && *used < MOST_NAMES; i++) snprintf(names[(*used)++], 32, "%s", words[i]);
}

static void read_option_words(struct script *script, char **words, int count) {
  if (is(words[0], "options-move")) script->options_move = 1;
  if (is(words[0], "mode-locks")) script->mode_locks = 1;
  if (is(words[0], "inactive")) read_names(script->inactive, &script->inactive_count, words, count);
  if (is(words[0], "read-only")) read_names(script->read_only, &script->read_only_count, words, count);
  if (is(words[0], "rename") && count > 2) {
    snprintf(script->renamed, sizeof script->renamed, "%s", words[1]);
    snprintf(script->new_name, sizeof script->new_name, "%s", words[2]);
  }
  if (is(words[0], "sources")) {
    script->source_count = 0;
    for (int i = 1; i < count && script->source_count < MOST_SOURCES; i++) {
      int source = named(words[i], source_words, MOST_SOURCES);
      if (source >= 0) script->sources[script->source_count++] = source;
    }
  }
}

static void read_device_words(struct script *script, char **words, int count) {
  const char *value = count > 1 ? words[1] : "";
  if (is(words[0], "button")) snprintf(script->button, sizeof script->button, "%s", value);
  if (is(words[0], "restock")) snprintf(script->restock, sizeof script->restock, "%s", value);
  if (is(words[0], "absent")) script->absent = 1;
  if (is(words[0], "cover-open")) script->cover_open = 1;
  if (is(words[0], "empty")) script->page_loaded = 0;
  if (is(words[0], "endless")) script->endless = 1;
  if (is(words[0], "pages-dpi")) script->pages_dpi = (int)number(value, 300);
  if (is(words[0], "bed")) {
    script->bed_width = (int)number(value, 216);
    script->bed_length = count > 2 ? (int)number(words[2], 0) : 0;
  }
  if (is(words[0], "depths")) {
    script->depth_count = 0;
    for (int i = 1; i < count && script->depth_count < MOST_DEPTHS; i++)
      script->depths[script->depth_count++] = (int)number(words[i], 8);
  }
  if (is(words[0], "resolutions") && count > 3) {
    script->lowest_dpi = (int)number(words[1], 75);
    script->highest_dpi = (int)number(words[2], 600);
    script->dpi_step = (int)number(words[3], 1);
  }
}

static void read_page_words(struct script *script, char **words, int count) {
  const char *value = count > 1 ? words[1] : NULL;
  if (is(words[0], "chunk")) script->chunk = (int)number(value, 0);
  if (is(words[0], "announce")) script->announced = is(value, "unknown") ? -1 : is(value, "none") ? -2 : number(value, 0);
  if (is(words[0], "deliver")) script->delivered = number(value, -1);
  if (is(words[0], "width")) script->width = (int)number(value, 0);
  if (is(words[0], "padding")) script->padding = (int)number(value, 0);
  if (is(words[0], "empty-reads")) script->empty_reads = (int)number(value, 0);
  if (is(words[0], "three-pass")) snprintf(script->passes, sizeof script->passes, "%.3s", value ? value : "RGB");
  if (is(words[0], "cut")) script->cut = (int)number(value, 0);
  if (is(words[0], "last-frame")) script->last_frame = (int)number(value, 1);
  if (is(words[0], "format")) script->format = (int)number(value, 0);
  if (is(words[0], "claim")) script->claim = (int)number(value, 0);
  if (is(words[0], "eof-after-cancel")) script->ends_after_cancel = 1;
}

/* Takes a leading "WORD N" off; false where N is not the one at hand. */
static int holds(const char *word, int at_hand, char ***words, int *count) {
  if (*count < 3 || !is((*words)[0], word)) return 1;
  if (number((*words)[1], 0) != at_hand) return 0;
  *words += 2, *count -= 2;
  return 1;
}

static void read_line(struct script *script, char *text, int line, int page, int pass) {
  char *words[MOST_WORDS];
  int count = 0;
  text[strcspn(text, "#\r\n")] = 0;
  for (char *word = strtok(text, " \t"); word && count < MOST_WORDS; word = strtok(NULL, " \t")) words[count++] = word;
  char **first = words;
  if (!holds("page", page, &first, &count) || !holds("pass", pass, &first, &count) || count == 0) return;
  int call = named(first[0], call_words, CALLS);
  if (call >= 0) {
    read_fault(script, (enum call)call, first + 1, count - 1, line);
  } else {
    read_device_words(script, first, count);
    read_option_words(script, first, count);
    read_page_words(script, first, count);
  }
}

void script_read(struct script *script, const char *path, int page, int pass) {
  set_defaults(script);
  FILE *file = path ? fopen(path, "re") : NULL;
  if (!file) return;
  char text[256];
  for (int line = 1; fgets(text, sizeof text, file); line++) read_line(script, text, line, page, pass);
  fclose(file);
}

/* Bytes that no one expects there. */
static void spill(int descriptor) {
  static const char noise[] = "\377garbage\n";
  if (write(descriptor, noise, sizeof noise - 1) < 0) perror("replay");
}

/* A child that keeps all that is open, and stays. */
static void leave_child(void) {
  if (fork() == 0)
    for (;;) pause();
}

static void wait_milliseconds(int milliseconds, const volatile int *cancelled) {
  const struct timespec slice = {0, 1000000};
  for (int done = 0; done < milliseconds && !*cancelled; done++) nanosleep(&slice, NULL);
}

SANE_Status script_act(struct script *script, enum call call, long row, const volatile int *cancelled) {
  for (int i = 0; i < script->fault_count; i++) {
    const struct fault *fault = &script->faults[i];
    if (fault->call != call || row < fault->after) continue;
    if (fault->times && script->used[fault->line] >= fault->times) continue;
    script->used[fault->line]++;
    switch (fault->action) {
    case ACT_STATUS: return (SANE_Status)fault->argument;
    case ACT_DELAY: wait_milliseconds(fault->argument, cancelled); break;
    case ACT_PRINT: puts(fault->text), fflush(stdout); break;
    case ACT_CRASH: signal(fault->argument, SIG_DFL), raise(fault->argument); break;
    case ACT_EXIT: _exit(fault->argument);
    case ACT_SPILL: spill(fault->argument); break;
    case ACT_SHUT: close(fault->argument); break;
    case ACT_FORK: leave_child(); break;
    case ACT_HANG:
      for (;;) pause();
    }
  }
  return SANE_STATUS_GOOD;
}

long script_next_row(const struct script *script, long row) {
  long next = -1;
  for (int i = 0; i < script->fault_count; i++) {
    const struct fault *fault = &script->faults[i];
    if (fault->call == CALL_READ && fault->after > row && (next < 0 || fault->after < next)) next = fault->after;
  }
  return next;
}
