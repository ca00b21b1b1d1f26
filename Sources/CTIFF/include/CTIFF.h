#ifndef CTIFF_H
#define CTIFF_H

/* A shim over libtiff, for one reason: TIFFSetField and TIFFGetField are variadic and its error handlers take
 * a va_list, and Swift calls neither. */

#include <tiffio.h>

enum { ctiff_message_size = 256 };

/* Opens a client file as TIFFClientOpen does, with errors (the first one) written to `message`, which has
 * ctiff_message_size bytes and outlives the file, nothing printed, and no allocation above `most_bytes`. */
TIFF *ctiff_open(
  const char *mode, void *context, TIFFReadWriteProc read, TIFFReadWriteProc write, TIFFSeekProc seek,
  TIFFCloseProc close, TIFFSizeProc size, char *message, tmsize_t most_bytes);

int ctiff_set_number(TIFF *file, uint32_t tag, uint32_t value);

#endif
