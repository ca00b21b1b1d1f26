/* sink CERTIFICATE KEY LOG [FOLDER [chunks]]: an SMTP server for measuring, which must never be what one waits for.
 *
 * It listens on a free loopback port, prints it, and ends with its standard input. STARTTLS, AUTH PLAIN and LOGIN (any
 * password), PIPELINING, SIZE, 8BITMIME; with "chunks" CHUNKING and BINARYMIME. An empty FOLDER is none. Bodies are dropped, or kept in FOLDER as 1, 2… For each message LOG gets a line of
 * JSON: accepted (CLOCK_MONOTONIC in ns, just before the 250 goes out), body (bytes, with the final dot), wire (bytes that
 * came over TCP, with the handshake), cipher. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 18, TAIL = 64 };

struct client {
  int socket;
  SSL *tls;
  size_t from, to; /* what is in the buffer and not taken yet */
  unsigned long long chunks; /* bytes of the message that came in chunks */
  FILE *copy; /* of that message */
  char buffer[BUFFER];
};

static SSL_CTX *context;
static FILE *log_file;
static const char *keep_folder;
static int offers_chunks;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int messages;

static long receive(struct client *client, char *into, size_t size) {
  return client->tls ? SSL_read(client->tls, into, (int)size) : recv(client->socket, into, size, 0);
}

static void say(struct client *client, const char *text) {
  size_t size = strlen(text);
  if (client->tls) {
    SSL_write(client->tls, text, (int)size);
  } else {
    send(client->socket, text, size, MSG_NOSIGNAL);
  }
}

/* The next command, without its line end; NULL at the end of the connection. */
static char *next_line(struct client *client) {
  for (;;) {
    char *start = client->buffer + client->from, *end = memchr(start, '\n', client->to - client->from);
    if (end) {
      client->from = (size_t)(end + 1 - client->buffer);
      end[end > start && end[-1] == '\r' ? -1 : 0] = 0;
      return start;
    }
    memmove(client->buffer, start, client->to - client->from);
    client->to -= client->from, client->from = 0;
    if (client->to == BUFFER) return NULL;
    long count = receive(client, client->buffer + client->to, BUFFER - client->to);
    if (count <= 0) return NULL;
    client->to += (size_t)count;
  }
}

static void note(struct client *client, unsigned long long body) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  struct timespec time;
  getsockopt(client->socket, IPPROTO_TCP, TCP_INFO, &info, &size);
  clock_gettime(CLOCK_MONOTONIC, &time);
  pthread_mutex_lock(&mutex);
  fprintf(log_file, "{\"accepted\": %lld, \"body\": %llu, \"wire\": %llu, \"cipher\": \"%s\"}\n",
          time.tv_sec * 1000000000LL + time.tv_nsec, body, (unsigned long long)info.tcpi_bytes_received,
          client->tls ? SSL_get_cipher(client->tls) : "none");
  fflush(log_file);
  pthread_mutex_unlock(&mutex);
}

static FILE *open_copy(void) {
  if (!keep_folder) return NULL;
  char path[4096];
  pthread_mutex_lock(&mutex);
  snprintf(path, sizeof path, "%s/%d", keep_folder, ++messages);
  pthread_mutex_unlock(&mutex);
  return fopen(path, "we");
}

/* Where the message ends in what just came: the last bytes of before are looked at too. The dot is near the end of
 * what a client sends at once, for it waits for the answer; at most a QUIT follows it. */
static size_t end_of_message(const char *tail, const char *bytes, size_t count) {
  static const char end[] = "\r\n.\r\n";
  char window[4 + TAIL];
  size_t some = count < TAIL ? count : TAIL, before = count > TAIL ? 0 : 4;
  memcpy(window, tail, before);
  memcpy(window + before, bytes + count - some, some);
  char *found = memmem(window, before + some, end, 5);
  return found ? count - some + (size_t)(found - window) - before + 5 : 0;
}

/* Takes the body; false when the connection ended within. */
static int take_body(struct client *client) {
  char tail[4] = {0, 0, '\r', '\n'};
  unsigned long long body = 0;
  FILE *copy = open_copy();
  size_t end = 0;
  say(client, "354 go on\r\n");
  while (!end) {
    if (client->from == client->to) {
      long count = receive(client, client->buffer, BUFFER);
      if (count <= 0) break;
      client->from = 0, client->to = (size_t)count;
    }
    const char *bytes = client->buffer + client->from;
    size_t count = client->to - client->from;
    end = end_of_message(tail, bytes, count);
    size_t taken = end ? end : count;
    if (copy) fwrite(bytes, 1, taken, copy);
    for (size_t i = taken > 4 ? taken - 4 : 0; i < taken; i++) memmove(tail, tail + 1, 3), tail[3] = bytes[i];
    body += taken;
    client->from += taken;
  }
  if (copy) fclose(copy);
  if (!end) return 0;
  note(client, body);
  say(client, "250 2.0.0 taken\r\n");
  return 1;
}

/* BDAT's chunk; false when the connection ended within. */
static int take_chunk(struct client *client, const char *line) {
  unsigned long long left = strtoull(line + 4, NULL, 10);
  int is_last = strcasestr(line, "LAST") != NULL;
  if (!client->copy && !client->chunks) client->copy = open_copy();
  client->chunks += left;
  while (left) {
    if (client->from == client->to) {
      long count = receive(client, client->buffer, BUFFER);
      if (count <= 0) return 0;
      client->from = 0, client->to = (size_t)count;
    }
    size_t count = client->to - client->from, taken = count < left ? count : (size_t)left;
    if (client->copy) fwrite(client->buffer + client->from, 1, taken, client->copy);
    client->from += taken, left -= taken;
  }
  if (is_last) {
    if (client->copy) fclose(client->copy);
    note(client, client->chunks);
    client->copy = NULL, client->chunks = 0;
  }
  say(client, "250 2.0.0 taken\r\n");
  return 1;
}

static int start_tls(struct client *client) {
  say(client, "220 go on\r\n");
  client->from = client->to = 0;
  client->tls = SSL_new(context);
  SSL_set_fd(client->tls, client->socket);
  return SSL_accept(client->tls) == 1;
}

static void sign_in(struct client *client, const char *line) {
  int is_login = strncasecmp(line, "AUTH LOGIN", 10) == 0, has_response = strchr(line + 5, ' ') != NULL;
  if (!has_response) {
    say(client, is_login ? "334 VXNlcm5hbWU6\r\n" : "334 \r\n");
    next_line(client);
  }
  if (is_login) {
    say(client, "334 UGFzc3dvcmQ6\r\n");
    next_line(client);
  }
  say(client, "235 2.7.0 welcome\r\n");
}

static int is(const char *line, const char *verb) { return strncasecmp(line, verb, strlen(verb)) == 0; }

/* False at the end of the session. */
static int answer(struct client *client, const char *line) {
  if (is(line, "DATA")) return take_body(client);
  if (is(line, "BDAT")) return take_chunk(client, line);
  if (is(line, "STARTTLS")) return start_tls(client);
  if (is(line, "QUIT")) return say(client, "221 2.0.0 bye\r\n"), 0;
  if (is(line, "AUTH")) {
    sign_in(client, line);
  } else if (is(line, "EHLO")) {
    if (offers_chunks) say(client, "250-sink\r\n250-CHUNKING\r\n250-BINARYMIME\r\n");
    say(client, client->tls ? "250-sink\r\n250-PIPELINING\r\n250-SIZE 2000000000\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n"
                            : "250-sink\r\n250-PIPELINING\r\n250-SIZE 2000000000\r\n250-STARTTLS\r\n250 8BITMIME\r\n");
  } else {
    say(client, "250 2.0.0 yes\r\n");
  }
  return 1;
}

static void *serve(void *argument) {
  struct client *client = argument;
  char *line;
  say(client, "220 sink ESMTP\r\n");
  while ((line = next_line(client)) && answer(client, line)) {}
  if (client->tls) SSL_shutdown(client->tls), SSL_free(client->tls);
  close(client->socket);
  free(client);
  return NULL;
}

static void *end_with_input(void *nothing) {
  char byte;
  while (read(0, &byte, 1) > 0) {}
  exit(0);
  return nothing;
}

static int listen_somewhere(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16)) return -1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

int main(int count, char **words) {
  if (count < 4) return fputs("usage: sink CERTIFICATE KEY LOG [FOLDER]\n", stderr), 64;
  signal(SIGPIPE, SIG_IGN);
  context = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(context, words[1]) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, words[2], SSL_FILETYPE_PEM) != 1)
    return ERR_print_errors_fp(stderr), 78;
  log_file = fopen(words[3], "ae");
  if (!log_file) return perror(words[3]), 73;
  keep_folder = count > 4 && *words[4] ? words[4] : NULL;
  offers_chunks = count > 5;
  int listener = listen_somewhere();
  if (listener < 0) return perror("sink"), 71;
  pthread_t thread;
  pthread_create(&thread, NULL, end_with_input, NULL);
  for (;;) {
    struct client *client = calloc(1, sizeof *client);
    if (!client) return 71;
    client->socket = accept(listener, NULL, NULL);
    if (client->socket < 0) return 71;
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    pthread_create(&thread, NULL, serve, client);
    pthread_detach(thread);
  }
}
