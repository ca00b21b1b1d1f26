/* SANE backend "replay": scanners that scan the PNM pages of a folder; see README.md. */
#include <sane/sane.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "device.h"

/* SANE's loader looks for sane_BACKEND_FUNCTION. */
#define FACE(name) sane_replay_##name

enum { MOST_DEVICES = 16 };

static struct device *devices[MOST_DEVICES];
static int device_count;
static const SANE_Device *listed[MOST_DEVICES + 1];

/* ---- Which devices there are ---- */

static void add_device(const char *name, const char *folder, const char *script) {
  struct device *device = device_count < MOST_DEVICES ? calloc(1, sizeof *device) : NULL;
  if (!device) return;
  snprintf(device->name, sizeof device->name, "%s", name);
  snprintf(device->folder, sizeof device->folder, "%s", folder);
  snprintf(device->script_path, sizeof device->script_path, "%s", script ? script : "");
  device->face = (SANE_Device){device->name, "Replay", "Folder of pages", "virtual device"};
  devices[device_count++] = device;
}

static void read_configuration(const char *folder) {
  char path[4096], line[4096];
  snprintf(path, sizeof path, "%s/replay.conf", folder);
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "#\r\n")] = 0;
    char *word = strtok(line, " \t");
    if (!word || strcmp(word, "device") != 0) continue;
    char *name = strtok(NULL, " \t"), *pages = strtok(NULL, " \t"), *script = strtok(NULL, " \t");
    if (name && pages) add_device(name, pages, script);
  }
  if (file) fclose(file);
}

static void read_configurations(void) {
  const char *set = getenv("SANE_CONFIG_DIR");
  char *folders = strdup(set && *set ? set : "/etc/sane.d");
  for (char *rest, *folder = folders ? strtok_r(folders, ":", &rest) : NULL; folder; folder = strtok_r(NULL, ":", &rest))
    read_configuration(folder);
  free(folders);
  if (getenv("SANE_REPLAY_FOLDER")) add_device("pages", getenv("SANE_REPLAY_FOLDER"), getenv("SANE_REPLAY_SCRIPT"));
}

SANE_Status FACE(init)(SANE_Int *version, SANE_Auth_Callback authorize) {
  (void)authorize;
  if (version) *version = SANE_VERSION_CODE(SANE_CURRENT_MAJOR, 0, 1);
  read_configurations();
  for (int i = 0; i < device_count; i++) {
    device_refresh(devices[i]);
    SANE_Status status = script_act(&devices[i]->script, CALL_INIT, 0, &devices[i]->cancelled);
    if (status) return status;
  }
  return SANE_STATUS_GOOD;
}

void FACE(exit)(void) {
  for (int i = 0; i < device_count; i++) {
    device_refresh(devices[i]);
    script_act(&devices[i]->script, CALL_EXIT, 0, &devices[i]->cancelled);
  }
  while (device_count > 0) free(devices[--device_count]);
}

SANE_Status FACE(get_devices)(const SANE_Device ***list, SANE_Bool local_only) {
  (void)local_only;
  int count = 0;
  for (int i = 0; i < device_count; i++) {
    struct device *device = devices[i];
    device_refresh(device);
    SANE_Status status = script_act(&device->script, CALL_LIST, 0, &device->cancelled);
    if (status) return status;
    if (!device->script.absent) listed[count++] = &device->face;
  }
  listed[count] = NULL;
  *list = listed;
  return SANE_STATUS_GOOD;
}

/* ---- Opening ---- */

static struct device *named(const char *name) {
  if (!*name && device_count > 0) return devices[0];
  for (int i = 0; i < device_count; i++)
    if (strcmp(devices[i]->name, name) == 0) return devices[i];
  return NULL;
}

SANE_Status FACE(open)(SANE_String_Const name, SANE_Handle *handle) {
  struct device *device = named(name);
  if (!device) return SANE_STATUS_INVAL;
  device->page = device->next_side = 0;
  device_refresh(device);
  SANE_Status status = script_act(&device->script, CALL_OPEN, 0, &device->cancelled);
  if (status) return status;
  if (device->script.absent) return SANE_STATUS_INVAL;
  if (device->is_open) return SANE_STATUS_DEVICE_BUSY;
  options_set_up(device);
  device->is_open = 1;
  *handle = device;
  return SANE_STATUS_GOOD;
}

static void leave_page(struct device *device) {
  sheet_close(&device->sheet);
  free(device->row);
  free(device->color);
  device->row = device->color = NULL;
  device->is_scanning = 0;
  device->pass = 0;
}

void FACE(close)(SANE_Handle handle) {
  struct device *device = handle;
  device_refresh(device);
  script_act(&device->script, CALL_CLOSE, 0, &device->cancelled);
  leave_page(device);
  device->is_open = 0;
}

/* ---- Options ---- */

const SANE_Option_Descriptor *FACE(get_option_descriptor)(SANE_Handle handle, SANE_Int option) {
  return options_at(handle, option);
}

SANE_Status FACE(control_option)(SANE_Handle handle, SANE_Int option, SANE_Action action, void *value, SANE_Int *info) {
  struct device *device = handle;
  device_refresh(device);
  SANE_Status status = script_act(&device->script, CALL_OPTION, 0, &device->cancelled);
  return status ? status : options_control(device, option, action, value, info);
}

/* ---- A page ---- */

/* Says in the file SANE_REPLAY_LOG when something of the page happened, in nanoseconds of CLOCK_MONOTONIC. */
static void note(const char *what, const struct device *device) {
  const char *path = getenv("SANE_REPLAY_LOG");
  FILE *file = path ? fopen(path, "ae") : NULL;
  if (!file) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  fprintf(file, "%s %d %lld\n", what, device->page, now.tv_sec * 1000000000LL + now.tv_nsec);
  fclose(file);
}

static void describe_page(struct device *device) {
  const struct script *script = &device->script;
  int is_pass = script->passes[0] && device->view.channels == 3 && device->view.depth != 1;
  if (device->is_scanning && script->width > 0) device->view.width = script->width;
  device->rows = script->delivered >= 0 ? script->delivered : device->view.height;
  SANE_Parameters *parameters = &device->parameters;
  *parameters = (SANE_Parameters){.last_frame = !is_pass || device->pass == 2, .depth = device->view.depth};
  parameters->pixels_per_line = device->view.width;
  parameters->bytes_per_line = (SANE_Int)view_row_bytes(&device->view) / (is_pass ? 3 : 1) + script->padding;
  parameters->lines = script->announced == -2 ? 0 : script->announced ? (SANE_Int)script->announced : device->view.height;
  parameters->format = device->view.channels == 3 ? SANE_FRAME_RGB : SANE_FRAME_GRAY;
  if (is_pass) {
    char color = script->passes[device->pass];
    parameters->format = color == 'R' ? SANE_FRAME_RED : color == 'G' ? SANE_FRAME_GREEN : SANE_FRAME_BLUE;
  }
}

/* What the caller is told of the frame; the script may have it told otherwise. */
static SANE_Parameters told_parameters(const struct device *device) {
  SANE_Parameters told = device->parameters;
  if (device->script.last_frame >= 0) told.last_frame = device->script.last_frame;
  if (device->script.format >= 0) told.format = (SANE_Frame)device->script.format;
  return told;
}

SANE_Status FACE(get_parameters)(SANE_Handle handle, SANE_Parameters *parameters) {
  struct device *device = handle;
  device_refresh(device);
  SANE_Status status = script_act(&device->script, CALL_PARAMETERS, 0, &device->cancelled);
  if (status) return status;
  if (!device->is_scanning) {
    options_view(device, &device->view);
    device->pass = 0;
    describe_page(device);
  }
  *parameters = told_parameters(device);
  return SANE_STATUS_GOOD;
}

/* The feeder is filled again when the script's "restock" word changes. */
static void restock(struct device *device) {
  if (strcmp(device->restock, device->script.restock) == 0) return;
  strcpy(device->restock, device->script.restock);
  device->next_side = 0;
}

/* Takes the next page: the flatbed always has the first; a duplex feeder gives both sides of a sheet, so
 * after an odd last page comes a white one. */
static SANE_Status take_sheet(struct device *device) {
  sheet_close(&device->sheet);
  int count = sheet_count(device->folder);
  if (device->source == SOURCE_FLATBED) {
    sheet_open(&device->sheet, device->folder, 0);
    return SANE_STATUS_GOOD;
  }
  int sides = device->source == SOURCE_DUPLEX ? count + count % 2 : count;
  if (device->script.endless) device->next_side = 0;
  if (!device->script.page_loaded || device->next_side >= sides) return SANE_STATUS_NO_DOCS;
  int side = device->next_side++;
  if (side < count && !sheet_open(&device->sheet, device->folder, side)) return SANE_STATUS_IO_ERROR;
  return SANE_STATUS_GOOD;
}

static SANE_Status begin_rows(struct device *device) {
  device->is_scanning = 1;
  device_refresh(device);
  options_view(device, &device->view);
  describe_page(device);
  device->rows_made = 0;
  device->empty_reads = 0;
  device->position = device->parameters.bytes_per_line;
  free(device->row);
  free(device->color);
  device->row = calloc(1, (size_t)device->parameters.bytes_per_line + 1);
  device->color = calloc(1, view_row_bytes(&device->view) + 1);
  if (device->row && device->color) return SANE_STATUS_GOOD;
  leave_page(device);
  return SANE_STATUS_NO_MEM;
}

SANE_Status FACE(start)(SANE_Handle handle) {
  struct device *device = handle;
  if (device->is_scanning && !device->cancelled) return SANE_STATUS_DEVICE_BUSY;
  if (device->cancelled) leave_page(device);
  device->cancelled = 0;
  device_refresh(device);
  restock(device);
  SANE_Status status = script_act(&device->script, CALL_START, 0, &device->cancelled);
  if (status) return status;
  if (device->script.cover_open) return SANE_STATUS_COVER_OPEN;
  if (device->pass == 0) {
    status = take_sheet(device);
    if (status) return status;
    device->page++;
  }
  note("start", device);
  return begin_rows(device);
}

static void make_row(struct device *device) {
  int y = (int)device->rows_made++;
  size_t bytes = view_row_bytes(&device->view);
  device->position = 0;
  if (device->parameters.format == SANE_FRAME_RGB || device->parameters.format == SANE_FRAME_GRAY) {
    sheet_row(&device->sheet, &device->view, y, device->row);
    return;
  }
  sheet_row(&device->sheet, &device->view, y, device->color);
  size_t sample = device->view.depth / 8, first = (device->parameters.format - SANE_FRAME_RED) * sample;
  for (size_t from = first, to = 0; from < bytes; from += 3 * sample, to += sample)
    memcpy(device->row + to, device->color + from, sample);
}

/* The frame is out. Of three passes the last ends the page. */
static SANE_Status end_frame(struct device *device) {
  device->is_scanning = 0;
  if (device->parameters.last_frame) {
    leave_page(device);
  } else {
    device->pass++;
  }
  return SANE_STATUS_EOF;
}

/* How much of the row at hand comes: the last one may lack bytes. */
static long row_end(const struct device *device) {
  long stride = device->parameters.bytes_per_line;
  return device->rows_made == device->rows ? stride - device->script.cut : stride;
}

/* Whole rows straight from the file to where they are wanted; how many bytes. */
static long hand_out_straight(struct device *device, SANE_Byte *data, long limit, long stop) {
  long stride = device->parameters.bytes_per_line;
  int is_plain = device->parameters.format == SANE_FRAME_RGB || device->parameters.format == SANE_FRAME_GRAY;
  if (!is_plain || device->script.cut || stride != (long)view_row_bytes(&device->view)) return 0;
  long count = limit / stride, left = (stop > 0 ? stop : device->rows) - device->rows_made;
  if (count > left) count = left;
  if (count < 1) return 0;
  count = sheet_rows_as_they_are(&device->sheet, &device->view, (int)device->rows_made, (int)count, data);
  device->rows_made += count;
  return count * stride;
}

/* Copies rows out until `limit` bytes, or until the row at which the script has something to say. */
static int hand_out(struct device *device, SANE_Byte *data, int limit) {
  long stride = device->parameters.bytes_per_line, stop = script_next_row(&device->script, device->rows_made);
  int count = 0;
  while (count < limit) {
    if (device->position == stride) {
      if (device->rows_made == device->rows || device->rows_made == stop) break;
      long straight = hand_out_straight(device, data + count, limit - count, stop);
      count += (int)straight;
      if (straight) continue;
      make_row(device);
    }
    long piece = row_end(device) - device->position;
    if (piece <= 0) break;
    if (piece > limit - count) piece = limit - count;
    memcpy(data + count, device->row + device->position, (size_t)piece);
    device->position += piece;
    count += (int)piece;
  }
  return count;
}

static SANE_Status status_after_cancel(const struct device *device) {
  return device->script.ends_after_cancel ? SANE_STATUS_EOF : SANE_STATUS_CANCELLED;
}

SANE_Status FACE(read)(SANE_Handle handle, SANE_Byte *data, SANE_Int most, SANE_Int *length) {
  struct device *device = handle;
  *length = 0;
  if (device->cancelled) return leave_page(device), status_after_cancel(device);
  if (!device->is_scanning) return SANE_STATUS_INVAL;
  device_refresh(device);
  long rows_out = device->position == device->parameters.bytes_per_line ? device->rows_made : device->rows_made - 1;
  SANE_Status status = script_act(&device->script, CALL_READ, rows_out, &device->cancelled);
  if (device->cancelled) status = status_after_cancel(device);
  if (status) return leave_page(device), status;
  if (device->rows_made == device->rows && device->position >= row_end(device)) return end_frame(device);
  if (device->empty_reads++ < device->script.empty_reads) return SANE_STATUS_GOOD;
  device->empty_reads = 0;
  int limit = device->script.chunk > 0 && device->script.chunk < most ? device->script.chunk : most;
  *length = hand_out(device, data, limit);
  if (device->script.claim) *length = device->script.claim;
  if (device->rows_made == device->rows && device->position == device->parameters.bytes_per_line) note("last-row", device);
  return SANE_STATUS_GOOD;
}

/* Comes from a signal handler too, in the midst of a read: only the flag is set then. */
void FACE(cancel)(SANE_Handle handle) {
  struct device *device = handle;
  device->cancelled = 1;
  if (device->is_scanning) return;
  device_refresh(device);
  script_act(&device->script, CALL_CANCEL, 0, &device->cancelled);
}

SANE_Status FACE(set_io_mode)(SANE_Handle handle, SANE_Bool non_blocking) {
  (void)handle;
  return non_blocking ? SANE_STATUS_UNSUPPORTED : SANE_STATUS_GOOD;
}

SANE_Status FACE(get_select_fd)(SANE_Handle handle, SANE_Int *descriptor) {
  (void)handle, (void)descriptor;
  return SANE_STATUS_UNSUPPORTED;
}
