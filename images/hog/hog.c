/*
 * hog: an agent that eats memory, so that the kernel's OOM killer, the operator's healing and the probes around them
 * can be watched on the real thing. Asked over HTTP it wastes other things as well.
 *
 *   hog MEGABYTES [DELAY_SECONDS]
 *
 * After the delay it allocates and touches one MiB every 5 ms until it holds MEGABYTES, then it sleeps. On $PORT (8080):
 *
 *   GET /health, /ready   200 all the time
 *   GET /climb            allocates one MiB more every 5 ms until it holds half as much again
 *   GET /burn             from now on uses 12 ms of processor time in every tenth of a second (120m, if it gets them)
 *   GET /fill             writes 64 MiB to /tmp
 *
 * SIGTERM ends it at once with code 0, a wrong command line with code 2. It needs no user, and no writable disk unless
 * it is asked to fill one.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char OK[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
static const char MISSING[] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

static const long BURN_NANOS = 12000000, PERIOD_NANOS = 100000000;
static const int FILL_MEGABYTES = 64;

/* Held by whoever allocates: a climb that was asked for early begins when the first MEGABYTES are there. */
static pthread_mutex_t allocating = PTHREAD_MUTEX_INITIALIZER;
static long held;

static void on_signal(int number) {
  (void)number;
  _exit(0);
}

static int asks_for(const char *request, const char *path) {
  size_t length = strlen(path);
  return strncmp(request, "GET ", 4) == 0 && strncmp(request + 4, path, length) == 0 &&
         (request[4 + length] == ' ' || request[4 + length] == '?');
}

/* Not zeroes: a page of zeroes could be merged or never be backed. */
static void hold(long megabytes) {
  for (; held < megabytes; held++) {
    char *piece = malloc(1 << 20);
    if (piece == NULL) {
      break;
    }
    memset(piece, (int)(held % 255) + 1, 1 << 20);
    usleep(5000);
  }
  printf("hog: holding %ld MiB\n", held);
}

static long nanos(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void *climb(void *unused) {
  (void)unused;
  pthread_mutex_lock(&allocating);
  hold(held + held / 2);
  pthread_mutex_unlock(&allocating);
  return NULL;
}

static void *burn(void *unused) {
  (void)unused;
  for (;;) {
    long until = nanos(CLOCK_THREAD_CPUTIME_ID) + BURN_NANOS, next = nanos(CLOCK_MONOTONIC) + PERIOD_NANOS;
    while (nanos(CLOCK_THREAD_CPUTIME_ID) < until) {
    }
    long left = next - nanos(CLOCK_MONOTONIC);
    if (left > 0) {
      usleep((useconds_t)(left / 1000));
    }
  }
  return NULL;
}

static void *fill(void *unused) {
  (void)unused;
  static char piece[1 << 20];
  int file = open("/tmp/hog", O_CREAT | O_WRONLY | O_TRUNC, 0600);
  memset(piece, 1, sizeof piece);
  for (int written = 0; file >= 0 && written < FILL_MEGABYTES && write(file, piece, sizeof piece) > 0; written++) {
  }
  if (file < 0 || fsync(file) != 0) {
    perror("hog: cannot fill /tmp");
  }
  return NULL;
}

static int start(void *(*deed)(void *)) {
  pthread_t thread;
  return pthread_create(&thread, NULL, deed, NULL) == 0 && pthread_detach(thread) == 0;
}

/* Reads until the end of the head: closing with unread bytes would reset the connection under the answer. */
static void answer(int connection) {
  char request[2048];
  size_t used = 0;
  struct timeval patience = {.tv_sec = 2};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  request[0] = 0;
  while (used < sizeof request - 1 && strstr(request, "\r\n\r\n") == NULL) {
    ssize_t got = read(connection, request + used, sizeof request - 1 - used);
    if (got <= 0) {
      break;
    }
    used += (size_t)got;
    request[used] = 0;
  }
  if (asks_for(request, "/health") || asks_for(request, "/ready") || (asks_for(request, "/climb") && start(climb)) ||
      (asks_for(request, "/burn") && start(burn)) || (asks_for(request, "/fill") && start(fill))) {
    send(connection, OK, sizeof OK - 1, MSG_NOSIGNAL);
  } else {
    send(connection, MISSING, sizeof MISSING - 1, MSG_NOSIGNAL);
  }
  close(connection);
}

static void *serve(void *listener) {
  for (;;) {
    int connection = accept(*(int *)listener, NULL, NULL);
    if (connection >= 0) {
      answer(connection);
    } else {
      usleep(10000);
    }
  }
  return NULL;
}

/* One socket for both families, so that a probe reaches it whatever the cluster's addresses are. */
static int listen_on(int port) {
  int listener = socket(AF_INET6, SOCK_STREAM, 0), on = 1, off = 0;
  struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_ANY_INIT};
  struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (listener >= 0) {
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(listener, (struct sockaddr *)&any6, sizeof any6) == 0 && listen(listener, 64) == 0) {
      return listener;
    }
    close(listener);
  }
  listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) {
    return -1;
  }
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&any4, sizeof any4) == 0 && listen(listener, 64) == 0) {
    return listener;
  }
  close(listener);
  return -1;
}

int main(int count, char **arguments) {
  static int listener;
  pthread_t server;
  if (count < 2 || count > 3) {
    fprintf(stderr, "usage: hog MEGABYTES [DELAY_SECONDS]\n");
    return 2;
  }
  long megabytes = strtol(arguments[1], NULL, 10);
  long delay = count > 2 ? strtol(arguments[2], NULL, 10) : 0;
  const char *port = getenv("PORT");
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  pthread_mutex_lock(&allocating);
  listener = listen_on(port != NULL ? atoi(port) : 8080);
  if (listener < 0 || pthread_create(&server, NULL, serve, &listener) != 0) {
    perror("hog: cannot serve /health");
    return 1;
  }
  printf("hog: %ld MiB after %ld s\n", megabytes, delay);
  sleep((unsigned)delay);
  hold(megabytes);
  pthread_mutex_unlock(&allocating);
  for (;;) {
    pause();
  }
}
