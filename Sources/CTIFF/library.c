#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

struct libtiff libtiff;

static char complaint[256];

#define PLACE(name) {"TIFF" #name, offsetof(struct libtiff, name)}
static const struct {
  const char *name;
  size_t place;
} functions[] = {
  PLACE(OpenOptionsAlloc), PLACE(OpenOptionsFree), PLACE(OpenOptionsSetMaxSingleMemAlloc),
  PLACE(OpenOptionsSetErrorHandlerExtR), PLACE(OpenOptionsSetWarningHandlerExtR), PLACE(ClientOpenExt),
  PLACE(Cleanup), PLACE(SetField), PLACE(GetField), PLACE(GetFieldDefaulted), PLACE(ReadScanline),
  PLACE(ScanlineSize), PLACE(RGBAImageOK), PLACE(ReadRGBAStripExt), PLACE(ReadRGBATileExt), PLACE(IsTiled),
  PLACE(LastDirectory), PLACE(ReadDirectory),
};

static void load(void) {
  /* The version whose functions with options we call; the one before has none. */
  void *library = dlopen("libtiff.so.6", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(complaint, sizeof complaint, "%s", dlerror());
    return;
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *found = dlsym(library, functions[i].name);
    if (!found) snprintf(complaint, sizeof complaint, "libtiff has no %s", functions[i].name);
    *(void **)((char *)&libtiff + functions[i].place) = found;
  }
}

const char *libtiff_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return complaint[0] ? complaint : NULL;
}

/* What Swift calls. */
#define OURS __attribute__((visibility("hidden")))
OURS void TIFFCleanup(TIFF *file) { libtiff.Cleanup(file); }
OURS int TIFFReadScanline(TIFF *file, void *bytes, uint32_t row, uint16_t sample) {
  return libtiff.ReadScanline(file, bytes, row, sample);
}
OURS tmsize_t TIFFScanlineSize(TIFF *file) { return libtiff.ScanlineSize(file); }
OURS int TIFFRGBAImageOK(TIFF *file, char message[1024]) { return libtiff.RGBAImageOK(file, message); }
OURS int TIFFReadRGBAStripExt(TIFF *file, uint32_t row, uint32_t *raster, int stops_on_error) {
  return libtiff.ReadRGBAStripExt(file, row, raster, stops_on_error);
}
OURS int TIFFReadRGBATileExt(TIFF *file, uint32_t column, uint32_t row, uint32_t *raster, int stops_on_error) {
  return libtiff.ReadRGBATileExt(file, column, row, raster, stops_on_error);
}
OURS int TIFFIsTiled(TIFF *file) { return libtiff.IsTiled(file); }
OURS int TIFFLastDirectory(TIFF *file) { return libtiff.LastDirectory(file); }
OURS int TIFFReadDirectory(TIFF *file) { return libtiff.ReadDirectory(file); }
