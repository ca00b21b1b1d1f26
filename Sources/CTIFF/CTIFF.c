#include "CTIFF.h"
#include <stdarg.h>
#include <stdio.h>

static int note_error(TIFF *file, void *message, const char *module, const char *format, va_list values) {
  (void)file;
  (void)module;
  char *text = message;
  if (text[0] == 0) vsnprintf(text, ctiff_message_size, format, values);
  return 1;
}

static int ignore_warning(TIFF *file, void *data, const char *module, const char *format, va_list values) {
  (void)file;
  (void)data;
  (void)module;
  (void)format;
  (void)values;
  return 1;
}

TIFF *ctiff_open(
  const char *mode, void *context, TIFFReadWriteProc read, TIFFReadWriteProc write, TIFFSeekProc seek,
  TIFFCloseProc close, TIFFSizeProc size, char *message, tmsize_t most_bytes) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  message[0] = 0;
  TIFFOpenOptionsSetErrorHandlerExtR(options, note_error, message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, NULL);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, most_bytes);
  TIFF *file = TIFFClientOpenExt("page", mode, context, read, write, seek, close, size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return file;
}

int ctiff_set_number(TIFF *file, uint32_t tag, uint32_t value) { return TIFFSetField(file, tag, value); }
