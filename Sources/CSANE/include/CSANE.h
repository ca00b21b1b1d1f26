#ifndef CSANE_H
#define CSANE_H

/* libsane, loaded when it is first needed and not linked, for one reason: with what it brings along (libxml2, ICU,
 * libudev) it costs each start of a program that links it a millisecond, and only the scan worker needs it. */

#include <sane/sane.h>
#include <sane/saneopts.h>

/* Loads the library; must come before all below but csane_strstatus. NULL, or why it cannot be loaded. */
const char *csane_load(void);

/* Functions of SANE, under our names: theirs belong to the library and to what it loads. */
SANE_Status csane_init(SANE_Int *version);
void csane_exit(void);
/* Those on the network too. */
SANE_Status csane_get_devices(const SANE_Device ***list);
SANE_Status csane_open(const char *name, SANE_Handle *handle);
void csane_close(SANE_Handle handle);
const SANE_Option_Descriptor *csane_get_option_descriptor(SANE_Handle handle, SANE_Int option);
SANE_Status csane_control_option(SANE_Handle handle, SANE_Int option, SANE_Action action, void *value, SANE_Int *info);
SANE_Status csane_get_parameters(SANE_Handle handle, SANE_Parameters *parameters);
SANE_Status csane_start(SANE_Handle handle);
SANE_Status csane_read(SANE_Handle handle, SANE_Byte *data, SANE_Int most, SANE_Int *length);
/* May be called from a signal handler. */
void csane_cancel(SANE_Handle handle);
const char *csane_strstatus(SANE_Status status);

/* The process dies when the thread that started it does. prctl is variadic, so Swift cannot call it. */
int csane_die_with_parent(void);

#endif
