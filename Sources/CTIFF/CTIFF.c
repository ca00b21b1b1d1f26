#include "CTIFF.h"
#include "library.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int note(char *text, const char *format, va_list values) {
  if (text[0] == 0) vsnprintf(text, ctiff_message_size, format, values);
  return 1;
}

static int note_error(TIFF *file, void *messages, const char *module, const char *format, va_list values) {
  (void)file;
  (void)module;
  return note(((ctiff_messages *)messages)->error, format, values);
}

static int note_warning(TIFF *file, void *messages, const char *module, const char *format, va_list values) {
  (void)file;
  (void)module;
  return note(((ctiff_messages *)messages)->warning, format, values);
}

/* libtiff asks for both, also of a file that is only read. */
static tmsize_t refuse_write(thandle_t context, void *bytes, tmsize_t count) {
  (void)context;
  (void)bytes;
  (void)count;
  return -1;
}

static int leave_open(thandle_t context) {
  (void)context;
  return 0;
}

const char *ctiff_complaint(void) { return libtiff_load(); }

TIFF *ctiff_open(
  void *context, TIFFReadWriteProc read, TIFFSeekProc seek, TIFFSizeProc size, ctiff_messages *messages,
  tmsize_t most_bytes) {
  TIFFOpenOptions *options = libtiff.OpenOptionsAlloc();
  if (!options) return NULL;
  libtiff.OpenOptionsSetErrorHandlerExtR(options, note_error, messages);
  libtiff.OpenOptionsSetWarningHandlerExtR(options, note_warning, messages);
  libtiff.OpenOptionsSetMaxSingleMemAlloc(options, most_bytes);
  TIFF *file = libtiff.ClientOpenExt(
    "file", "r", context, read, refuse_write, seek, leave_open, size, NULL, NULL, options);
  libtiff.OpenOptionsFree(options);
  return file;
}

int ctiff_set_number(TIFF *file, uint32_t tag, uint32_t value) { return libtiff.SetField(file, tag, value); }

void ctiff_read_facts(TIFF *file, ctiff_facts *facts) {
  memset(facts, 0, sizeof *facts);
  facts->photometric = PHOTOMETRIC_MINISBLACK;
  libtiff.GetField(file, TIFFTAG_IMAGEWIDTH, &facts->width);
  libtiff.GetField(file, TIFFTAG_IMAGELENGTH, &facts->height);
  libtiff.GetField(file, TIFFTAG_PHOTOMETRIC, &facts->photometric);
  libtiff.GetField(file, TIFFTAG_XRESOLUTION, &facts->x_resolution);
  libtiff.GetField(file, TIFFTAG_YRESOLUTION, &facts->y_resolution);
  libtiff.GetFieldDefaulted(file, TIFFTAG_SUBFILETYPE, &facts->subfile_type);
  libtiff.GetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &facts->bits);
  libtiff.GetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &facts->samples);
  libtiff.GetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &facts->planar);
  libtiff.GetFieldDefaulted(file, TIFFTAG_COMPRESSION, &facts->compression);
  libtiff.GetFieldDefaulted(file, TIFFTAG_ORIENTATION, &facts->orientation);
  libtiff.GetFieldDefaulted(file, TIFFTAG_RESOLUTIONUNIT, &facts->resolution_unit);
  libtiff.GetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &facts->sample_format);
  uint16_t count = 0, *kinds = NULL;
  if (libtiff.GetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0) facts->extra = kinds[0];
}

void ctiff_block_size(TIFF *file, uint32_t *width, uint32_t *height) {
  *width = *height = 0;
  if (libtiff.IsTiled(file)) {
    libtiff.GetField(file, TIFFTAG_TILEWIDTH, width);
    libtiff.GetField(file, TIFFTAG_TILELENGTH, height);
  } else {
    libtiff.GetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, height);
  }
}

int ctiff_read_palette(TIFF *file, int bits, unsigned char *colors) {
  uint16_t *parts[3];
  if (!libtiff.GetField(file, TIFFTAG_COLORMAP, &parts[0], &parts[1], &parts[2])) return 0;
  int count = 1 << bits, is_wide = 0;
  for (int i = 0; i < count; i++) is_wide |= (parts[0][i] | parts[1][i] | parts[2][i]) > 255;
  for (int i = 0; i < count; i++)
    /* Some writers leave their 8 bits where 16 belong. */
    for (int part = 0; part < 3; part++) colors[3 * i + part] = is_wide ? parts[part][i] >> 8 : parts[part][i];
  return 1;
}
