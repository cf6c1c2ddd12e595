// The loops of bench/parallel.py in C, on the threads of OpenMP: what rooftop's parallel loops are compared with.
#include <math.h>
#include <omp.h>
#include <stdint.h>

void set_threads(int64_t threads) { omp_set_num_threads((int)threads); }

static double converge(double x, int64_t steps) {
  for (int64_t k = 0; k < steps; k++) x = 0.5 * (x + 2.0 / x);
  return x;
}

void triangular_static(double* out, int64_t n) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; i++) out[i] = converge(1.5, i);
}

void triangular(double* out, int64_t n) {
#pragma omp parallel for schedule(dynamic)
  for (int64_t i = 0; i < n; i++) out[i] = converge(1.5, i);
}

void irregular(double* out, const int64_t* steps, int64_t n) {
#pragma omp parallel for schedule(dynamic)
  for (int64_t i = 0; i < n; i++) out[i] = converge(1.5, steps[i]);
}

void triad(double* out, const double* a, const double* b, int64_t n) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; i++) out[i] = a[i] + 3.0 * b[i];
}

void polynomial(double* out, const double* a, int64_t n) {
#pragma omp parallel for schedule(static)
  for (int64_t i = 0; i < n; i++) {
    double x = a[i], s = 1.0;
    for (int64_t k = 0; k < 64; k++) s = s * x + 0.5;
    out[i] = s;
  }
}
