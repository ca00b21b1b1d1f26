#define _GNU_SOURCE
#include "CSANE.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

int csane_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

/* The functions of the library, in the order of their names below. */
static struct {
  SANE_Status (*init)(SANE_Int *, SANE_Auth_Callback);
  void (*exit)(void);
  SANE_Status (*get_devices)(const SANE_Device ***, SANE_Bool);
  SANE_Status (*open)(SANE_String_Const, SANE_Handle *);
  void (*close)(SANE_Handle);
  const SANE_Option_Descriptor *(*get_option_descriptor)(SANE_Handle, SANE_Int);
  SANE_Status (*control_option)(SANE_Handle, SANE_Int, SANE_Action, void *, SANE_Int *);
  SANE_Status (*get_parameters)(SANE_Handle, SANE_Parameters *);
  SANE_Status (*start)(SANE_Handle);
  SANE_Status (*read)(SANE_Handle, SANE_Byte *, SANE_Int, SANE_Int *);
  void (*cancel)(SANE_Handle);
  SANE_String_Const (*strstatus)(SANE_Status);
} sane;

static char complaint[256];

static void find(const char *name, void *function) {
  void *found = dlsym(RTLD_DEFAULT, name);
  if (!found && !complaint[0]) snprintf(complaint, sizeof complaint, "it has no %s", name);
  *(void **)function = found;
}

static void load(void) {
  /* As if it were linked: for backends to see, and behind what is preloaded. */
  if (!dlopen("libsane.so.1", RTLD_NOW | RTLD_GLOBAL)) {
    snprintf(complaint, sizeof complaint, "%s", dlerror());
    return;
  }
  find("sane_init", &sane.init);
  find("sane_exit", &sane.exit);
  find("sane_get_devices", &sane.get_devices);
  find("sane_open", &sane.open);
  find("sane_close", &sane.close);
  find("sane_get_option_descriptor", &sane.get_option_descriptor);
  find("sane_control_option", &sane.control_option);
  find("sane_get_parameters", &sane.get_parameters);
  find("sane_start", &sane.start);
  find("sane_read", &sane.read);
  find("sane_cancel", &sane.cancel);
  find("sane_strstatus", &sane.strstatus);
}

const char *csane_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return complaint[0] ? complaint : NULL;
}

SANE_Status csane_init(SANE_Int *version) { return sane.init(version, NULL); }
void csane_exit(void) { sane.exit(); }
SANE_Status csane_get_devices(const SANE_Device ***list) { return sane.get_devices(list, SANE_FALSE); }
SANE_Status csane_open(const char *name, SANE_Handle *handle) { return sane.open(name, handle); }
void csane_close(SANE_Handle handle) { sane.close(handle); }
const SANE_Option_Descriptor *csane_get_option_descriptor(SANE_Handle handle, SANE_Int option) {
  return sane.get_option_descriptor(handle, option);
}
SANE_Status csane_control_option(SANE_Handle handle, SANE_Int option, SANE_Action action, void *value, SANE_Int *info) {
  return sane.control_option(handle, option, action, value, info);
}
SANE_Status csane_get_parameters(SANE_Handle handle, SANE_Parameters *parameters) {
  return sane.get_parameters(handle, parameters);
}
SANE_Status csane_start(SANE_Handle handle) { return sane.start(handle); }
SANE_Status csane_read(SANE_Handle handle, SANE_Byte *data, SANE_Int most, SANE_Int *length) {
  return sane.read(handle, data, most, length);
}
void csane_cancel(SANE_Handle handle) { sane.cancel(handle); }

const char *csane_strstatus(SANE_Status status) {
  return csane_load() ? "SANE is not there to say it in words" : sane.strstatus(status);
}
