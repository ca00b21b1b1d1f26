// What the recorder writes down, and when.
#pragma once

#include <stddef.h>
#include <stdbool.h>
#include <sys/types.h>

// The C library's calls, taken over by name: the loader finds ours first.
#define TAKEN_OVER __attribute__((visibility("default")))

// Where the log is open: out of the way of every number that the program gives to its children.
enum { log_number = 400 };

struct event {
  const char *kind;
  ino_t inode;          // of the file or folder, 0 where there is none
  long long number;     // an offset, a size, a descriptor
  const char *path;     // absolute, or NULL
  const void *bytes;    // or NULL
  size_t count;
};

// True once the log is open, so that what happens while the process is being loaded passes untouched.
bool is_recording(void);

// The storage is worked on by one thread of one process at a time, so that the log has the order of things as
// they were. Between the two the C library's calls that are taken over must not be used on the storage.
void begin_step(void);
void end_step(void);

// Appends to the log, within a step.
void note(struct event event);

// The same, with the calls that led here, the innermost first.
void note_with_callers(struct event event);

// The recorder's own variables, "NAME=value", for the environment of children. Returns their number.
size_t own_variables(const char *variables[3]);

// Whether a path is below the folder that is recorded, or is it.
bool is_recorded(const char *path);

// The path that a descriptor is open on, as the kernel has it. False where it is none, or is not recorded.
bool recorded_path(int descriptor, char path[4096]);

// The path that a call names, absolute, with the links of its folder resolved. False where it is not recorded.
bool named_path(int folder, const char *name, char path[4096]);
