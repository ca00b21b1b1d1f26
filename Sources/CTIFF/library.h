/* libtiff, loaded by the first TIFF that is read: with what it brings along (WebP, Zstandard, LERC, JBIG…) it costs
 * each start of a program that links it a millisecond, and few starts need it. The functions have the library's own
 * names, and are seen within the program only. */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <tiffio.h>

struct libtiff {
  TIFFOpenOptions *(*OpenOptionsAlloc)(void);
  void (*OpenOptionsFree)(TIFFOpenOptions *);
  void (*OpenOptionsSetMaxSingleMemAlloc)(TIFFOpenOptions *, tmsize_t);
  void (*OpenOptionsSetErrorHandlerExtR)(TIFFOpenOptions *, TIFFErrorHandlerExtR, void *);
  void (*OpenOptionsSetWarningHandlerExtR)(TIFFOpenOptions *, TIFFErrorHandlerExtR, void *);
  TIFF *(*ClientOpenExt)(
    const char *, const char *, thandle_t, TIFFReadWriteProc, TIFFReadWriteProc, TIFFSeekProc, TIFFCloseProc,
    TIFFSizeProc, TIFFMapFileProc, TIFFUnmapFileProc, TIFFOpenOptions *);
  void (*Cleanup)(TIFF *);
  int (*SetField)(TIFF *, uint32_t, ...);
  int (*GetField)(TIFF *, uint32_t, ...);
  int (*GetFieldDefaulted)(TIFF *, uint32_t, ...);
  int (*ReadScanline)(TIFF *, void *, uint32_t, uint16_t);
  tmsize_t (*ScanlineSize)(TIFF *);
  int (*RGBAImageOK)(TIFF *, char *);
  int (*ReadRGBAStripExt)(TIFF *, uint32_t, uint32_t *, int);
  int (*ReadRGBATileExt)(TIFF *, uint32_t, uint32_t, uint32_t *, int);
  int (*IsTiled)(TIFF *);
  int (*LastDirectory)(TIFF *);
  int (*ReadDirectory)(TIFF *);
};

extern struct libtiff libtiff;

/* Must come before any use. NULL, or why the library cannot be loaded. */
const char *libtiff_load(void);

#endif
