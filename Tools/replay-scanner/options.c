#include <sane/saneopts.h>
#include <string.h>

#include "device.h"

enum { LONGEST_FLATBED = 300, LONGEST_FEEDER = 356 };
enum { SETTABLE = SANE_CAP_SOFT_SELECT | SANE_CAP_SOFT_DETECT, SENSED = SANE_CAP_HARD_SELECT | SANE_CAP_SOFT_DETECT };

static const SANE_String_Const modes[] = {
    SANE_VALUE_SCAN_MODE_LINEART, SANE_VALUE_SCAN_MODE_GRAY, SANE_VALUE_SCAN_MODE_COLOR, NULL};
static const SANE_String_Const sources[] = {"Flatbed", "Automatic Document Feeder", "ADF Duplex", NULL};
static const SANE_Word resolutions[] = {7, 75, 100, 150, 200, 300, 400, 600};
enum { STRING_SIZE = 32 };

static SANE_Option_Descriptor *describe(
    struct device *device, enum option option, SANE_String_Const name, SANE_String_Const title, SANE_Value_Type type) {
  SANE_Option_Descriptor *descriptor = &device->descriptors[option];
  *descriptor = (SANE_Option_Descriptor){.name = name, .title = title, .desc = title, .type = type, .cap = SETTABLE};
  descriptor->size = type == SANE_TYPE_STRING ? STRING_SIZE : type == SANE_TYPE_GROUP ? 0 : (SANE_Int)sizeof(SANE_Word);
  return descriptor;
}

static void describe_strings(
    struct device *device, enum option option, SANE_String_Const name, SANE_String_Const title, const SANE_String_Const *list) {
  SANE_Option_Descriptor *descriptor = describe(device, option, name, title, SANE_TYPE_STRING);
  descriptor->constraint_type = SANE_CONSTRAINT_STRING_LIST;
  descriptor->constraint.string_list = list;
}

static void describe_length(
    struct device *device, enum option option, SANE_String_Const name, SANE_String_Const title, const SANE_Range *range) {
  SANE_Option_Descriptor *descriptor = describe(device, option, name, title, SANE_TYPE_FIXED);
  descriptor->unit = SANE_UNIT_MM;
  descriptor->constraint_type = SANE_CONSTRAINT_RANGE;
  descriptor->constraint.range = range;
}

static void describe_sensor(struct device *device, enum option option, SANE_String_Const name, SANE_String_Const title) {
  describe(device, option, name, title, SANE_TYPE_BOOL)->cap = SENSED;
}

/* Eight bits where the scanner has them. */
static SANE_Int usual_depth(const struct script *script) {
  for (int i = 0; i < script->depth_count; i++)
    if (script->depths[i] == 8) return 8;
  return script->depth_count > 0 ? script->depths[0] : 8;
}

static int among(const char (*names)[32], int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0) return 1;
  return 0;
}

/* What the script takes away from options, or calls them. */
static void disturb(struct device *device) {
  const struct script *script = &device->script;
  for (enum option option = OPT_MODE; option < OPTIONS; option++) {
    SANE_Option_Descriptor *descriptor = &device->descriptors[option];
    if (!descriptor->name) continue; /* not set up yet */
    if (among(script->inactive, script->inactive_count, descriptor->name)) descriptor->cap |= SANE_CAP_INACTIVE;
    if (among(script->read_only, script->read_only_count, descriptor->name)) descriptor->cap &= ~SANE_CAP_SOFT_SELECT;
    if (script->renamed[0] && strcmp(script->renamed, descriptor->name) == 0) descriptor->name = script->new_name;
  }
}

/* What depends on the mode, the source and the script. */
static void refresh(struct device *device) {
  const struct script *script = &device->script;
  SANE_Option_Descriptor *resolution = &device->descriptors[OPT_RESOLUTION], *depth = &device->descriptors[OPT_DEPTH];
  int is_feeder = device->source != SOURCE_FLATBED;
  int longest = script->bed_length ? script->bed_length : is_feeder ? LONGEST_FEEDER : LONGEST_FLATBED;
  device->width_range.max = SANE_FIX(script->bed_width);
  device->height_range.max = SANE_FIX(longest);
  for (enum option option = OPT_PAGE_WIDTH; option <= OPT_PAGE_HEIGHT; option++)
    device->descriptors[option].cap = SETTABLE | (is_feeder ? 0 : SANE_CAP_INACTIVE);
  device->depth_list[0] = script->depth_count;
  for (int i = 0; i < script->depth_count; i++) device->depth_list[i + 1] = script->depths[i];
  depth->cap = SETTABLE | (device->mode == MODE_LINEART ? SANE_CAP_INACTIVE : 0);
  if (script->dpi_step) {
    device->resolution_range = (SANE_Range){script->lowest_dpi, script->highest_dpi, 0};
    resolution->constraint_type = SANE_CONSTRAINT_RANGE;
    resolution->constraint.range = &device->resolution_range;
  } else {
    resolution->constraint_type = SANE_CONSTRAINT_WORD_LIST;
    resolution->constraint.word_list = device->resolution_list;
  }
  for (int i = 0; i < script->source_count; i++) device->source_list[i] = sources[script->sources[i]];
  device->source_list[script->source_count] = NULL;
  disturb(device);
}

void options_set_up(struct device *device) {
  describe(device, OPT_COUNT, "", SANE_TITLE_NUM_OPTIONS, SANE_TYPE_INT)->cap = SANE_CAP_SOFT_DETECT;
  describe(device, OPT_SCAN_GROUP, "", "Scan", SANE_TYPE_GROUP)->cap = 0;
  describe_strings(device, OPT_MODE, SANE_NAME_SCAN_MODE, SANE_TITLE_SCAN_MODE, modes);
  SANE_Option_Descriptor *depth = describe(device, OPT_DEPTH, SANE_NAME_BIT_DEPTH, SANE_TITLE_BIT_DEPTH, SANE_TYPE_INT);
  depth->unit = SANE_UNIT_BIT;
  depth->constraint_type = SANE_CONSTRAINT_WORD_LIST;
  depth->constraint.word_list = device->depth_list;
  describe(device, OPT_RESOLUTION, SANE_NAME_SCAN_RESOLUTION, SANE_TITLE_SCAN_RESOLUTION, SANE_TYPE_INT)->unit = SANE_UNIT_DPI;
  describe_strings(device, OPT_SOURCE, SANE_NAME_SCAN_SOURCE, SANE_TITLE_SCAN_SOURCE, device->source_list);
  describe(device, OPT_AREA_GROUP, "", "Area", SANE_TYPE_GROUP)->cap = 0;
  describe_length(device, OPT_PAGE_WIDTH, "page-width", "Page width", &device->width_range);
  describe_length(device, OPT_PAGE_HEIGHT, "page-height", "Page height", &device->height_range);
  describe_length(device, OPT_TOP_LEFT_X, SANE_NAME_SCAN_TL_X, SANE_TITLE_SCAN_TL_X, &device->width_range);
  describe_length(device, OPT_TOP_LEFT_Y, SANE_NAME_SCAN_TL_Y, SANE_TITLE_SCAN_TL_Y, &device->height_range);
  describe_length(device, OPT_BOTTOM_RIGHT_X, SANE_NAME_SCAN_BR_X, SANE_TITLE_SCAN_BR_X, &device->width_range);
  describe_length(device, OPT_BOTTOM_RIGHT_Y, SANE_NAME_SCAN_BR_Y, SANE_TITLE_SCAN_BR_Y, &device->height_range);
  describe(device, OPT_SENSOR_GROUP, "", "Sensors", SANE_TYPE_GROUP)->cap = 0;
  describe_sensor(device, OPT_BUTTON_SCAN, SANE_NAME_SCAN, SANE_TITLE_SCAN);
  describe_sensor(device, OPT_BUTTON_EMAIL, SANE_NAME_EMAIL, SANE_TITLE_EMAIL);
  describe_sensor(device, OPT_BUTTON_COPY, SANE_NAME_COPY, SANE_TITLE_COPY);
  describe_sensor(device, OPT_PAGE_LOADED, SANE_NAME_PAGE_LOADED, SANE_TITLE_PAGE_LOADED);
  describe_sensor(device, OPT_COVER_OPEN, SANE_NAME_COVER_OPEN, SANE_TITLE_COVER_OPEN);
  memcpy(device->resolution_list, resolutions, sizeof resolutions);
  device->filler = device->descriptors[OPT_SCAN_GROUP];
  device->moved = device->locked = 0;
  device->mode = MODE_COLOR;
  device->source = device->script.source_count > 0 ? (enum source)device->script.sources[0] : SOURCE_FLATBED;
  device->depth = usual_depth(&device->script);
  device->resolution = 300;
  device->geometry[OPT_PAGE_WIDTH] = device->geometry[OPT_BOTTOM_RIGHT_X] = SANE_FIX(210);
  device->geometry[OPT_PAGE_HEIGHT] = device->geometry[OPT_BOTTOM_RIGHT_Y] = SANE_FIX(297);
  refresh(device);
}

void device_refresh(struct device *device) {
  int page = device->is_scanning || device->pass > 0 ? device->page : device->page + 1;
  script_read(&device->script, device->script_path[0] ? device->script_path : NULL, page, device->pass + 1);
  refresh(device);
}

static int place_in(const SANE_String_Const *list, const char *value) {
  for (int i = 0; list[i]; i++)
    if (strcmp(list[i], value) == 0) return i;
  return -1;
}

static SANE_Bool pressed(const struct device *device, const char *button) {
  return strcmp(device->script.button, button) == 0;
}

static SANE_Word get_word(const struct device *device, enum option option) {
  switch (option) {
  case OPT_COUNT: return OPTIONS + device->moved;
  case OPT_DEPTH: return device->mode == MODE_LINEART ? 1 : device->depth;
  case OPT_RESOLUTION: return device->resolution;
  case OPT_BUTTON_SCAN: return pressed(device, "scan");
  case OPT_BUTTON_EMAIL: return pressed(device, "email");
  case OPT_BUTTON_COPY: return pressed(device, "copy");
  case OPT_PAGE_LOADED: return device->script.page_loaded && device->next_side < sheet_count(device->folder);
  case OPT_COVER_OPEN: return device->script.cover_open;
  default: return device->geometry[option];
  }
}

static SANE_Status get(const struct device *device, enum option option, void *value) {
  if (option == OPT_MODE) {
    strcpy(value, modes[device->mode]);
  } else if (option == OPT_SOURCE) {
    strcpy(value, sources[device->source]);
  } else {
    *(SANE_Word *)value = get_word(device, option);
  }
  return SANE_STATUS_GOOD;
}

static SANE_Status set_word_of_list(const SANE_Word *list, SANE_Word wanted, SANE_Int *target) {
  for (int i = 1; i <= list[0]; i++)
    if (list[i] == wanted) return *target = wanted, SANE_STATUS_GOOD;
  return SANE_STATUS_INVAL;
}

static SANE_Status set_resolution(struct device *device, SANE_Word wanted, SANE_Int *info) {
  const struct script *script = &device->script;
  if (!script->dpi_step) return set_word_of_list(device->resolution_list, wanted, &device->resolution);
  if (wanted < script->lowest_dpi || wanted > script->highest_dpi) return SANE_STATUS_INVAL;
  device->resolution = (wanted + script->dpi_step / 2) / script->dpi_step * script->dpi_step;
  if (device->resolution != wanted) *info |= SANE_INFO_INEXACT;
  return SANE_STATUS_GOOD;
}

static SANE_Status set_length(struct device *device, enum option option, SANE_Fixed wanted, SANE_Int *info) {
  const SANE_Range *range = device->descriptors[option].constraint.range;
  SANE_Fixed kept = wanted < range->min ? range->min : wanted > range->max ? range->max : wanted;
  if (kept != wanted) *info |= SANE_INFO_INEXACT;
  device->geometry[option] = kept;
  return SANE_STATUS_GOOD;
}

static SANE_Status set(struct device *device, enum option option, const void *value, SANE_Int *info) {
  if (device->is_scanning) return SANE_STATUS_DEVICE_BUSY;
  *info |= SANE_INFO_RELOAD_PARAMS;
  if (option == OPT_MODE || option == OPT_SOURCE) {
    int place = place_in(option == OPT_MODE ? modes : sources, value);
    if (place < 0 || place_in(device->descriptors[option].constraint.string_list, value) < 0) return SANE_STATUS_INVAL;
    /* As drivers do that have but one: there is nothing to set. */
    if (option == OPT_SOURCE && device->script.source_count == 1) return SANE_STATUS_INVAL;
    if (option == OPT_MODE) device->mode = (enum mode)place, device->locked = device->script.mode_locks;
    if (option == OPT_SOURCE) device->source = (enum source)place;
    *info |= SANE_INFO_RELOAD_OPTIONS;
    if (device->script.options_move) device->moved = !device->moved;
    refresh(device);
    return SANE_STATUS_GOOD;
  }
  SANE_Word word = *(const SANE_Word *)value;
  if (option == OPT_DEPTH) return set_word_of_list(device->depth_list, word, &device->depth);
  if (option == OPT_RESOLUTION) return set_resolution(device, word, info);
  return set_length(device, option, word, info);
}

const SANE_Option_Descriptor *options_at(const struct device *device, SANE_Int place) {
  if (place > 0 && device->locked) return NULL;
  if (place == 1 && device->moved) return &device->filler;
  SANE_Int option = place > 0 ? place - device->moved : place;
  return option >= 0 && option < OPTIONS ? &device->descriptors[option] : NULL;
}

SANE_Status options_control(struct device *device, SANE_Int option, SANE_Action action, void *value, SANE_Int *info) {
  SANE_Int ignored = 0;
  if (!info) info = &ignored;
  *info = 0;
  if (option > 0) option -= device->moved;
  if (device->locked) return SANE_STATUS_INVAL;
  if (option < 0 || option >= OPTIONS || device->descriptors[option].type == SANE_TYPE_GROUP) return SANE_STATUS_INVAL;
  int cap = device->descriptors[option].cap;
  if (!SANE_OPTION_IS_ACTIVE(cap)) return SANE_STATUS_INVAL;
  if (action == SANE_ACTION_GET_VALUE) return get(device, (enum option)option, value);
  if (action != SANE_ACTION_SET_VALUE || !SANE_OPTION_IS_SETTABLE(cap)) return SANE_STATUS_INVAL;
  return set(device, (enum option)option, value, info);
}

void options_view(const struct device *device, struct view *view) {
  const double pixels = device->resolution / 25.4;
  const SANE_Fixed *at = device->geometry;
  view->left = (int)(SANE_UNFIX(at[OPT_TOP_LEFT_X]) * pixels + .5);
  view->top = (int)(SANE_UNFIX(at[OPT_TOP_LEFT_Y]) * pixels + .5);
  view->width = (int)(SANE_UNFIX(at[OPT_BOTTOM_RIGHT_X] - at[OPT_TOP_LEFT_X]) * pixels + .5);
  view->height = (int)(SANE_UNFIX(at[OPT_BOTTOM_RIGHT_Y] - at[OPT_TOP_LEFT_Y]) * pixels + .5);
  if (view->width < 1) view->width = 1;
  if (view->height < 1) view->height = 1;
  view->channels = device->mode == MODE_COLOR ? 3 : 1;
  view->depth = device->mode == MODE_LINEART ? 1 : device->depth;
  view->scale = (double)device->script.pages_dpi / device->resolution;
}
