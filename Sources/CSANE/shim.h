#include <sane/sane.h>
#include <sane/saneopts.h>

#include <signal.h>
#include <sys/prctl.h>

/* The process dies when the thread that started it does. prctl is variadic, so Swift cannot call it. */
static inline int csane_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
