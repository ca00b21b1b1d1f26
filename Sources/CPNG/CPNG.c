#include "CPNG.h"
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

struct cpng_reader {
  png_structp png;
  png_infop info;
  jmp_buf escape;
  cpng_source source;
  void *context;
  size_t row_bytes;
  int inverts;
  char message[200];
};

static void fail(png_structp png, png_const_charp text) {
  cpng_reader *reader = png_get_error_ptr(png);
  snprintf(reader->message, sizeof reader->message, "%s", text);
  longjmp(reader->escape, 1);
}

static void say_nothing(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void fetch(png_structp png, png_bytep bytes, size_t count) {
  cpng_reader *reader = png_get_io_ptr(png);
  if (reader->source(reader->context, bytes, count) != 0) png_error(png, "the file ends early");
}

cpng_reader *cpng_reader_make(cpng_source source, void *context) {
  cpng_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->source = source;
  reader->context = context;
  if (setjmp(reader->escape)) {
    cpng_reader_free(reader);
    return NULL;
  }
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, fail, say_nothing);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    cpng_reader_free(reader);
    return NULL;
  }
  png_set_read_fn(reader->png, reader, fetch);
  return reader;
}

/* A palette of black and white alone is lineart; tells whether its first colour is black. */
static int is_black_and_white(cpng_reader *reader, int *first_is_black) {
  png_colorp colors = NULL;
  int count = 0;
  if (!png_get_PLTE(reader->png, reader->info, &colors, &count) || count != 2) return 0;
  int sums[2];
  for (int i = 0; i < 2; i++) sums[i] = colors[i].red + colors[i].green + colors[i].blue;
  *first_is_black = sums[0] == 0;
  return (sums[0] == 0 && sums[1] == 3 * 255) || (sums[0] == 3 * 255 && sums[1] == 0);
}

static int stays_bilevel(cpng_reader *reader, int type, int bits) {
  if (bits != 1 || png_get_valid(reader->png, reader->info, PNG_INFO_tRNS)) return 0;
  reader->inverts = 1;
  return type == PNG_COLOR_TYPE_GRAY || is_black_and_white(reader, &reader->inverts);
}

static void expand(cpng_reader *reader, int type, int bits) {
  png_structp png = reader->png;
  int transparent = png_get_valid(png, reader->info, PNG_INFO_tRNS) || (type & PNG_COLOR_MASK_ALPHA);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (type == PNG_COLOR_TYPE_GRAY && bits < 8) png_set_expand_gray_1_2_4_to_8(png);
  if (png_get_valid(png, reader->info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
  if (transparent) {
    /* In the terms of the rows that come out, which have 8 bits. */
    png_color_16 white = {0, 255, 255, 255, 255};
    png_set_background(png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
  }
  if (bits == 16) png_set_scale_16(png);
}

int cpng_reader_start(cpng_reader *reader, unsigned most_pixels_a_side, cpng_facts *facts) {
  png_structp png = reader->png;
  if (setjmp(reader->escape)) return -1;
  png_set_user_limits(png, most_pixels_a_side, most_pixels_a_side);
  png_read_info(png, reader->info);
  int type = png_get_color_type(png, reader->info);
  int bits = png_get_bit_depth(png, reader->info);
  int bilevel = stays_bilevel(reader, type, bits);
  if (!bilevel) {
    reader->inverts = 0;
    expand(reader, type, bits);
  }
  facts->passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  reader->row_bytes = png_get_rowbytes(png, reader->info);
  facts->width = png_get_image_width(png, reader->info);
  facts->height = png_get_image_height(png, reader->info);
  facts->bits = png_get_bit_depth(png, reader->info);
  facts->components = bilevel ? 1 : png_get_channels(png, reader->info);
  facts->x_per_metre = png_get_x_pixels_per_meter(png, reader->info);
  facts->y_per_metre = png_get_y_pixels_per_meter(png, reader->info);
  return 0;
}

int cpng_reader_row(cpng_reader *reader, unsigned char *row) {
  if (setjmp(reader->escape)) return -1;
  /* The library completes what earlier passes left, in its own sense of the bits. */
  if (reader->inverts) for (size_t i = 0; i < reader->row_bytes; i++) row[i] = ~row[i];
  png_read_row(reader->png, row, NULL);
  if (reader->inverts) for (size_t i = 0; i < reader->row_bytes; i++) row[i] = ~row[i];
  return 0;
}

int cpng_reader_finish(cpng_reader *reader) {
  if (setjmp(reader->escape)) return -1;
  png_read_end(reader->png, NULL);
  return 0;
}

const char *cpng_reader_message(const cpng_reader *reader) { return reader->message; }

void cpng_reader_free(cpng_reader *reader) {
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}
