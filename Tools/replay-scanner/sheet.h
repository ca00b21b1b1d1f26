/* A page of the folder: a PNM file (P4, P5, P6; 8 or 16 bit), and rows drawn from it as a scanner would give them. */
#ifndef REPLAY_SHEET_H
#define REPLAY_SHEET_H

#include <stddef.h>

struct sheet {
  const unsigned char *map; /* the file; NULL is a white sheet */
  size_t size;
  int file; /* the same, for rows that are wanted as they are */
  const unsigned char *pixels;
  int width, height;
  int channels; /* 1 or 3 */
  int depth;    /* 1, 8 or 16 */
  size_t stride;
};

/* What the scanner is asked for, in pixels at the asked resolution. */
struct view {
  int left, top, width, height;
  int channels, depth;
  double scale; /* pixels of the sheet for one of the view */
};

/* How many pages the folder has. */
int sheet_count(const char *folder);

/* Opens page `index` (from 0, by name); false where there is none or it is no PNM file. */
int sheet_open(struct sheet *sheet, const char *folder, int index);
void sheet_close(struct sheet *sheet);

/* Bytes that a row of the view takes, without padding. */
size_t view_row_bytes(const struct view *view);

/* Row `y` of the view as SANE wants it: native byte order; 1-bit gray has 1 for black, 1-bit colour has a byte
 * of eight red samples, then green, then blue, 1 for light. Outside the sheet all is white. */
void sheet_row(const struct sheet *sheet, const struct view *view, int y, unsigned char *row);

/* Reads up to `count` rows from `y` on to where they are wanted, if they are wanted as the file has them.
 * Returns how many; 0 where `sheet_row` has to make them. The process's resident size does not grow with it. */
int sheet_rows_as_they_are(const struct sheet *sheet, const struct view *view, int y, int count, unsigned char *rows);

#endif
