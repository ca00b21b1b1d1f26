#include "CCURL.h"

#include <dlfcn.h>
#include <poll.h>

#define FUNCTIONS(_) \
  _(curl_global_init) _(curl_easy_init) _(curl_easy_cleanup) _(curl_easy_strerror) _(curl_easy_setopt) \
  _(curl_easy_getinfo) _(curl_slist_append) _(curl_slist_free_all) _(curl_multi_init) _(curl_multi_cleanup) \
  _(curl_multi_add_handle) _(curl_multi_remove_handle) _(curl_multi_perform) _(curl_multi_fdset) \
  _(curl_multi_timeout) _(curl_multi_info_read)

/* The macros of these names would check arguments that go through a pointer. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define DECLARE(name) __typeof__(name) *name##_;
static struct { FUNCTIONS(DECLARE) } loaded;

const char *ccurl_load(void) {
  /* The name of its ABI since 2006. */
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define FIND(name) \
  if (!(loaded.name##_ = (__typeof__(name) *)dlsym(library, #name))) return dlerror();
  FUNCTIONS(FIND)
  return loaded.curl_global_init_(CURL_GLOBAL_DEFAULT) == CURLE_OK ? NULL : "libcurl does not start";
}

CURL *ccurl_easy_init(void) { return loaded.curl_easy_init_(); }
void ccurl_easy_cleanup(CURL *easy) { loaded.curl_easy_cleanup_(easy); }
const char *ccurl_text(CURLcode code) { return loaded.curl_easy_strerror_(code); }

CURLcode ccurl_set_number(CURL *easy, CURLoption option, long value) {
  return loaded.curl_easy_setopt_(easy, option, value);
}

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
  return loaded.curl_easy_setopt_(easy, option, value);
}

CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) {
  return loaded.curl_easy_setopt_(easy, option, list);
}

CURLcode ccurl_set_callbacks(CURL *easy, curl_write_callback write, void *context, char *error) {
  loaded.curl_easy_setopt_(easy, CURLOPT_WRITEFUNCTION, write);
  loaded.curl_easy_setopt_(easy, CURLOPT_WRITEDATA, context);
  return loaded.curl_easy_setopt_(easy, CURLOPT_ERRORBUFFER, error);
}

long ccurl_number(CURL *easy, CURLINFO information) {
  long value = 0;
  return loaded.curl_easy_getinfo_(easy, information, &value) == CURLE_OK ? value : 0;
}

long ccurl_retry_after(CURL *easy) {
  curl_off_t seconds = 0;
  return loaded.curl_easy_getinfo_(easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK ? (long)seconds : 0;
}

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) {
  return loaded.curl_slist_append_(list, text);
}
void ccurl_list_free(struct curl_slist *list) { loaded.curl_slist_free_all_(list); }

CURLM *ccurl_multi_init(void) { return loaded.curl_multi_init_(); }
void ccurl_multi_cleanup(CURLM *multi) { loaded.curl_multi_cleanup_(multi); }
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return loaded.curl_multi_add_handle_(multi, easy); }
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) { return loaded.curl_multi_remove_handle_(multi, easy); }

int ccurl_multi_perform(CURLM *multi) {
  int running = 0;
  return loaded.curl_multi_perform_(multi, &running) == CURLM_OK ? running : -1;
}

int ccurl_multi_sockets(CURLM *multi, ccurl_socket *sockets) {
  fd_set input, output, urgent;
  FD_ZERO(&input);
  FD_ZERO(&output);
  FD_ZERO(&urgent);
  int last = -1, count = 0;
  if (loaded.curl_multi_fdset_(multi, &input, &output, &urgent, &last) != CURLM_OK) return 0;
  for (int number = 0; number <= last && count < CCURL_MOST_SOCKETS; number++) {
    short events = (FD_ISSET(number, &input) ? POLLIN : 0) | (FD_ISSET(number, &output) ? POLLOUT : 0);
    if (events) sockets[count++] = (ccurl_socket){number, events};
  }
  return count;
}

/* Where it waits for what has no socket, as for a thread, it is to be asked again soon (curl_multi_fdset(3)). */
enum { soon = 100 };

long ccurl_multi_pause(CURLM *multi) {
  long milliseconds = -1;
  if (loaded.curl_multi_timeout_(multi, &milliseconds) != CURLM_OK) return soon;
  ccurl_socket sockets[CCURL_MOST_SOCKETS];
  if (ccurl_multi_sockets(multi, sockets) > 0) return milliseconds;
  return milliseconds < 0 || milliseconds > soon ? soon : milliseconds;
}

CURLcode ccurl_multi_result(CURLM *multi) {
  int left = 0;
  CURLMsg *message = loaded.curl_multi_info_read_(multi, &left);
  return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_RECV_ERROR;
}
