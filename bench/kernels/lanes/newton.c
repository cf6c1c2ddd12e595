// Newton fractal: which cube root of 1 the iteration finds from each point, in real and in complex arithmetic.
#include <complex.h>
#include <stdint.h>

static const double root = 0.8660254037844386;

void newton_real(int64_t n, double span, int64_t limit, int64_t* restrict roots) {
  for (int64_t row = 0; row < n; row++) {
    for (int64_t column = 0; column < n; column++) {
      double x = -span + 2.0 * span * (column + 0.5) / n;
      double y = -span + 2.0 * span * (row + 0.5) / n;
      int64_t found = 0;
      for (int64_t step = 0; step < limit; step++) {
        double square_x = x * x - y * y, square_y = 2.0 * x * y;
        double value_x = x * square_x - y * square_y - 1.0;
        double value_y = x * square_y + y * square_x;
        double size = 3.0 * (square_x * square_x + square_y * square_y);
        x -= (value_x * square_x + value_y * square_y) / size;
        y -= (value_y * square_x - value_x * square_y) / size;
        if ((x - 1.0) * (x - 1.0) + y * y < 1e-12) {
          found = 1;
          break;
        }
        if ((x + 0.5) * (x + 0.5) + (y - root) * (y - root) < 1e-12) {
          found = 2;
          break;
        }
        if ((x + 0.5) * (x + 0.5) + (y + root) * (y + root) < 1e-12) {
          found = 3;
          break;
        }
      }
      roots[row * n + column] = found;
    }
  }
}

void newton_complex(int64_t n, double span, int64_t limit, int64_t* restrict roots) {
  for (int64_t row = 0; row < n; row++) {
    for (int64_t column = 0; column < n; column++) {
      double complex z = -span + 2.0 * span * (column + 0.5) / n + (-span + 2.0 * span * (row + 0.5) / n) * I;
      int64_t found = 0;
      for (int64_t step = 0; step < limit; step++) {
        z = z - (z * z * z - 1.0) / (3.0 * z * z);
        if (cabs(z - 1.0) < 1e-6) {
          found = 1;
          break;
        }
        if (cabs(z - (-0.5 + root * I)) < 1e-6) {
          found = 2;
          break;
        }
        if (cabs(z - (-0.5 - root * I)) < 1e-6) {
          found = 3;
          break;
        }
      }
      roots[row * n + column] = found;
    }
  }
}
