/* floor DEVICE MODE RESOLUTION OUTPUT: scans the feeder into a PDF, synced, with the C libraries and nothing else.
 *
 * What scanning costs at least with libsane and libjpeg-turbo or libtiff: one process, no bookkeeping, no recovery, no
 * metadata, failures only told of. For comparison; not a product. MODE is SANE's: Color, Gray or Lineart. */
#include <sane/sane.h>
#include <sane/saneopts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <unistd.h>

/* After stdio.h, which it needs and does not include. */
#include <jpeglib.h>

enum { CHUNK = 128 * 1024, MOST_PAGES = 1000, OBJECTS_A_PAGE = 4, FIRST_OBJECT = 3 };

static SANE_Handle device;
static FILE *output;
static long offsets[FIRST_OBJECT + MOST_PAGES * OBJECTS_A_PAGE];
static int pages, resolution;
static SANE_Parameters frame;
static unsigned char chunk[CHUNK];

static void must(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "floor: %s failed\n", what);
  exit(70);
}

static void begin_object(int number, const char *format, ...) {
  va_list arguments;
  offsets[number] = ftell(output);
  fprintf(output, "%d 0 obj\n", number);
  va_start(arguments, format);
  vfprintf(output, format, arguments);
  va_end(arguments);
}

static void end_object(void) { fputs("\nendobj\n", output); }

/* ---- Options ---- */

static void set(const char *name, const void *value) {
  const SANE_Option_Descriptor *option;
  for (int i = 1; (option = sane_get_option_descriptor(device, i)); i++)
    if (option->name && strcmp(option->name, name) == 0) {
      must(sane_control_option(device, i, SANE_ACTION_SET_VALUE, (void *)value, NULL) == SANE_STATUS_GOOD, name);
      return;
    }
}

static void open_device(const char *name, const char *mode) {
  char text[64];
  must(sane_init(NULL, NULL) == SANE_STATUS_GOOD, "sane_init");
  must(sane_open(name, &device) == SANE_STATUS_GOOD, "sane_open");
  set(SANE_NAME_SCAN_SOURCE, strcpy(text, "Automatic Document Feeder"));
  set(SANE_NAME_SCAN_MODE, strcpy(text, mode));
  set(SANE_NAME_SCAN_RESOLUTION, &(SANE_Word){resolution});
}

/* ---- Rows ---- */

/* Bytes of the page, appended to `held` of them in the chunk; 0 at its end. */
static int more(int held) {
  SANE_Int count = 0;
  while (count == 0) {
    SANE_Status status = sane_read(device, chunk + held, CHUNK - held, &count);
    if (status == SANE_STATUS_EOF) return 0;
    must(status == SANE_STATUS_GOOD, "sane_read");
  }
  return count;
}

/* Hands whole rows to `take` until the page ends. */
static void rows(void (*take)(void *codec, unsigned char *rows, int count), void *codec) {
  int held = 0, count;
  while ((count = more(held)) > 0) {
    held += count;
    int whole = held / frame.bytes_per_line;
    take(codec, chunk, whole);
    held -= whole * frame.bytes_per_line;
    memmove(chunk, chunk + whole * frame.bytes_per_line, (size_t)held);
  }
}

/* ---- JPEG ---- */

static void take_for_jpeg(void *codec, unsigned char *bytes, int count) {
  JSAMPROW pointers[16];
  for (int done = 0; done < count;) {
    int some = count - done < 16 ? count - done : 16;
    for (int i = 0; i < some; i++) pointers[i] = bytes + (size_t)(done + i) * frame.bytes_per_line;
    done += (int)jpeg_write_scanlines(codec, pointers, some);
  }
}

static void jpeg_page(void) {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  int is_color = frame.format == SANE_FRAME_RGB;
  codec.err = jpeg_std_error(&errors);
  jpeg_create_compress(&codec);
  jpeg_stdio_dest(&codec, output);
  codec.image_width = frame.pixels_per_line, codec.image_height = frame.lines;
  codec.input_components = is_color ? 3 : 1;
  codec.in_color_space = is_color ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, 75, TRUE);
  jpeg_start_compress(&codec, TRUE);
  rows(take_for_jpeg, &codec);
  jpeg_finish_compress(&codec);
  jpeg_destroy_compress(&codec);
}

/* ---- Group 4 ---- */

struct fax {
  TIFF *file;
  uint32_t row;
  long position;
  int is_whole; /* what libtiff writes when it closes, a directory, is not the strip's */
};

static tmsize_t no_read(thandle_t fax, void *bytes, tmsize_t count) { return (void)fax, (void)bytes, (void)count, -1; }
static toff_t fax_size(thandle_t fax) { return (void)fax, 0; }
static int fax_close(thandle_t fax) { return (void)fax, 0; }
static toff_t fax_seek(thandle_t fax, toff_t to, int from) {
  struct fax *me = fax;
  return me->position = from == SEEK_SET ? (long)to : me->position;
}

/* All but the eight bytes of the TIFF's header goes into the document. */
static tmsize_t fax_write(thandle_t fax, void *bytes, tmsize_t count) {
  struct fax *me = fax;
  if (me->position >= 8 && !me->is_whole) fwrite(bytes, 1, (size_t)count, output);
  me->position += count;
  return count;
}

static void take_for_fax(void *codec, unsigned char *bytes, int count) {
  struct fax *fax = codec;
  for (int i = 0; i < count; i++)
    must(TIFFWriteScanline(fax->file, bytes + (size_t)i * frame.bytes_per_line, fax->row++, 0) == 1, "Group 4");
}

static void fax_page(void) {
  struct fax fax = {0};
  fax.file = TIFFClientOpen("page", "w", &fax, no_read, fax_write, fax_seek, fax_close, fax_size, NULL, NULL);
  TIFFSetField(fax.file, TIFFTAG_IMAGEWIDTH, frame.pixels_per_line);
  TIFFSetField(fax.file, TIFFTAG_IMAGELENGTH, frame.lines);
  TIFFSetField(fax.file, TIFFTAG_BITSPERSAMPLE, 1);
  TIFFSetField(fax.file, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
  TIFFSetField(fax.file, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  TIFFSetField(fax.file, TIFFTAG_ROWSPERSTRIP, frame.lines);
  TIFFWriteBufferSetup(fax.file, NULL, 65536);
  rows(take_for_fax, &fax);
  TIFFFlushData(fax.file);
  fax.is_whole = 1;
  TIFFCleanup(fax.file);
}

/* ---- The document ---- */

static void page(void) {
  int image = FIRST_OBJECT + pages * OBJECTS_A_PAGE, length = image + 1, contents = image + 2;
  double width = frame.pixels_per_line * 72.0 / resolution, height = frame.lines * 72.0 / resolution;
  begin_object(image, "<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/Length %d 0 R/ColorSpace/%s",
               frame.pixels_per_line, frame.lines, frame.depth, length,
               frame.format == SANE_FRAME_RGB ? "DeviceRGB" : "DeviceGray");
  if (frame.depth == 1) {
    fprintf(output, "/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns %d/Rows %d>>", frame.pixels_per_line, frame.lines);
  } else {
    fputs("/Filter/DCTDecode", output);
  }
  fputs(">>stream\n", output);
  long start = ftell(output);
  if (frame.depth == 1) fax_page();
  else jpeg_page();
  long bytes = ftell(output) - start;
  fputs("\nendstream", output);
  end_object();
  begin_object(length, "%ld", bytes);
  end_object();
  char drawing[80];
  int drawn = snprintf(drawing, sizeof drawing, "%.2f 0 0 %.2f 0 0 cm/I Do", width, height);
  begin_object(contents, "<</Length %d>>stream\n%s\nendstream", drawn, drawing);
  end_object();
  begin_object(contents + 1, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</I %d 0 R>>>>>>",
               width, height, contents, image);
  end_object();
  pages++;
}

static void finish(void) {
  int count = FIRST_OBJECT + pages * OBJECTS_A_PAGE;
  begin_object(2, "<</Type/Pages/Count %d/Kids[", pages);
  for (int i = 0; i < pages; i++) fprintf(output, "%d 0 R ", FIRST_OBJECT + i * OBJECTS_A_PAGE + 3);
  fputs("]>>", output);
  end_object();
  begin_object(1, "<</Type/Catalog/Pages 2 0 R>>");
  end_object();
  long table = ftell(output);
  fprintf(output, "xref\n0 %d\n0000000000 65535 f \n", count);
  for (int i = 1; i < count; i++) fprintf(output, "%010ld 00000 n \n", offsets[i]);
  fprintf(output, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%ld\n%%%%EOF\n", count, table);
  must(fflush(output) == 0 && fsync(fileno(output)) == 0, "writing");
}

int main(int count, char **words) {
  if (count != 5) return fputs("usage: floor DEVICE MODE RESOLUTION OUTPUT\n", stderr), 64;
  resolution = atoi(words[3]);
  open_device(words[1], words[2]);
  must((output = fopen(words[4], "wbe")) != NULL, words[4]);
  fputs("%PDF-1.4\n", output);
  while (pages < MOST_PAGES && sane_start(device) == SANE_STATUS_GOOD) {
    must(sane_get_parameters(device, &frame) == SANE_STATUS_GOOD, "sane_get_parameters");
    page();
  }
  finish();
  sane_close(device);
  sane_exit();
  return pages ? 0 : 66;
}
