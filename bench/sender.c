/*
 * Sends prepared datagrams to a UDP port of this host, at a steady rate, once.
 *
 *   sender FILE PORT RATE SECONDS_MAX
 *
 * FILE holds datagrams one after another: a little-endian u32 length, then that many bytes. They go to
 * 127.0.0.1:PORT at RATE a second until the file ends or SECONDS_MAX have passed. Prints the datagrams sent
 * and the seconds that took. Held up for long, it does not hurry to make it up: the rate is lower then.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BURST_MAX = 32, LENGTH_BYTES = 4, DATAGRAM_BYTES_MAX = 65507 };

/* What is slept for at once, a datagram's own time aside; and how far behind is still made up for. */
static const double NAP_S = 0.0002;
static const double BEHIND_S_MAX = 0.010;

struct datagrams {
  uint8_t *bytes;
  size_t size;
  size_t at;
};

static void die(const char *what) {
  fprintf(stderr, "sender: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
  exit(1);
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sleep_until(double at_s) {
  struct timespec at = {.tv_sec = (time_t)at_s};
  at.tv_nsec = (long)((at_s - (double)at.tv_sec) * 1e9);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) {
  }
}

static struct datagrams map(const char *path) {
  struct datagrams all = {0};
  struct stat about;
  int file = open(path, O_RDONLY);
  if (file < 0 || fstat(file, &about) < 0) die(path);
  all.size = (size_t)about.st_size;
  all.bytes = mmap(NULL, all.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (all.bytes == MAP_FAILED) die(path);
  close(file);
  return all;
}

static int connected(int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof to) < 0) die("socket");
  return sock;
}

/* The next datagram; false at the end of the file. */
static int next(struct datagrams *all, struct iovec *datagram) {
  if (all->at == all->size) return 0;
  errno = 0;
  if (all->size - all->at < LENGTH_BYTES) die("length cut short");
  const uint8_t *head = all->bytes + all->at;
  size_t length = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  all->at += LENGTH_BYTES;
  if (length > DATAGRAM_BYTES_MAX || length > all->size - all->at) die("datagram cut short");
  datagram->iov_base = all->bytes + all->at;
  datagram->iov_len = length;
  all->at += length;
  return 1;
}

static unsigned take(struct datagrams *all, struct mmsghdr *messages, struct iovec *vectors, unsigned count) {
  unsigned taken = 0;
  while (taken < count && next(all, &vectors[taken])) {
    messages[taken].msg_hdr.msg_iov = &vectors[taken];
    messages[taken].msg_hdr.msg_iovlen = 1;
    taken += 1;
  }
  return taken;
}

static void send_all(int sock, struct mmsghdr *messages, unsigned count) {
  for (unsigned sent = 0; sent < count;) {
    int more = sendmmsg(sock, messages + sent, count - sent, 0);
    if (more > 0) sent += (unsigned)more;
    else if (errno != EINTR) die("nobody takes the datagrams");
  }
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: sender FILE PORT RATE SECONDS_MAX\n");
    return 2;
  }
  int port = atoi(argv[2]);
  double rate = atof(argv[3]), seconds_max = atof(argv[4]);
  if (port < 1 || port > 65535 || rate < 1 || seconds_max <= 0) die("an argument is out of range");
  struct datagrams all = map(argv[1]);
  int sock = connected(port);
  prctl(PR_SET_TIMERSLACK, 1UL);

  struct mmsghdr messages[BURST_MAX] = {0};
  struct iovec vectors[BURST_MAX];
  unsigned long sent = 0;
  double nap = NAP_S * rate < 1 ? 1 : NAP_S * rate; /* In datagrams. */
  double began_s = now_s();
  /* The moment from which `sent / rate` counts; moved on by what the sender was held up. */
  double from_s = began_s;
  for (;;) {
    double now = now_s();
    if (now - began_s > seconds_max) break;
    double due = (now - from_s) * rate - (double)sent;
    if (due < 1) {
      sleep_until(from_s + ((double)sent + nap) / rate);
      continue;
    }
    double behind_s = (due - nap) / rate;
    if (behind_s > BEHIND_S_MAX) from_s += behind_s - BEHIND_S_MAX;
    unsigned count = take(&all, messages, vectors, due < BURST_MAX ? (unsigned)due : BURST_MAX);
    if (count == 0) break;
    send_all(sock, messages, count);
    sent += count;
  }
  printf("%lu %.6f\n", sent, now_s() - began_s);
  return 0;
}
