/* The fault script: a plain-text file, read anew at every SANE call. README.md has its words. */
#ifndef REPLAY_SCRIPT_H
#define REPLAY_SCRIPT_H

#include <sane/sane.h>

enum call { CALL_LIST, CALL_OPEN, CALL_OPTION, CALL_START, CALL_PARAMETERS, CALL_READ, CALL_CANCEL, CALL_CLOSE, CALLS };

enum action { ACT_STATUS, ACT_HANG, ACT_CRASH, ACT_EXIT, ACT_PRINT, ACT_DELAY };

enum { MOST_FAULTS = 64, MOST_DEPTHS = 3 };

/* One line "CALL ACTION" of the script that holds for the page at hand. */
struct fault {
  enum call call;
  enum action action;
  int argument;    /* a status, a signal, an exit code or milliseconds */
  char text[80];   /* what is printed */
  long after;      /* rows of the page that come first */
  int times;       /* how often it holds; 0 is always */
  int line;        /* of the script; counts are kept by it */
};

struct script {
  struct fault faults[MOST_FAULTS];
  int fault_count;
  int used[256];   /* how often the fault of each line has struck, kept from reading to reading */

  /* The device. */
  char button[16], restock[32];
  int absent, cover_open, page_loaded;
  int pages_dpi;
  int bed_width, bed_length; /* millimetres; length 0: as the source has it */
  int depths[MOST_DEPTHS], depth_count;
  int lowest_dpi, highest_dpi, dpi_step;

  /* The page. */
  int chunk;       /* most bytes of a read; 0 is no limit */
  long announced;  /* rows that the parameters promise; 0: as asked, -1: unknown */
  long delivered;  /* rows that come; -1: as asked */
  int width;       /* pixels a line once started; 0: as asked */
  int padding;     /* bytes more than needed in each line */
  int empty_reads; /* reads of no bytes before each that has some */
  char passes[4];  /* "RGB" in the order of the passes of three-pass colour; empty: one pass */
};

/* Reads the script for `page` (counted from 1). A path that is NULL or cannot be read gives the defaults. */
void script_read(struct script *script, const char *path, int page);

/* Does what the script says about `call` after `row` rows of the page: waits, prints, crashes, hangs;
 * returns the status to give, GOOD where it says nothing. `*cancelled` cuts waits short. */
SANE_Status script_act(struct script *script, enum call call, long row, const volatile int *cancelled);

/* The next row after `row` at which a fault of sane_read is due, or -1. */
long script_next_row(const struct script *script, long row);

#endif
