#include "CTIFF.h"
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

TIFF *ctiff_open(
  const char *mode, void *context, TIFFReadWriteProc read, TIFFReadWriteProc write, TIFFSeekProc seek,
  TIFFCloseProc close, TIFFSizeProc size, ctiff_messages *messages, tmsize_t most_bytes) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, note_error, messages);
  TIFFOpenOptionsSetWarningHandlerExtR(options, note_warning, messages);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_bytes);
  TIFF *file = TIFFClientOpenExt("page", mode, context, read, write, seek, close, size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return file;
}

int ctiff_set_number(TIFF *file, uint32_t tag, uint32_t value) { return TIFFSetField(file, tag, value); }

void ctiff_read_facts(TIFF *file, ctiff_facts *facts) {
  memset(facts, 0, sizeof *facts);
  facts->photometric = PHOTOMETRIC_MINISBLACK;
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &facts->width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &facts->height);
  TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &facts->photometric);
  TIFFGetField(file, TIFFTAG_XRESOLUTION, &facts->x_resolution);
  TIFFGetField(file, TIFFTAG_YRESOLUTION, &facts->y_resolution);
  TIFFGetFieldDefaulted(file, TIFFTAG_SUBFILETYPE, &facts->subfile_type);
  TIFFGetFieldDefaulted(file, TIFFTAG_BITSPERSAMPLE, &facts->bits);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLESPERPIXEL, &facts->samples);
  TIFFGetFieldDefaulted(file, TIFFTAG_PLANARCONFIG, &facts->planar);
  TIFFGetFieldDefaulted(file, TIFFTAG_COMPRESSION, &facts->compression);
  TIFFGetFieldDefaulted(file, TIFFTAG_ORIENTATION, &facts->orientation);
  TIFFGetFieldDefaulted(file, TIFFTAG_RESOLUTIONUNIT, &facts->resolution_unit);
  TIFFGetFieldDefaulted(file, TIFFTAG_SAMPLEFORMAT, &facts->sample_format);
  uint16_t count = 0, *kinds = NULL;
  if (TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &count, &kinds) && count > 0) facts->extra = kinds[0];
}

void ctiff_block_size(TIFF *file, uint32_t *width, uint32_t *height) {
  *width = *height = 0;
  if (TIFFIsTiled(file)) {
    TIFFGetField(file, TIFFTAG_TILEWIDTH, width);
    TIFFGetField(file, TIFFTAG_TILELENGTH, height);
  } else {
    TIFFGetFieldDefaulted(file, TIFFTAG_ROWSPERSTRIP, height);
  }
}

int ctiff_read_palette(TIFF *file, int bits, unsigned char *colors) {
  uint16_t *parts[3];
  if (!TIFFGetField(file, TIFFTAG_COLORMAP, &parts[0], &parts[1], &parts[2])) return 0;
  int count = 1 << bits, is_wide = 0;
  for (int i = 0; i < count; i++) is_wide |= (parts[0][i] | parts[1][i] | parts[2][i]) > 255;
  for (int i = 0; i < count; i++)
    /* Some writers leave their 8 bits where 16 belong. */
    for (int part = 0; part < 3; part++) colors[3 * i + part] = is_wide ? parts[part][i] >> 8 : parts[part][i];
  return 1;
}
