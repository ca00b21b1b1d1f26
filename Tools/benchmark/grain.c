/* grain SEED: makes a drawn page look scanned: PNM (P4, P5, P6; 8 bit) from standard input to standard output.
 *
 * Colour and gray get paper that is not quite white, light that falls off to an edge, and the noise of a sensor; black and
 * white gets specks and frayed edges. Without them JPEG and Group 4 have too little to do. The same seed, the same bytes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static unsigned chance(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (unsigned)(state >> 32);
}

/* About a bell curve with a deviation of four. */
static int noise(void) {
  unsigned bits = chance();
  return (int)((bits & 7) + (bits >> 3 & 7) + (bits >> 6 & 7) + (bits >> 9 & 7)) - 14;
}

static unsigned char tint(int light, int channel, int x, int y, int width) {
  static const int paper[3] = {250, 246, 236};
  static int stain[3];
  if (channel == 0 && x % 64 == 0 && y % 64 == 0) stain[0] = (int)(chance() & 3);
  int value = light * (paper[channel] - stain[0]) / 255 - 14 * x / width + noise();
  return (unsigned char)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* The next number of the header, past comments. */
static int number(void) {
  int value, letter;
  while (scanf("%d", &value) != 1) {
    if (getchar() != '#') exit(65);
    do letter = getchar();
    while (letter != '\n' && letter != EOF);
  }
  return value;
}

int main(int count, char **words) {
  state = 88172645463325252ull + (count > 1 ? strtoull(words[1], NULL, 10) : 0) * 2654435761u;
  if (getchar() != 'P') return 65;
  int kind = number(), width = number(), height = number();
  if (kind < 4 || kind > 6 || width < 1 || height < 1 || (kind != 4 && number() != 255)) return 65;
  getchar();
  printf(kind == 4 ? "P%d\n%d %d\n" : "P%d\n%d %d\n255\n", kind, width, height);
  int channels = kind == 6 ? 3 : 1;
  size_t stride = kind == 4 ? ((size_t)width + 7) / 8 : (size_t)width * channels;
  unsigned char *row = malloc(stride);
  for (int y = 0; row && y < height && fread(row, 1, stride, stdin) == stride; y++) {
    for (size_t i = 0; i < stride; i++) {
      if (kind == 4) {
        int is_edge = row[i] != 0 && row[i] != 255;
        if (chance() % (is_edge ? 12 : 5000) == 0) row[i] ^= (unsigned char)(1 << chance() % 8);
      } else {
        row[i] = tint(row[i], kind == 6 ? (int)(i % 3) : 0, (int)(i / channels), y, width);
      }
    }
    fwrite(row, 1, stride, stdout);
  }
  free(row);
  return fflush(stdout) == 0 ? 0 : 74;
}
