/* The fault script: a plain-text file, read anew at every SANE call. README.md has its words. */
#ifndef REPLAY_SCRIPT_H
#define REPLAY_SCRIPT_H

#include <sane/sane.h>

enum call {
  CALL_INIT, CALL_LIST, CALL_OPEN, CALL_OPTION, CALL_START, CALL_PARAMETERS, CALL_READ, CALL_CANCEL, CALL_CLOSE,
  CALL_EXIT, CALLS
};

enum action { ACT_STATUS, ACT_HANG, ACT_CRASH, ACT_EXIT, ACT_PRINT, ACT_DELAY, ACT_SPILL, ACT_SHUT, ACT_FORK };

enum { MOST_FAULTS = 64, MOST_DEPTHS = 3, MOST_SOURCES = 3, MOST_NAMES = 8 };

/* One line "CALL ACTION" of the script that holds for the page at hand. */
struct fault {
  enum call call;
  enum action action;
  int argument;    /* a status, a signal, an exit code, milliseconds or a descriptor */
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
  int sources[MOST_SOURCES], source_count; /* places in the list of all sources */
  int endless;     /* the feeder gives its first page for ever */
  int options_move; /* every option moves by a place when they are to be reloaded */
  int mode_locks;  /* once the mode is set, options can be neither listed nor set */
  char inactive[MOST_NAMES][32], read_only[MOST_NAMES][32];
  int inactive_count, read_only_count;
  char renamed[32], new_name[32];

  /* The page. */
  int chunk;       /* most bytes of a read; 0 is no limit */
  long announced;  /* rows that the parameters promise; 0: as asked, -1: unknown, -2: none */
  long delivered;  /* rows that come; -1: as asked */
  int width;       /* pixels a line once started; 0: as asked */
  int padding;     /* bytes more than needed in each line */
  int empty_reads; /* reads of no bytes before each that has some */
  char passes[4];  /* "RGB" in the order of the passes of three-pass colour; empty: one pass */
  int cut;         /* bytes that the last row lacks */
  int last_frame;  /* what the parameters say of it; -1: the truth */
  int format;      /* a SANE_Frame that the parameters tell of; -1: the truth */
  int claim;       /* the length that a read says it has, whatever it has; 0: the truth */
  int ends_after_cancel; /* a read after a cancel says EOF */
};

/* Reads the script for `page` and its `pass` (counted from 1). A path that is NULL or cannot be read gives the
 * defaults. */
void script_read(struct script *script, const char *path, int page, int pass);

/* Does what the script says about `call` after `row` rows of the page: waits, prints, crashes, hangs;
 * returns the status to give, GOOD where it says nothing. `*cancelled` cuts waits short. */
SANE_Status script_act(struct script *script, enum call call, long row, const volatile int *cancelled);

/* The next row after `row` at which a fault of sane_read is due, or -1. */
long script_next_row(const struct script *script, long row);

#endif
