#include "CJPEG.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

/* The part of libjpeg's preprocessor that is needed to tell it the page's height at the end: jpeglib.h
 * leaves the type open. Its first member has been this since release 5 (1994), in every descendant. */
struct jpeg_c_prep_controller {
  void (*start_pass)(j_compress_ptr codec, int pass_through);
};

struct cjpeg_encoder {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf escape;
  cjpeg_sink sink;
  void *context;
  char message[JMSG_LENGTH_MAX];
  unsigned char buffer[65536];
};

static void fail(j_common_ptr codec) {
  cjpeg_encoder *encoder = codec->client_data;
  codec->err->format_message(codec, encoder->message);
  longjmp(encoder->escape, 1);
}

static void say_nothing(j_common_ptr codec) { (void)codec; }

static void pass_on(cjpeg_encoder *encoder, size_t count) {
  if (count > 0 && encoder->sink(encoder->context, encoder->buffer, count) != 0) {
    snprintf(encoder->message, sizeof encoder->message, "the bytes could not be stored");
    longjmp(encoder->escape, 1);
  }
  encoder->destination.next_output_byte = encoder->buffer;
  encoder->destination.free_in_buffer = sizeof encoder->buffer;
}

static void begin_output(j_compress_ptr codec) { pass_on(codec->client_data, 0); }

static boolean buffer_full(j_compress_ptr codec) {
  cjpeg_encoder *encoder = codec->client_data;
  pass_on(encoder, sizeof encoder->buffer);
  return TRUE;
}

static void end_output(j_compress_ptr codec) {
  cjpeg_encoder *encoder = codec->client_data;
  pass_on(encoder, sizeof encoder->buffer - encoder->destination.free_in_buffer);
}

cjpeg_encoder *cjpeg_encoder_make(cjpeg_sink sink, void *context) {
  cjpeg_encoder *encoder = calloc(1, sizeof *encoder);
  if (!encoder) return NULL;
  encoder->sink = sink;
  encoder->context = context;
  encoder->codec.err = jpeg_std_error(&encoder->errors);
  encoder->errors.error_exit = fail;
  encoder->errors.output_message = say_nothing;
  encoder->codec.client_data = encoder;
  if (setjmp(encoder->escape)) {
    free(encoder);
    return NULL;
  }
  jpeg_create_compress(&encoder->codec);
  encoder->destination.init_destination = begin_output;
  encoder->destination.empty_output_buffer = buffer_full;
  encoder->destination.term_destination = end_output;
  encoder->codec.dest = &encoder->destination;
  return encoder;
}

int cjpeg_encoder_start(
  cjpeg_encoder *encoder, int width, int height, int components, int quality, int x_density, int y_density) {
  struct jpeg_compress_struct *codec = &encoder->codec;
  if (setjmp(encoder->escape)) return -1;
  codec->image_width = width;
  codec->image_height = height > 0 ? height : cjpeg_most_pixels;
  codec->input_components = components;
  codec->in_color_space = components == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, quality, TRUE);
  codec->density_unit = 1;
  codec->X_density = x_density;
  codec->Y_density = y_density;
  jpeg_start_compress(codec, TRUE);
  return 0;
}

static void feed(struct jpeg_compress_struct *codec, const unsigned char *rows, int count) {
  size_t row_bytes = (size_t)codec->image_width * codec->input_components;
  for (int done = 0; done < count;) {
    JSAMPROW pointers[cjpeg_rows_together];
    int some = count - done < cjpeg_rows_together ? count - done : cjpeg_rows_together;
    for (int i = 0; i < some; i++) pointers[i] = (JSAMPROW)rows + (done + i) * row_bytes;
    done += jpeg_write_scanlines(codec, pointers, some);
  }
}

int cjpeg_encoder_write(cjpeg_encoder *encoder, const unsigned char *rows, int count) {
  if (setjmp(encoder->escape)) return -1;
  feed(&encoder->codec, rows, count);
  return 0;
}

/* From here the page has `codec->next_scanline + count` rows: the preprocessor repeats the last row down to
 * the edge of the last blocks, as it does where the height is known from the start, so the pixels are the same. */
static void settle_height(struct jpeg_compress_struct *codec, int count) {
  int block_rows = codec->max_v_samp_factor * DCTSIZE;
  int height = codec->next_scanline + count;
  codec->image_height = count;
  codec->prep->start_pass(codec, 0);
  codec->image_height = height;
  codec->total_iMCU_rows = (height + block_rows - 1) / block_rows;
  for (int i = 0; i < codec->num_components; i++) {
    jpeg_component_info *component = &codec->comp_info[i];
    int blocks = (height * component->v_samp_factor + block_rows - 1) / block_rows;
    int rest = blocks % component->v_samp_factor;
    component->last_row_height = rest == 0 ? component->v_samp_factor : rest;
  }
}

int cjpeg_encoder_finish(cjpeg_encoder *encoder, const unsigned char *rows, int count) {
  struct jpeg_compress_struct *codec = &encoder->codec;
  if (setjmp(encoder->escape)) return -1;
  if (count > 0) {
    settle_height(codec, count);
    feed(codec, rows, count);
  } else {
    codec->image_height = codec->next_scanline;
  }
  jpeg_finish_compress(codec);
  return 0;
}

const char *cjpeg_encoder_message(const cjpeg_encoder *encoder) { return encoder->message; }

void cjpeg_encoder_free(cjpeg_encoder *encoder) {
  jpeg_destroy_compress(&encoder->codec);
  free(encoder);
}
