#ifndef CPNG_H
#define CPNG_H

/* A shim over libpng, for one reason: it reports errors by calling a function that must not return, so
 * setjmp and longjmp, which Swift frames must not be jumped over. Each function returns 0, or -1 after which
 * the message says why and only free is allowed. */

#include <stddef.h>

typedef struct cpng_reader cpng_reader;

/* Fills `bytes`, all of it; returns 0, or anything else to break off. */
typedef int (*cpng_source)(void *context, unsigned char *bytes, size_t count);

/* What the rows will be like: gray (1) or red, green, blue (3), of 8 bits, transparency laid over white;
 * or one bit, 1 for black. */
typedef struct {
  unsigned width, height;
  int components, bits;
  /* How often all rows are read; what one pass leaves in a row the next one completes. */
  int passes;
  /* Pixels a metre, or 0. */
  unsigned x_per_metre, y_per_metre;
} cpng_facts;

cpng_reader *cpng_reader_make(cpng_source source, void *context);
int cpng_reader_start(cpng_reader *reader, unsigned most_pixels_a_side, cpng_facts *facts);
int cpng_reader_row(cpng_reader *reader, unsigned char *row);
/* Reads what follows the rows, to the end mark. */
int cpng_reader_finish(cpng_reader *reader);
const char *cpng_reader_message(const cpng_reader *reader);
void cpng_reader_free(cpng_reader *reader);

#endif
