#include "CJPEG.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>
#include <jerror.h>

struct cjpeg_decoder {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr input;
  jmp_buf escape;
  cjpeg_source source;
  void *context;
  char message[JMSG_LENGTH_MAX];
  unsigned char buffer[65536];
};

static void fail(j_common_ptr codec) {
  cjpeg_decoder *decoder = codec->client_data;
  codec->err->format_message(codec, decoder->message);
  longjmp(decoder->escape, 1);
}

static void say_nothing(j_common_ptr codec) { (void)codec; }

static void judge(j_common_ptr codec, int level) {
  if (level >= 0) return;
  switch (codec->err->msg_code) {
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_JPEG_EOF:
  case JWRN_NOT_SEQUENTIAL:
  case JWRN_BOGUS_PROGRESSION:
    fail(codec);
  }
}

static void begin_input(j_decompress_ptr codec) { (void)codec; }

static boolean fetch(j_decompress_ptr codec) {
  cjpeg_decoder *decoder = codec->client_data;
  long count = decoder->source(decoder->context, decoder->buffer, sizeof decoder->buffer);
  if (count <= 0) {
    snprintf(decoder->message, sizeof decoder->message, "the file ends early");
    longjmp(decoder->escape, 1);
  }
  decoder->input.next_input_byte = decoder->buffer;
  decoder->input.bytes_in_buffer = count;
  return TRUE;
}

static void skip(j_decompress_ptr codec, long count) {
  struct jpeg_source_mgr *input = codec->src;
  while (count > (long)input->bytes_in_buffer) {
    count -= input->bytes_in_buffer;
    fetch(codec);
  }
  if (count > 0) {
    input->next_input_byte += count;
    input->bytes_in_buffer -= count;
  }
}

static void end_input(j_decompress_ptr codec) { (void)codec; }

cjpeg_decoder *cjpeg_decoder_make(cjpeg_source source, void *context) {
  cjpeg_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) return NULL;
  decoder->source = source;
  decoder->context = context;
  decoder->codec.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = fail;
  decoder->errors.emit_message = judge;
  decoder->errors.output_message = say_nothing;
  decoder->codec.client_data = decoder;
  if (setjmp(decoder->escape)) {
    free(decoder);
    return NULL;
  }
  jpeg_create_decompress(&decoder->codec);
  decoder->input.init_source = begin_input;
  decoder->input.fill_input_buffer = fetch;
  decoder->input.skip_input_data = skip;
  decoder->input.resync_to_restart = jpeg_resync_to_restart;
  decoder->input.term_source = end_input;
  decoder->codec.src = &decoder->input;
  return decoder;
}

int cjpeg_decoder_start(cjpeg_decoder *decoder, int only_checks, cjpeg_facts *facts) {
  struct jpeg_decompress_struct *codec = &decoder->codec;
  if (setjmp(decoder->escape)) return -1;
  jpeg_read_header(codec, TRUE);
  switch (codec->jpeg_color_space) {
  case JCS_GRAYSCALE: codec->out_color_space = JCS_GRAYSCALE; break;
  case JCS_CMYK:
  case JCS_YCCK: codec->out_color_space = JCS_CMYK; break;
  case JCS_YCbCr: codec->out_color_space = only_checks ? JCS_GRAYSCALE : JCS_RGB; break;
  default: codec->out_color_space = JCS_RGB;
  }
  if (only_checks) {
    codec->dct_method = JDCT_IFAST;
    codec->do_fancy_upsampling = FALSE;
  }
  jpeg_start_decompress(codec);
  facts->width = codec->output_width;
  facts->height = codec->output_height;
  facts->components = codec->output_components;
  facts->inverted = codec->saw_Adobe_marker;
  return 0;
}

int cjpeg_decoder_row(cjpeg_decoder *decoder, unsigned char *row) {
  if (setjmp(decoder->escape)) return -1;
  JSAMPROW rows[1] = {row};
  jpeg_read_scanlines(&decoder->codec, rows, 1);
  return 0;
}

int cjpeg_decoder_finish(cjpeg_decoder *decoder) {
  if (setjmp(decoder->escape)) return -1;
  jpeg_finish_decompress(&decoder->codec);
  return 0;
}

const char *cjpeg_decoder_message(const cjpeg_decoder *decoder) { return decoder->message; }

void cjpeg_decoder_free(cjpeg_decoder *decoder) {
  jpeg_destroy_decompress(&decoder->codec);
  free(decoder);
}
