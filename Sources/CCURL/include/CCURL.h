#ifndef CCURL_H
#define CCURL_H

/* A shim over libcurl, for two reasons: it is opened when it is first needed, for linking it costs every start of the
 * program 4 MB and 3 ms and most runs ask nothing over HTTPS; and curl_easy_setopt and curl_easy_getinfo are
 * variadic, which Swift does not call. */

/* The checks are macros that Swift does not see, and cost the compiler of the shim its function types. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* Opens the library; NULL, or why it cannot be used. To be called once, before all else. */
const char *ccurl_load(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *easy);
const char *ccurl_text(CURLcode code);

CURLcode ccurl_set_number(CURL *easy, CURLoption option, long value);
/* The text is copied. */
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list);
/* What comes is handed to `write`; the error's words go to `error`, CURL_ERROR_SIZE bytes. Both outlive `easy`. */
CURLcode ccurl_set_callbacks(CURL *easy, curl_write_callback write, void *context, char *error);

long ccurl_number(CURL *easy, CURLINFO information);
/* Seconds of Retry-After, or 0. */
long ccurl_retry_after(CURL *easy);

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text);
void ccurl_list_free(struct curl_slist *list);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy);
/* Does what can be done now; the number of transfers that still run, -1 on failure. */
int ccurl_multi_perform(CURLM *multi);
/* A socket that a transfer waits for, and the events of poll(2). */
typedef struct {
  int descriptor;
  short events;
} ccurl_socket;
/* One transfer tries two addresses at once, each by two sockets at most. */
#define CCURL_MOST_SOCKETS 16
/* Puts what the transfers wait for into `sockets`; how many that are (an fd_set is made of macros). */
int ccurl_multi_sockets(CURLM *multi, ccurl_socket *sockets);
/* Milliseconds until the transfers have something to do whatever the sockets do; -1 where they have not. */
long ccurl_multi_pause(CURLM *multi);
/* How the one transfer ended (its CURLMsg holds a union that Swift reads badly). */
CURLcode ccurl_multi_result(CURLM *multi);

#endif
