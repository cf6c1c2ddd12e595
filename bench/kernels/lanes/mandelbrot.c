// Mandelbrot: how many rounds a point stays near.
#include <stdint.h>

void mandelbrot(int64_t n, double left, double right, double bottom, double top, int64_t limit,
                int64_t* restrict counts) {
  for (int64_t row = 0; row < n; row++) {
    for (int64_t column = 0; column < n; column++) {
      double re = left + (right - left) * column / n;
      double im = bottom + (top - bottom) * row / n;
      double x = 0.0, y = 0.0;
      int64_t count = 0;
      while (count < limit && x * x + y * y <= 4.0) {
        double next = x * x - y * y + re;
        y = 2.0 * x * y + im;
        x = next;
        count++;
      }
      counts[row * n + column] = count;
    }
  }
}
