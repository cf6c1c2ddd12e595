/* What every C rung shares: its arguments, its input files, huge-page memory, the clock, and the lines that the
   driver reads. A rung is run as: PROGRAM n part threads repeats calls INPUT-FOLDER OUTPUT-FILE */
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#ifdef RUNG_FLOAT32
typedef float real;
#else
typedef double real;
#endif

struct rung {
  int64_t n;    /* the problem's size */
  int64_t part; /* how many of its leading slices (rows, …) to compute */
  int threads;
  int64_t repeats; /* timed samples, the first one on zeroed output */
  int64_t calls;   /* calls in each sample after the first: more than 1 where one is shorter than the clock likes */
  const char* inputs;
  const char* output;
};

static inline void rung_fail(const char* what, const char* name) {
  fprintf(stderr, "%s: ", name);
  perror(what);
  exit(1);
}

static inline struct rung rung_arguments(int count, char** arguments) {
  if (count != 8) {
    fprintf(stderr, "usage: %s n part threads repeats calls INPUT-FOLDER OUTPUT-FILE\n", arguments[0]);
    exit(2);
  }
  struct rung rung = {atoll(arguments[1]), atoll(arguments[2]), atoi(arguments[3]), atoll(arguments[4]),
                      atoll(arguments[5]), arguments[6],        arguments[7]};
  return rung;
}

/* Zeroed memory on huge pages where the system has them: NumPy asks for the same, and the rungs must not differ in it.
 */
static inline real* rung_allocate(int64_t count) {
  const size_t page = (size_t)2 << 20;
  const size_t bytes = ((size_t)count * sizeof(real) + page - 1) / page * page;
  void* memory = NULL;
  if (posix_memalign(&memory, page, bytes ? bytes : page) != 0) rung_fail("out of memory", "rung_allocate");
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  memset(memory, 0, bytes);
  return memory;
}

/* The first `count` numbers of the input `name`, which the driver wrote as raw numbers in this machine's byte order. */
static inline real* rung_read(const struct rung* rung, const char* name, int64_t count) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.bin", rung->inputs, name);
  FILE* file = fopen(path, "rb");
  if (!file) rung_fail("cannot open", path);
  real* numbers = rung_allocate(count);
  if ((int64_t)fread(numbers, sizeof(real), (size_t)count, file) != count) rung_fail("cannot read", path);
  fclose(file);
  return numbers;
}

static inline void rung_write(const struct rung* rung, const real* numbers, int64_t count) {
  FILE* file = fopen(rung->output, "wb");
  if (!file) rung_fail("cannot open", rung->output);
  if ((int64_t)fwrite(numbers, sizeof(real), (size_t)count, file) != count) rung_fail("cannot write", rung->output);
  if (fclose(file) != 0) rung_fail("cannot write", rung->output);
}

static inline double rung_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* One timed sample: seconds a call. */
static inline void rung_report(double seconds) {
  printf("time %.9e\n", seconds);
  fflush(stdout);
}
