/* One scanner of the backend: its name, its folder of pages, its options, and the page that is being scanned. */
#ifndef REPLAY_DEVICE_H
#define REPLAY_DEVICE_H

#include <sane/sane.h>

#include "script.h"
#include "sheet.h"

enum option {
  OPT_COUNT,
  OPT_SCAN_GROUP,
  OPT_MODE,
  OPT_DEPTH,
  OPT_RESOLUTION,
  OPT_SOURCE,
  OPT_AREA_GROUP,
  OPT_PAGE_WIDTH,
  OPT_PAGE_HEIGHT,
  OPT_TOP_LEFT_X,
  OPT_TOP_LEFT_Y,
  OPT_BOTTOM_RIGHT_X,
  OPT_BOTTOM_RIGHT_Y,
  OPT_SENSOR_GROUP,
  OPT_BUTTON_SCAN,
  OPT_BUTTON_EMAIL,
  OPT_BUTTON_COPY,
  OPT_PAGE_LOADED,
  OPT_COVER_OPEN,
  OPTIONS
};

enum mode { MODE_LINEART, MODE_GRAY, MODE_COLOR };
enum source { SOURCE_FLATBED, SOURCE_FEEDER, SOURCE_DUPLEX };

struct device {
  char name[64], folder[1024], script_path[1024];
  SANE_Device face;
  struct script script;

  SANE_Option_Descriptor descriptors[OPTIONS];
  SANE_Word resolution_list[8], depth_list[MOST_DEPTHS + 1];
  SANE_Range resolution_range, width_range, height_range;
  enum mode mode;
  enum source source;
  SANE_Int depth, resolution;
  SANE_Fixed geometry[OPTIONS]; /* those from page-width to br-y are used */

  SANE_String_Const source_list[MOST_SOURCES + 1];
  SANE_Option_Descriptor filler; /* what stands at place 1 once the options have moved */
  int moved;                     /* places that the options have moved by */
  int locked;                    /* no options any more */

  int is_open;
  char restock[32];
  int next_side; /* the next page of the folder, from 0 */

  /* The page that is being scanned; `page` counts from 1, 0 before the first. */
  int page;
  int is_scanning;
  volatile int cancelled;
  struct sheet sheet;
  struct view view;
  int pass;              /* of three-pass colour, from 0 */
  SANE_Parameters parameters;
  unsigned char *row;    /* the row that is handed out, with its padding */
  unsigned char *color;  /* for one pass: the row in all colours */
  long position;         /* bytes of it that are out */
  long rows, rows_made;  /* in all, and so far */
  int empty_reads;       /* that came since the last one with bytes */
};

/* Reads the script for the page at hand (or the next) and brings the options in line with it. */
void device_refresh(struct device *device);

void options_set_up(struct device *device);
SANE_Status options_control(struct device *device, SANE_Int option, SANE_Action action, void *value, SANE_Int *info);

/* An option by the place that callers see it at; NULL where there is none. */
const SANE_Option_Descriptor *options_at(const struct device *device, SANE_Int place);

/* The area asked for, in pixels. */
void options_view(const struct device *device, struct view *view);

#endif
