#ifndef CTIFF_H
#define CTIFF_H

/* A shim over libtiff, which reads, for one reason: TIFFSetField and TIFFGetField are variadic and its error handlers
 * take a va_list, and Swift calls neither. */

#include <tiffio.h>

enum { ctiff_message_size = 256 };

/* What libtiff says, the first of each kind; zeroed by who has it. Outlives the file. */
typedef struct {
  char error[ctiff_message_size];
  char warning[ctiff_message_size];
} ctiff_messages;

/* Loads libtiff. NULL, or why it cannot be used; to be asked before anything else here. */
const char *ctiff_complaint(void);

/* Opens a client file for reading as TIFFClientOpen does; nothing is printed, and nothing above `most_bytes` is
 * allocated at once. */
TIFF *ctiff_open(
  void *context, TIFFReadWriteProc read, TIFFSeekProc seek, TIFFSizeProc size, ctiff_messages *messages,
  tmsize_t most_bytes);

int ctiff_set_number(TIFF *file, uint32_t tag, uint32_t value);

/* The tags of a directory that matter for reading its pixels, with their defaults where they are missing. */
typedef struct {
  uint32_t width, height, subfile_type;
  uint16_t bits, samples, photometric, planar, compression, orientation, resolution_unit, sample_format;
  /* EXTRASAMPLE_* of the first sample beyond the colours, 0 where there is none. */
  uint16_t extra;
  /* 0 where missing. */
  float x_resolution, y_resolution;
} ctiff_facts;

void ctiff_read_facts(TIFF *file, ctiff_facts *facts);

/* The size of a tile, or for stripped files 0 and the rows of a strip. */
void ctiff_block_size(TIFF *file, uint32_t *width, uint32_t *height);

/* Red, green and blue of the colours, 8 bits each, 1 << bits of them; 0 where there is no palette. */
int ctiff_read_palette(TIFF *file, int bits, unsigned char *colors);

#endif
