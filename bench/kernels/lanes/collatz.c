// Collatz: which number below n takes the most steps to 1.
#include <stdint.h>

void collatz(int64_t n, int64_t* restrict result) {
  int64_t best = 1, longest = 1;
  for (int64_t start = 1; start < n; start++) {
    int64_t x = start;
    int64_t steps = 1;
    while (x != 1) {
      if (x % 2 == 0) {
        x = x / 2;
      } else {
        x = 3 * x + 1;
      }
      steps++;
    }
    if (steps > longest) {
      best = start;
      longest = steps;
    }
  }
  result[0] = best;
  result[1] = longest;
}
