#ifndef CJPEG_H
#define CJPEG_H

/* A shim over libjpeg, for two reasons C forces: libjpeg reports errors by calling a function that must
 * not return (so setjmp and longjmp, which Swift frames must not be jumped over), and its set-up calls
 * are macros. Each function returns 0, or -1 after which the message says why and only free is allowed. */

#include <stddef.h>

typedef struct cjpeg_encoder cjpeg_encoder;

/* Takes encoded bytes; returns 0, or anything else to break off. */
typedef int (*cjpeg_sink)(void *context, const unsigned char *bytes, size_t count);

/* Rows of a page of unknown height are fed in multiples of this, but for the last ones: no block straddles it. */
enum { cjpeg_rows_together = 16 };

/* Most pixels a side. */
enum { cjpeg_most_pixels = 65500 };

cjpeg_encoder *cjpeg_encoder_make(cjpeg_sink sink, void *context);
/* A height of 0 is unknown; with another, exactly so many rows have to come, any number at a time. */
int cjpeg_encoder_start(
  cjpeg_encoder *encoder, int width, int height, int components, int quality, int x_density, int y_density);
int cjpeg_encoder_write(cjpeg_encoder *encoder, const unsigned char *rows, int count);
/* Feeds the last `count` rows, 0 to 15, and ends the image; where the height was unknown, that in the frame header is
 * for the caller to set: it was written with the first rows. */
int cjpeg_encoder_finish(cjpeg_encoder *encoder, const unsigned char *rows, int count);
const char *cjpeg_encoder_message(const cjpeg_encoder *encoder);
void cjpeg_encoder_free(cjpeg_encoder *encoder);

typedef struct cjpeg_decoder cjpeg_decoder;

/* Fills up to `count` bytes; returns how many, 0 at the end, -1 to break off. */
typedef long (*cjpeg_source)(void *context, unsigned char *bytes, size_t count);

typedef struct {
  int width, height;
  /* Of a row's pixels: 1 gray, 3 red green blue, 4 CMYK. */
  int components;
  /* CMYK as Adobe writes it: 255 is no ink. */
  int inverted;
} cjpeg_facts;

cjpeg_decoder *cjpeg_decoder_make(cjpeg_source source, void *context);
/* `only_checks`: decode everything, but make no more of the pixels than is needed to find damage. */
int cjpeg_decoder_start(cjpeg_decoder *decoder, int only_checks, cjpeg_facts *facts);
/* Data that the library would mend with a warning is an error here. */
int cjpeg_decoder_row(cjpeg_decoder *decoder, unsigned char *row);
int cjpeg_decoder_finish(cjpeg_decoder *decoder);
const char *cjpeg_decoder_message(const cjpeg_decoder *decoder);
void cjpeg_decoder_free(cjpeg_decoder *decoder);

#endif
