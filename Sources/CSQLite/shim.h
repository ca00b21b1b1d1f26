#include <sqlite3.h>

/* The last connection leaves the write-ahead log as it is when it closes. sqlite3_db_config is variadic. */
static inline int csqlite_leave_log(sqlite3 *database) {
  return sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
