#include "sheet.h"

#include <ctype.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int find(const char *folder, glob_t *found) {
  char pattern[4096];
  snprintf(pattern, sizeof pattern, "%s/*.p[bgnp]m", folder);
  return glob(pattern, 0, NULL, found) == 0;
}

int sheet_count(const char *folder) {
  glob_t found;
  int count = find(folder, &found) ? (int)found.gl_pathc : 0;
  if (count) globfree(&found);
  return count;
}

static int map_file(struct sheet *sheet, const char *path) {
  struct stat status;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  void *map = MAP_FAILED;
  if (fstat(file, &status) == 0 && status.st_size > 0)
    map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  if (map == MAP_FAILED) {
    close(file);
    return 0;
  }
  sheet->file = file;
  sheet->map = map;
  sheet->size = (size_t)status.st_size;
  return 1;
}

/* The next decimal number of the header, past blanks and comments; -1 where there is none. */
static long header_number(const struct sheet *sheet, size_t *at) {
  while (*at < sheet->size && !isdigit(sheet->map[*at])) {
    if (sheet->map[*at] == '#')
      while (*at < sheet->size && sheet->map[*at] != '\n') ++*at;
    else if (!isspace(sheet->map[*at]))
      return -1;
    else
      ++*at;
  }
  if (*at >= sheet->size) return -1;
  long value = 0;
  while (*at < sheet->size && isdigit(sheet->map[*at]) && value < 100000) value = value * 10 + sheet->map[(*at)++] - '0';
  return value;
}

static int read_header(struct sheet *sheet) {
  size_t at = 2;
  if (sheet->size < 8 || sheet->map[0] != 'P' || sheet->map[1] < '4' || sheet->map[1] > '6') return 0;
  int kind = sheet->map[1] - '0';
  long width = header_number(sheet, &at), height = header_number(sheet, &at);
  long most = kind == 4 ? 1 : header_number(sheet, &at);
  if (width < 1 || height < 1 || (most != 1 && most != 255 && most != 65535)) return 0;
  sheet->width = (int)width, sheet->height = (int)height;
  sheet->channels = kind == 6 ? 3 : 1;
  sheet->depth = kind == 4 ? 1 : most == 255 ? 8 : 16;
  sheet->stride = ((size_t)width * sheet->channels * sheet->depth + 7) / 8;
  sheet->pixels = sheet->map + at + 1;
  return at + 1 + sheet->stride * height <= sheet->size;
}

int sheet_open(struct sheet *sheet, const char *folder, int index) {
  glob_t found;
  memset(sheet, 0, sizeof *sheet);
  if (!find(folder, &found)) return 0;
  int good = index >= 0 && index < (int)found.gl_pathc && map_file(sheet, found.gl_pathv[index]) && read_header(sheet);
  globfree(&found);
  if (!good) sheet_close(sheet);
  return good;
}

void sheet_close(struct sheet *sheet) {
  if (sheet->map) {
    munmap((void *)sheet->map, sheet->size);
    close(sheet->file);
  }
  memset(sheet, 0, sizeof *sheet);
}

size_t view_row_bytes(const struct view *view) {
  if (view->depth == 1) return (size_t)(view->width + 7) / 8 * view->channels;
  return (size_t)view->width * view->channels * view->depth / 8;
}

/* One sample as light from 0 to 65535. */
static unsigned sample(const struct sheet *sheet, const unsigned char *line, int x, int channel) {
  size_t at = (size_t)x * sheet->channels + (sheet->channels == 3 ? channel : 0);
  switch (sheet->depth) {
  case 1: return line[at / 8] >> (7 - at % 8) & 1 ? 0 : 65535;
  case 8: return line[at] * 257u;
  default: return line[2 * at] * 256u + line[2 * at + 1];
  }
}

static unsigned light(const struct sheet *sheet, const unsigned char *line, int x, const struct view *view, int channel) {
  if (view->channels == 3 || sheet->channels == 1) return sample(sheet, line, x, channel);
  unsigned red = sample(sheet, line, x, 0), green = sample(sheet, line, x, 1), blue = sample(sheet, line, x, 2);
  return (77 * red + 150 * green + 29 * blue) >> 8;
}

static void put(const struct view *view, unsigned char *row, int x, int channel, unsigned value) {
  size_t at = (size_t)x * view->channels + channel;
  uint16_t native = (uint16_t)value;
  switch (view->depth) {
  case 1: {
    int bit = value >= 32768 ? view->channels == 3 : view->channels == 1;
    unsigned char *byte = row + (size_t)(x / 8) * view->channels + channel;
    *byte = (unsigned char)((*byte & ~(128 >> x % 8)) | (bit ? 128 >> x % 8 : 0));
    break;
  }
  case 8: row[at] = (unsigned char)(value >> 8); break;
  default: memcpy(row + 2 * at, &native, 2);
  }
}

static int is_verbatim(const struct sheet *sheet, const struct view *view) {
  return view->scale == 1 && sheet->channels == view->channels && sheet->depth == view->depth && view->left == 0
         && sheet->width == view->width && (view->depth == 8 || (view->depth == 1 && view->channels == 1));
}

int sheet_rows_as_they_are(const struct sheet *sheet, const struct view *view, int y, int count, unsigned char *rows) {
  if (!sheet->map || !is_verbatim(sheet, view)) return 0;
  int first = view->top + y;
  if (count > sheet->height - first) count = sheet->height - first;
  if (count < 1) return 0;
  off_t at = sheet->pixels - sheet->map + (off_t)sheet->stride * first;
  ssize_t got = pread(sheet->file, rows, sheet->stride * (size_t)count, at);
  return got > 0 ? (int)((size_t)got / sheet->stride) : 0;
}

void sheet_row(const struct sheet *sheet, const struct view *view, int y, unsigned char *row) {
  if (sheet_rows_as_they_are(sheet, view, y, 1, row)) return;
  int sheet_y = (int)((view->top + y) * view->scale);
  const unsigned char *line = sheet->pixels + sheet->stride * (size_t)sheet_y;
  int inside = sheet->map && sheet_y < sheet->height;
  memset(row, view->depth == 1 && view->channels == 1 ? 0 : 255, view_row_bytes(view));
  for (int x = 0; inside && x < view->width; x++) {
    int sheet_x = (int)((view->left + x) * view->scale);
    if (sheet_x >= sheet->width) break;
    for (int channel = 0; channel < view->channels; channel++)
      put(view, row, x, channel, light(sheet, line, sheet_x, view, channel));
  }
}
